//! API keys.

use crate::model::account::{Account, AccountId};
use crate::model::api_key::{ApiKey, KeyDigest, KeyId, KeyName};
use crate::model::time::Moment;
use crate::store::accounts::account_columns;
use crate::store::{Result, Store, Tx, Write};

/// The columns of an [`ApiKey`], for `k`.
macro_rules! key_columns {
    () => {
        "k.id, k.account_id, k.name, k.masked, k.created_at, k.last_used_at, k.expires_at, k.revoked_at"
    };
}

impl Store {
    /// The live keys of an account, oldest first.
    pub async fn keys(&self, account: AccountId) -> Result<Vec<ApiKey>> {
        let sql = concat!(
            "select ",
            key_columns!(),
            " from api_key k where k.account_id = $1 and k.revoked_at is null order by k.id"
        );
        Ok(self.db.all(sql, &[&account]).await?)
    }

    /// One live key of an account.
    pub async fn key(&self, account: AccountId, id: KeyId) -> Result<Option<ApiKey>> {
        let sql = concat!(
            "select ",
            key_columns!(),
            " from api_key k where k.id = $2 and k.account_id = $1 and k.revoked_at is null"
        );
        Ok(self.db.first(sql, &[&account, &id]).await?)
    }

    /// The key with that digest, revoked or not, and its owner.
    pub async fn key_by_digest(&self, digest: &KeyDigest) -> Result<Option<(ApiKey, Account)>> {
        let sql = concat!("select ", key_columns!(), " from api_key k where k.digest = $1");
        let Some(key) = self.db.first::<ApiKey>(sql, &[digest]).await? else { return Ok(None) };
        let sql = concat!("select ", account_columns!(), " from account a where a.id = $1");
        let owner = self.db.first(sql, &[&key.account_id]).await?;
        Ok(owner.map(|owner| (key, owner)))
    }
}

/// What a request for a key gets when it is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnRepeat {
    /// A new secret for the same key: its first answer may never have arrived.
    NewSecret,
    /// Nothing: its first answer was shown, and someone may be using that secret already.
    Refuse,
}

/// Adds a key to an account.
#[derive(Clone, Debug)]
pub struct AddKey {
    /// Whose.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: KeyName,
    /// The hash of the key.
    pub digest: KeyDigest,
    /// Its first and last characters.
    pub masked: String,
    /// When it stops working.
    pub expires_at: Option<Moment>,
    /// How many live keys the account may have with this one.
    pub limit: i64,
    /// The request it is made for: asked again, no second key is made.
    pub once_key: Option<String>,
    /// What the same request gets when it is made again.
    pub on_repeat: OnRepeat,
    /// When this is.
    pub now: Moment,
}

/// What became of an [`AddKey`].
#[derive(Clone, Debug)]
pub enum Added {
    /// There it is.
    Done(ApiKey),
    /// The account has a live key of that name.
    NameTaken,
    /// The account has as many live keys as it may.
    TooMany,
    /// The request was answered before, and its key was revoked since or keeps its secret.
    Before,
}

impl Write for AddKey {
    type Out = Added;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Added> {
        // Takes the lock of the account's row: from here on nobody else adds a key to it.
        tx.run("update account set keys_made = keys_made + 1 where id = $1", &[&self.account]).await?;
        if let Some(again) = self.again(tx).await? {
            return Ok(again);
        }
        let sql = "select 1 = 1 from api_key where account_id = $1 and name = $2 and revoked_at is null";
        if tx.first::<(bool,)>(sql, &[&self.account, &self.name]).await?.is_some() {
            return Ok(Added::NameTaken);
        }
        let sql = "select count(*) from api_key
                   where account_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)";
        let (live,): (i64,) = tx.one(sql, &[&self.account, &self.now]).await?;
        if live >= self.limit {
            return Ok(Added::TooMany);
        }
        let sql = "insert into api_key (account_id, name, digest, masked, created_at, expires_at, once_key)
                   values ($1, $2, $3, $4, $5, $6, $7)
                   returning id, account_id, name, masked, created_at, last_used_at, expires_at, revoked_at";
        let Self { account, name, digest, masked, expires_at, once_key, now, .. } = self;
        Ok(Added::Done(tx.one(sql, &[account, name, digest, masked, now, expires_at, once_key]).await?))
    }
}

impl AddKey {
    /// The same request once more. With [`OnRepeat::NewSecret`] the key it made gets the new secret, and whatever was
    /// shown before is worth nothing.
    async fn again(&self, tx: &mut Tx) -> sqlx::Result<Option<Added>> {
        let Some(once_key) = &self.once_key else { return Ok(None) };
        let sql = "select revoked_at is null from api_key where once_key = $1 and account_id = $2";
        let Some((live,)) = tx.first::<(bool,)>(sql, &[once_key, &self.account]).await? else { return Ok(None) };
        if !live || self.on_repeat == OnRepeat::Refuse {
            return Ok(Some(Added::Before));
        }
        let sql = "update api_key set digest = $2, masked = $3 where once_key = $1
                   returning id, account_id, name, masked, created_at, last_used_at, expires_at, revoked_at";
        Ok(tx.first(sql, &[once_key, &self.digest, &self.masked]).await?.map(Added::Done))
    }
}

/// Gives a key another name.
#[derive(Clone, Debug)]
pub struct RenameKey {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub key: KeyId,
    /// The name.
    pub name: KeyName,
}

/// What became of a [`RenameKey`].
#[derive(Clone, Debug)]
pub enum Renamed {
    /// There it is.
    Done(ApiKey),
    /// Another live key has that name.
    NameTaken,
    /// The account has no such live key.
    Missing,
}

impl Write for RenameKey {
    type Out = Renamed;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Renamed> {
        let sql = "select 1 = 1 from api_key where account_id = $1 and name = $2 and id <> $3 and revoked_at is null";
        if tx.first::<(bool,)>(sql, &[&self.account, &self.name, &self.key]).await?.is_some() {
            return Ok(Renamed::NameTaken);
        }
        let sql = "update api_key set name = $3 where id = $2 and account_id = $1 and revoked_at is null
                   returning id, account_id, name, masked, created_at, last_used_at, expires_at, revoked_at";
        let renamed = tx.first(sql, &[&self.account, &self.key, &self.name]).await?;
        Ok(renamed.map_or(Renamed::Missing, Renamed::Done))
    }
}

/// Revokes a key: from its commit on, no look-up finds it live.
#[derive(Clone, Debug)]
pub struct RevokeKey {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub key: KeyId,
    /// When this is.
    pub now: Moment,
}

/// The key, if the account had such a live key.
impl Write for RevokeKey {
    type Out = Option<ApiKey>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<ApiKey>> {
        let sql = "update api_key set revoked_at = $3 where id = $2 and account_id = $1 and revoked_at is null
                   returning id, account_id, name, masked, created_at, last_used_at, expires_at, revoked_at";
        tx.first(sql, &[&self.account, &self.key, &self.now]).await
    }
}

/// Writes down when keys were last used; never backwards.
#[derive(Clone, Debug)]
pub struct MarkUsed {
    /// The keys, with their times.
    pub uses: Vec<(KeyId, Moment)>,
}

impl Write for MarkUsed {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        for (key, at) in &self.uses {
            let sql = "update api_key set last_used_at = $2
                       where id = $1 and (last_used_at is null or last_used_at < $2)";
            tx.run(sql, &[key, at]).await?;
        }
        Ok(())
    }
}
