//! API keys: look-ups, creation, renaming and revocation.

use crate::model::accounts::account::AccountId;
use crate::model::api_key::{ApiKey, KeyDigest, KeyId, KeyName, KeySlot};
use crate::model::time::Moment;
use crate::store::accounts::activity::account_write;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::api_keys::replaced_secrets::ReplacedSecret;
use crate::store::{Result, Store, Tx, Write, WriteLane};

macro_rules! key_columns {
    () => {
        "id, account_id, name, masked, created_at, last_used_at, expires_at, revoked_at, last_network,
         previous_expires_at, previous_last_used_at"
    };
}
pub(super) use key_columns;

account_write!(AddKey, RenameKey, RevokeKey);

impl Store {
    /// Returns the live keys of an account, oldest first.
    pub async fn keys(&self, account: AccountId) -> Result<Vec<ApiKey>> {
        let sql = concat!(
            "select ",
            key_columns!(),
            " from api_key where account_id = $1 and revoked_at is null order by id"
        );
        Ok(self.db.all(sql, &[&account]).await?)
    }

    /// Returns up to 10,000 keys of an account, including revoked ones, oldest first.
    pub async fn all_keys(&self, account: AccountId) -> Result<Vec<ApiKey>> {
        let sql = concat!("select ", key_columns!(), " from api_key where account_id = $1 order by id limit 10000");
        Ok(self.db.all(sql, &[&account]).await?)
    }

    /// Returns a live key of an account.
    pub async fn key(&self, account: AccountId, id: KeyId) -> Result<Option<ApiKey>> {
        let sql = concat!(
            "select ",
            key_columns!(),
            " from api_key where id = $2 and account_id = $1 and revoked_at is null"
        );
        Ok(self.db.first(sql, &[&account, &id]).await?)
    }

    /// Returns the key with that digest of its current or previous secret, revoked or not.
    pub async fn key_by_digest(&self, digest: &KeyDigest) -> Result<Option<(ApiKey, KeySlot)>> {
        let sql = concat!(
            "select ",
            key_columns!(),
            ", digest = $1 as is_present from api_key where digest = $1 or previous_digest = $1"
        );
        let found: Option<KeyBySecretRow> = self.db.first(sql, &[&digest.as_bytes()]).await?;
        Ok(found.map(|found| (found.key, if found.is_present { KeySlot::Current } else { KeySlot::Previous })))
    }
}

#[derive(sqlx::FromRow)]
struct KeyBySecretRow {
    #[sqlx(flatten)]
    key: ApiKey,
    is_present: bool,
}

/// Effect of a repeated request for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatPolicy {
    /// Issues a new secret for the same key: the first answer may never have arrived.
    NewSecret,
    /// Refuses: the first answer was shown, and its secret may already be in use.
    Refuse,
}

/// Adds a key to an account.
#[derive(Clone, Debug)]
pub struct AddKey {
    /// Owner of the key.
    pub account: AccountId,
    /// Name, unique among the live keys of the account.
    pub name: KeyName,
    /// Digest of the secret.
    pub digest: KeyDigest,
    /// First and last characters of the secret.
    pub masked: String,
    /// Expiry of the key; `None` for no expiry.
    pub expires_at: Option<Moment>,
    /// Maximum number of live keys of the account, including this one.
    pub limit: i64,
    /// Identifies the request: a repetition creates no second key.
    pub idempotency_key: Option<String>,
    /// Effect of a repeated request.
    pub on_repeat: RepeatPolicy,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of an [`AddKey`].
#[derive(Clone, Debug)]
pub enum AddKeyOutcome {
    /// The key was created.
    Done(ApiKey),
    /// A live key of the account has that name.
    NameTaken,
    /// The account has reached its limit of live keys.
    TooMany,
    /// The request was answered before. Its key has been revoked since, or its secret must not be replaced.
    Before,
    /// The account was deleted or merged, or is scheduled for deletion.
    Gone,
}

impl Write for AddKey {
    type Out = AddKeyOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<AddKeyOutcome> {
        // Locks the account's row, so that no other key is added concurrently.
        let sql = "update account set keys_created = keys_created + 1 where id = $1
                   returning deleted_at is not null or deletion_due_at is not null";
        if let Some((true,)) = tx.first::<(bool,)>(sql, &[&self.account]).await? {
            return Ok(AddKeyOutcome::Gone);
        }
        if let Some(again) = self.again(tx).await? {
            return Ok(again);
        }
        let folded = KeyName::fold(self.name.as_str());
        let sql = "select 1 = 1 from api_key where account_id = $1 and folded_name = $2 and revoked_at is null";
        if tx.first::<(bool,)>(sql, &[&self.account, &folded]).await?.is_some() {
            return Ok(AddKeyOutcome::NameTaken);
        }
        let sql = "select count(*) from api_key
                   where account_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)";
        let (live,): (i64,) = tx.one(sql, &[&self.account, &self.now]).await?;
        if live >= self.limit {
            return Ok(AddKeyOutcome::TooMany);
        }
        let sql = concat!(
            "insert into api_key
               (account_id, name, digest, masked, created_at, expires_at, idempotency_key, folded_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             returning ",
            key_columns!()
        );
        let Self { account, name, digest, masked, expires_at, idempotency_key, now, .. } = self;
        let digest = &digest.as_bytes();
        let added = tx.one(sql, &[account, name, digest, masked, now, expires_at, idempotency_key, &folded]).await?;
        record_change(tx, self.account, self.now).await?;
        Ok(AddKeyOutcome::Done(added))
    }
}

impl AddKey {
    /// Handles a repeated request. [`RepeatPolicy::NewSecret`] invalidates the secret shown before.
    async fn again(&self, tx: &mut Tx) -> sqlx::Result<Option<AddKeyOutcome>> {
        let Some(idempotency_key) = &self.idempotency_key else { return Ok(None) };
        let sql = "select id, revoked_at is null from api_key where idempotency_key = $1 and account_id = $2";
        let before: Option<(KeyId, bool)> = tx.first(sql, &[idempotency_key, &self.account]).await?;
        let Some((key, live)) = before else { return Ok(None) };
        if !live || self.on_repeat == RepeatPolicy::Refuse {
            return Ok(Some(AddKeyOutcome::Before));
        }
        let (account, now) = (self.account, self.now);
        ReplacedSecret { account, key, shown_masked: None, idempotency_key: None, now }.remember(tx).await?;
        let sql = concat!(
            "update api_key set digest = $2, masked = $3 where idempotency_key = $1 returning ",
            key_columns!()
        );
        let again = tx.first(sql, &[idempotency_key, &self.digest.as_bytes(), &self.masked]).await?;
        record_change(tx, self.account, self.now).await?;
        Ok(again.map(AddKeyOutcome::Done))
    }
}

/// Renames a key.
#[derive(Clone, Debug)]
pub struct RenameKey {
    /// Owner of the key.
    pub account: AccountId,
    /// Id of the key.
    pub key: KeyId,
    /// New name, unique among the live keys of the account.
    pub name: KeyName,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of a [`RenameKey`].
#[derive(Clone, Debug)]
pub enum RenameKeyOutcome {
    /// The renamed key.
    Done(ApiKey),
    /// The key, which had that name already; nothing was written.
    Unchanged(ApiKey),
    /// Another live key of the account has that name.
    NameTaken,
    /// The account has no such live key.
    Missing,
}

impl Write for RenameKey {
    type Out = RenameKeyOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<RenameKeyOutcome> {
        let folded = KeyName::fold(self.name.as_str());
        let sql = "select 1 = 1 from api_key
                   where account_id = $1 and folded_name = $2 and id <> $3 and revoked_at is null";
        if tx.first::<(bool,)>(sql, &[&self.account, &folded, &self.key]).await?.is_some() {
            return Ok(RenameKeyOutcome::NameTaken);
        }
        let sql = concat!(
            "update api_key set name = $3, folded_name = $4
             where id = $2 and account_id = $1 and revoked_at is null and name <> $3
             returning ",
            key_columns!()
        );
        if let Some(renamed) = tx.first(sql, &[&self.account, &self.key, &self.name, &folded]).await? {
            record_change(tx, self.account, self.now).await?;
            return Ok(RenameKeyOutcome::Done(renamed));
        }
        let sql = concat!(
            "select ",
            key_columns!(),
            " from api_key where id = $2 and account_id = $1 and revoked_at is null"
        );
        let key = tx.first(sql, &[&self.account, &self.key]).await?;
        Ok(key.map_or(RenameKeyOutcome::Missing, RenameKeyOutcome::Unchanged))
    }
}

/// Revokes a key. No look-up finds it live after the commit.
#[derive(Clone, Debug)]
pub struct RevokeKey {
    /// Owner of the key.
    pub account: AccountId,
    /// Id of the key.
    pub key: KeyId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the key, if the account had such a live key.
impl Write for RevokeKey {
    type Out = Option<ApiKey>;

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<ApiKey>> {
        let sql = concat!(
            "update api_key set revoked_at = $3 where id = $2 and account_id = $1 and revoked_at is null returning ",
            key_columns!()
        );
        let revoked = tx.first(sql, &[&self.account, &self.key, &self.now]).await?;
        if revoked.is_some() {
            record_change(tx, self.account, self.now).await?;
        }
        Ok(revoked)
    }
}
