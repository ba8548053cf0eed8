//! What gateways' keys depend on, and the news that it changed.
//!
//! Instances hold keys in memory. Whatever changes an account's keys, plan, name or standing writes a row of
//! `account_change` in the same transaction; Postgres tells every instance at the commit (`migrations/0002_schema_postgres.sql`),
//! and whoever missed it reads on from the last row they saw.

use serde_json::json;
use sqlx::postgres::PgListener;

use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyDigest;
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx};

/// The channel of all news.
const CHANNEL: &str = "neuralbox";
/// Numbers are drawn before they are committed, so that a lower one may come after a higher one. This many are read again,
/// far more than may be open at a time.
const CURSOR_OVERLAP: i64 = 10_000;

/// A row of what instances hold: an account, and one of its keys if it has any.
#[derive(Clone, Debug)]
pub struct CacheRow {
    /// Whose.
    pub account_id: AccountId,
    /// What the person is called.
    pub account_name: String,
    /// The plan it was given.
    pub plan: String,
    /// When that plan ends.
    pub plan_until: Option<Moment>,
    /// Tokens left.
    pub token_balance: i64,
    /// Since when it may not be used.
    pub banned_at: Option<Moment>,
    /// When it is to be deleted.
    pub leaving_at: Option<Moment>,
    /// The key.
    pub key: CacheKeyColumns,
}

/// The key of a [`CacheRow`]; all of it is `None` for an account without keys.
#[derive(Clone, Debug)]
pub struct CacheKeyColumns {
    /// Its number.
    pub key_id: Option<i64>,
    /// What its owner calls it.
    pub key_name: Option<String>,
    /// The hash of its secret.
    pub digest: Option<Vec<u8>>,
    /// The hash of the secret before.
    pub old_digest: Option<Vec<u8>>,
    /// Until when that one works.
    pub old_until: Option<Moment>,
    /// When it stops working by itself.
    pub expires_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
}

/// The columns of a [`CacheRow`], as a [`HoldingRow`] takes them.
macro_rules! holding_columns {
    () => {
        "a.id, a.name, a.plan, a.plan_until, a.token_balance, a.banned_at, a.deletion_due_at,
         k.id, k.name, k.digest, k.previous_digest, k.previous_expires_at, k.expires_at, k.revoked_at"
    };
}

/// Read by place: a million rows are read at a start, and looking each column up by its name would take most of the time.
type HoldingRow = (
    AccountId,
    String,
    String,
    Option<Moment>,
    i64,
    Option<Moment>,
    Option<Moment>,
    Option<i64>,
    Option<String>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Moment>,
    Option<Moment>,
    Option<Moment>,
);

impl From<HoldingRow> for CacheRow {
    fn from(row: HoldingRow) -> Self {
        let (account_id, account_name, plan, plan_until, token_balance, banned_at, leaving_at, key_id, ..) = row;
        let (.., key_name, digest, old_digest, old_until, expires_at, revoked_at) = row;
        let key = CacheKeyColumns { key_id, key_name, digest, old_digest, old_until, expires_at, revoked_at };
        Self { account_id, account_name, plan, plan_until, token_balance, banned_at, leaving_at, key }
    }
}

/// Of an account's revoked keys, the first that is held: anybody can make and revoke keys without end, and must not fill our
/// memory with it.
macro_rules! first_revoked_held {
    ($account:literal) => {
        concat!(
            "coalesce((select r.id from api_key r where r.account_id = ",
            $account,
            " and r.revoked_at is not null order by r.id desc limit 1 offset 49), 0)"
        )
    };
}

/// How far the news was read: the last row of changes, and of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ChangeCursor {
    /// The last change.
    pub change: i64,
    /// The last entry of the ledger.
    pub entry: i64,
}

/// What an instance hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeMessage {
    /// What is held of that account is old.
    Account(AccountId),
    /// So is what is held of both of these: keys went from one to the other.
    Both(AccountId, AccountId),
    /// Its balance is.
    Balance(AccountId),
    /// Nothing is sent in bulk until then, in microseconds.
    Hold(i64),
    /// An instance said that it is there, in its own words.
    Beat(String),
    /// The connection was cut, and is there again: who knows what was said meanwhile.
    Gap,
}

/// The news as they come, in the order of their commits.
#[derive(Debug)]
pub struct ChangeFeed(PgListener);

impl ChangeFeed {
    /// Waits for the next.
    pub async fn next(&mut self) -> Result<ChangeMessage> {
        loop {
            let Some(heard) = self.0.try_recv().await? else { return Ok(ChangeMessage::Gap) };
            let (kind, rest) = heard.payload().split_once(' ').unwrap_or_default();
            match (kind, rest.parse()) {
                ("account", Ok(account)) => return Ok(ChangeMessage::Account(AccountId(account))),
                ("accounts", _) => {
                    let both = rest.split_once(' ').and_then(|(one, other)| one.parse().ok().zip(other.parse().ok()));
                    if let Some((one, other)) = both {
                        return Ok(ChangeMessage::Both(AccountId(one), AccountId(other)));
                    }
                }
                ("balance", Ok(account)) => return Ok(ChangeMessage::Balance(AccountId(account))),
                ("flood_wait", Ok(until)) => return Ok(ChangeMessage::Hold(until)),
                ("beat", _) => return Ok(ChangeMessage::Beat(rest.to_owned())),
                _ => tracing::debug!(payload = heard.payload(), "news that this version does not understand"),
            }
        }
    }
}

impl Store {
    /// Listens from here on. `None` where no other instance can be: SQLite.
    pub async fn listen(&self) -> Result<Option<ChangeFeed>> {
        Ok(self.db.listen(CHANNEL).await?.map(ChangeFeed))
    }

    /// Says to everyone who listens, this instance among them, that it is there.
    pub async fn beat(&self, words: &str) -> Result<()> {
        let sql = "select 1 = 1 from (select pg_notify($1, $2)) as told";
        self.db.aside().one::<(bool,)>(sql, &[&CHANNEL, &format!("beat {words}")]).await?;
        Ok(())
    }

    /// How far the news goes by now.
    pub async fn mark(&self) -> Result<ChangeCursor> {
        let sql = "select coalesce((select max(id) from account_change), 0) as change,
                     coalesce((select max(id) from ledger), 0) as entry";
        Ok(self.db.aside().one(sql, &[]).await?)
    }

    /// The accounts that changed since a mark, some of them known already, and how far that goes. With SQLite, whose one
    /// serving process knows of its own charges, only `account_change` counts.
    pub async fn changed_since(&self, mark: ChangeCursor) -> Result<(Vec<AccountId>, ChangeCursor)> {
        let now = self.mark().await?;
        let after = |id: i64| if self.db.is_sqlite() { id } else { id - CURSOR_OVERLAP };
        let entry = if self.db.is_sqlite() { i64::MAX } else { after(mark.entry) };
        let sql = "select account_id from account_change where id > $1
                   union
                   select account_id from ledger where id > $2";
        let changed: Vec<(AccountId,)> = self.db.all(sql, &[&after(mark.change), &entry]).await?;
        Ok((changed.into_iter().map(|(account,)| account).collect(), now))
    }

    /// How many live keys there are.
    pub async fn count_keys(&self) -> Result<i64> {
        let (count,): (i64,) = self.db.one("select count(*) from api_key where revoked_at is null", &[]).await?;
        Ok(count)
    }

    /// Keys with their accounts, account by account behind that one. Of the keys that were revoked after `since`, the newest.
    pub async fn cache_rows_after(&self, last: AccountId, since: Moment, limit: i64) -> Result<Vec<CacheRow>> {
        // The account is bounded as well: Postgres does not conclude it from the key's, and would begin with the first one each time.
        let sql = concat!(
            "select ",
            holding_columns!(),
            " from api_key k join account a on a.id = k.account_id
              where k.account_id > $1 and a.id > $1
                and (k.revoked_at is null or (k.revoked_at > $2 and k.id >= ",
            first_revoked_held!("k.account_id"),
            "))
              order by k.account_id, k.id
              limit $3"
        );
        let rows: Vec<HoldingRow> = self.db.all(sql, &[&last, &since, &limit]).await?;
        Ok(rows.into_iter().map(CacheRow::from).collect())
    }

    /// Those accounts, with their live keys, and the newest of those that were revoked after `since`.
    pub async fn cache_rows(&self, accounts: &[AccountId], since: Moment) -> Result<Vec<CacheRow>> {
        // Materialized: looked up once an account. Once a key, it would take the square of their number.
        let sql = concat!(
            "with asked as materialized (
               select cast(value ->> 'id' as bigint) as id, ",
            first_revoked_held!("cast(value ->> 'id' as bigint)"),
            " as first_revoked from json_each($1))
             select ",
            holding_columns!(),
            " from asked
              join account a on a.id = asked.id
              left join api_key k on k.account_id = a.id
                and (k.revoked_at is null or (k.revoked_at > $2 and k.id >= asked.first_revoked))
              order by a.id"
        );
        let asked = list(accounts.iter().map(|id| json!({"id": id})))?;
        let rows: Vec<HoldingRow> = self.db.all(sql, &[&asked, &since]).await?;
        Ok(rows.into_iter().map(CacheRow::from).collect())
    }

    /// What those accounts have left.
    pub async fn balances(&self, accounts: &[AccountId]) -> Result<Vec<(AccountId, i64)>> {
        let sql = "select id, token_balance from account
                   where id in (select cast(value as bigint) from json_each($1))";
        Ok(self.db.all(sql, &[&list(accounts)?]).await?)
    }

    /// Whose key that is, by either of its secrets, revoked or not.
    pub async fn owner_of_key(&self, digest: &KeyDigest) -> Result<Option<AccountId>> {
        let sql = "select account_id from api_key where digest = $1 or previous_digest = $1";
        let owner: Option<(AccountId,)> = self.db.first(sql, &[&digest.as_bytes()]).await?;
        Ok(owner.map(|(account,)| account))
    }
}

/// Makes it known that what instances hold of an account is old, once the transaction is committed.
pub(in crate::store) async fn record_change(tx: &mut Tx, account: AccountId, now: Moment) -> sqlx::Result<()> {
    let sql = "insert into account_change (account_id, created_at) values ($1, $2)";
    tx.run(sql, &[&account, &now]).await.map(drop)
}

/// Makes it known that keys went from one account to another. Both are told of in one word: whoever heard of the one they left
/// and not of the one they came to would think them gone.
pub(in crate::store) async fn record_merge(
    tx: &mut Tx,
    (from, to): (AccountId, AccountId),
    now: Moment,
) -> sqlx::Result<()> {
    let sql = "insert into account_change (account_id, related_account_id, created_at) values ($1, $2, $3)";
    tx.run(sql, &[&to, &from, &now]).await?;
    // For whoever reads the rows, one by one.
    record_change(tx, from, now).await
}
