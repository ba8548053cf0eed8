//! Key cache invalidation. Feeds the in-memory key caches of all instances.
//!
//! A change of an account's keys, plan, name or status inserts a row into `account_change` in the same transaction. On
//! Postgres, a trigger notifies every instance at the commit (`migrations/0002_schema_postgres.sql`). An instance that
//! missed notifications reads on from the last row it saw.

use serde_json::json;
use sqlx::postgres::PgListener;

use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyDigest;
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx};

/// Channel of all notifications.
const CHANNEL: &str = "neuralbox";
/// Rows read again before the cursor. Ids are drawn before the commit, so a lower one may appear after a higher one.
/// Far more than may be open concurrently.
const CURSOR_OVERLAP: i64 = 10_000;

/// A row of the key cache: an account, and one of its keys if it has any.
#[derive(Clone, Debug)]
pub struct CacheRow {
    /// Id of the account.
    pub account_id: AccountId,
    /// Name of the person.
    pub account_name: String,
    /// Plan of the account, even if it has expired.
    pub plan: String,
    /// End of the plan.
    pub plan_until: Option<Moment>,
    /// Token balance of the account.
    pub token_balance: i64,
    /// Time of the ban.
    pub banned_at: Option<Moment>,
    /// Due time of the deletion.
    pub deletion_due_at: Option<Moment>,
    /// Columns of the key.
    pub key: CacheKeyColumns,
}

/// Key of a [`CacheRow`]; all columns are `None` for an account without keys.
#[derive(Clone, Debug)]
pub struct CacheKeyColumns {
    /// Id of the key.
    pub key_id: Option<i64>,
    /// Name chosen by the owner.
    pub key_name: Option<String>,
    /// Digest of the current secret.
    pub digest: Option<Vec<u8>>,
    /// Digest of the previous secret.
    pub previous_digest: Option<Vec<u8>>,
    /// End of the grace period of the previous secret.
    pub previous_expires_at: Option<Moment>,
    /// Expiry of the key.
    pub expires_at: Option<Moment>,
    /// Time of the revocation.
    pub revoked_at: Option<Moment>,
}

/// Columns of a [`CacheRow`], in the order of [`HoldingRow`].
macro_rules! holding_columns {
    () => {
        "a.id, a.name, a.plan, a.plan_until, a.token_balance, a.banned_at, a.deletion_due_at,
         k.id, k.name, k.digest, k.previous_digest, k.previous_expires_at, k.expires_at, k.revoked_at"
    };
}

/// Decoded by position: a start reads a million rows, and looking up columns by name would take most of that time.
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
        let (account_id, account_name, plan, plan_until, token_balance, banned_at, deletion_due_at, key_id, ..) = row;
        let (.., key_name, digest, previous_digest, previous_expires_at, expires_at, revoked_at) = row;
        let key =
            CacheKeyColumns { key_id, key_name, digest, previous_digest, previous_expires_at, expires_at, revoked_at };
        Self { account_id, account_name, plan, plan_until, token_balance, banned_at, deletion_due_at, key }
    }
}

/// Id of the oldest revoked key of an account that is cached. The limit bounds memory, because anyone can create and
/// revoke keys indefinitely.
macro_rules! first_revoked_held {
    ($account:literal) => {
        concat!(
            "coalesce((select r.id from api_key r where r.account_id = ",
            $account,
            " and r.revoked_at is not null order by r.id desc limit 1 offset 49), 0)"
        )
    };
}

/// Position in the change feed: the last row of `account_change` and of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ChangeCursor {
    /// Id of the last `account_change` row.
    pub change: i64,
    /// Id of the last ledger entry.
    pub entry: i64,
}

/// Accounts changed since a cursor.
#[derive(Clone, Debug)]
pub struct ChangedAccounts {
    /// The accounts; some may have been returned before.
    pub accounts: Vec<AccountId>,
    /// The new cursor.
    pub next: ChangeCursor,
}

/// Message received by an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeMessage {
    /// The cached data of an account is stale.
    Account(AccountId),
    /// The cached data of both accounts is stale: a merge moved keys from one to the other.
    Both(AccountId, AccountId),
    /// The cached balance of an account is stale.
    Balance(AccountId),
    /// Flood wait: no bulk sending until that time, in microseconds.
    FloodWait(i64),
    /// Heartbeat of an instance, with its text.
    Heartbeat(String),
    /// The connection was lost and restored; messages may have been missed.
    Gap,
}

/// Change messages in commit order.
#[derive(Debug)]
pub struct ChangeFeed(PgListener);

impl ChangeFeed {
    /// Waits for the next message.
    pub async fn next(&mut self) -> Result<ChangeMessage> {
        loop {
            let Some(notification) = self.0.try_recv().await? else { return Ok(ChangeMessage::Gap) };
            let (kind, rest) = notification.payload().split_once(' ').unwrap_or_default();
            match (kind, rest.parse()) {
                ("account", Ok(account)) => return Ok(ChangeMessage::Account(AccountId(account))),
                ("accounts", _) => {
                    let both =
                        rest.split_once(' ').and_then(|(first, second)| first.parse().ok().zip(second.parse().ok()));
                    if let Some((first, second)) = both {
                        return Ok(ChangeMessage::Both(AccountId(first), AccountId(second)));
                    }
                }
                ("balance", Ok(account)) => return Ok(ChangeMessage::Balance(AccountId(account))),
                ("flood_wait", Ok(until)) => return Ok(ChangeMessage::FloodWait(until)),
                ("beat", _) => return Ok(ChangeMessage::Heartbeat(rest.to_owned())),
                _ => tracing::debug!(payload = notification.payload(), "change feed: unknown message ignored"),
            }
        }
    }
}

impl Store {
    /// Subscribes to changes. `None` on SQLite, which has a single serving process.
    pub async fn listen(&self) -> Result<Option<ChangeFeed>> {
        Ok(self.db.listen(CHANNEL).await?.map(ChangeFeed))
    }

    /// Sends a heartbeat to all subscribers, including this instance. Fails on a server that takes no writes.
    pub async fn send_heartbeat(&self, words: &str) -> Result<()> {
        Ok(self.db.notify(CHANNEL, &format!("beat {words}")).await?)
    }

    /// Returns the current end of the change feed.
    pub async fn change_cursor(&self) -> Result<ChangeCursor> {
        let sql = "select coalesce((select max(id) from account_change), 0) as change,
                     coalesce((select max(id) from ledger), 0) as entry";
        Ok(self.db.aside().one(sql, &[]).await?)
    }

    /// Returns the accounts changed since a cursor, and the new cursor. Some may have been returned before. On SQLite
    /// only `account_change` is read: its single serving process knows of its own charges.
    pub async fn changed_since(&self, cursor: ChangeCursor) -> Result<ChangedAccounts> {
        let next = self.change_cursor().await?;
        let after = |id: i64| if self.db.is_sqlite() { id } else { id - CURSOR_OVERLAP };
        let entry = if self.db.is_sqlite() { i64::MAX } else { after(cursor.entry) };
        let sql = "select account_id from account_change where id > $1
                   union
                   select account_id from ledger where id > $2";
        let changed: Vec<(AccountId,)> = self.db.all(sql, &[&after(cursor.change), &entry]).await?;
        Ok(ChangedAccounts { accounts: changed.into_iter().map(|(account,)| account).collect(), next })
    }

    /// Counts the live keys.
    pub async fn count_keys(&self) -> Result<i64> {
        let (count,): (i64,) = self.db.one("select count(*) from api_key where revoked_at is null", &[]).await?;
        Ok(count)
    }

    /// Returns cache rows of accounts with an id above `last`, in order of account. Includes the latest keys revoked
    /// after `since`.
    pub async fn cache_rows_after(&self, last: AccountId, since: Moment, limit: i64) -> Result<Vec<CacheRow>> {
        // The account id is bounded as well: Postgres does not infer it from the key's, and would scan from the first
        // account each time.
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

    /// Returns cache rows of the given accounts: live keys, and the latest ones revoked after `since`.
    pub async fn cache_rows(&self, accounts: &[AccountId], since: Moment) -> Result<Vec<CacheRow>> {
        // Materialized, so that the first revoked key is looked up once per account. Once per key would be quadratic.
        let sql = concat!(
            "with wanted as materialized (
               select cast(value ->> 'id' as bigint) as id, ",
            first_revoked_held!("cast(value ->> 'id' as bigint)"),
            " as first_revoked from json_each($1))
             select ",
            holding_columns!(),
            " from wanted
              join account a on a.id = wanted.id
              left join api_key k on k.account_id = a.id
                and (k.revoked_at is null or (k.revoked_at > $2 and k.id >= wanted.first_revoked))
              order by a.id"
        );
        let ids = list(accounts.iter().map(|id| json!({"id": id})))?;
        let rows: Vec<HoldingRow> = self.db.all(sql, &[&ids, &since]).await?;
        Ok(rows.into_iter().map(CacheRow::from).collect())
    }

    /// Returns the token balances of the given accounts.
    pub async fn balances(&self, accounts: &[AccountId]) -> Result<Vec<(AccountId, i64)>> {
        let sql = "select id, token_balance from account
                   where id in (select cast(value as bigint) from json_each($1))";
        Ok(self.db.all(sql, &[&list(accounts)?]).await?)
    }

    /// Returns the owner of a key, by its current or previous secret, revoked or not.
    pub async fn owner_of_key(&self, digest: &KeyDigest) -> Result<Option<AccountId>> {
        let sql = "select account_id from api_key where digest = $1 or previous_digest = $1";
        let owner: Option<(AccountId,)> = self.db.first(sql, &[&digest.as_bytes()]).await?;
        Ok(owner.map(|(account,)| account))
    }
}

/// Marks the cached data of an account as stale, effective with the commit.
pub(in crate::store) async fn record_change(tx: &mut Tx, account: AccountId, now: Moment) -> sqlx::Result<()> {
    let sql = "insert into account_change (account_id, created_at) values ($1, $2)";
    tx.run(sql, &[&account, &now]).await.map(drop)
}

/// Marks the cached data of both accounts of a merge as stale. One message names both, because an instance that handles
/// only the old account would drop the moved keys.
pub(in crate::store) async fn record_merge(
    tx: &mut Tx,
    from: AccountId,
    to: AccountId,
    now: Moment,
) -> sqlx::Result<()> {
    let sql = "insert into account_change (account_id, related_account_id, created_at) values ($1, $2, $3)";
    tx.run(sql, &[&to, &from, &now]).await?;
    // A second row, for instances that read `account_change` row by row.
    record_change(tx, from, now).await
}
