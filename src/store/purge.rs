//! Purge: deletes old rows of every table that grows, page by page.
//!
//! A page is one write of at most [`PAGE_ROWS`] rows, so other writes wait for a page and never for the whole backlog. A
//! page begins where the one before it ended: Postgres would otherwise step over the rows just deleted, as long as an
//! older transaction might still see them.
//!
//! Accounts, keys, the ledger, purchases, subscriptions, trials, clients, consents and the audit logs are retained
//! permanently. Queues
//! (`secret_message`, `parked_update`, `broadcast_lease`, `payment_request`, `plan_period`) empty themselves.

use crate::model::broadcasts::BroadcastId;
use crate::model::session::ABSOLUTE_LIFETIME_SECS;
use crate::model::time::Moment;
use crate::store::{Result, Store, StoreError, Tx, Write, is_away};

/// Maximum number of rows that one page deletes. With 1,000, another write waited up to 71 ms for a page whose rows lie
/// scattered over an index (`cargo bench --bench purge`).
pub const PAGE_ROWS: i64 = 500;

const HOUR_SECS: i64 = 3600;
const DAY_SECS: i64 = 86_400;

/// A table that grows, and the retention of its rows.
#[derive(Debug)]
pub struct Purge {
    /// Name of the table.
    pub table: &'static str,
    /// Retention after the time stored in the row, in seconds.
    pub retention_secs: i64,
    order: PurgeOrder,
}

/// Order in which the rows of a table are purged.
#[derive(Clone, Copy, Debug)]
enum PurgeOrder {
    /// Oldest first, by one statement: `$1` is the end of the retention, `$2` the value that the page begins with, `$3` the
    /// number of rows. The statement returns that value of each deleted row.
    OldestFirst(&'static str),
    /// By signature, through the whole table: its key is the only index, because another one would be written at every
    /// sign-in.
    WholeTable,
    /// By broadcast, the one that ended first comes first.
    Broadcasts,
}

/// Statement that purges by an index on the time of a row. An optional condition excludes rows in use.
macro_rules! by_time {
    ($table:literal, $key:literal, $time:literal $(, $only:literal)?) => {
        concat!(
            "delete from ", $table, " where (", $key, ") in (select ", $key, " from ", $table,
            " where ", $time, " >= $2 and ", $time, " < $1", $(" and ", $only,)?
            " order by ", $time, " limit $3) and ", $time, " < $1 returning ", $time
        )
    };
}

/// Statement that purges by id, for tables in which ids grow with time. It needs no index on the time, which would be
/// written at every sign-in. A page without old rows is the last one.
macro_rules! by_id {
    ($table:literal, $time:literal $(, $only:literal)?) => {
        concat!(
            "delete from ", $table, " where ", $time, " < $1", $(" and ", $only,)? " and id in (select id from ", $table,
            " where id >= $2 order by id limit $3) returning id"
        )
    };
}

/// Every table that grows, with its retention. A condition on the highest id spares the newest row: SQLite would assign its
/// id again, and buttons in chats, cursors of instances and idempotency keys of notices refer to ids indefinitely.
pub static PURGES: [Purge; 28] = [
    purge("used_login_signature", 0, PurgeOrder::WholeTable),
    oldest_first("dialogue", 0, by_time!("dialogue", "telegram_id", "expires_at")),
    // An hour after the expiry, a late click still gets an explanation.
    oldest_first(
        "bot_sign_in",
        HOUR_SECS,
        by_time!("bot_sign_in", "id", "expires_at", "id < (select max(id) from bot_sign_in)"),
    ),
    oldest_first("oauth_request", 0, by_time!("oauth_request", "digest", "expires_at")),
    oldest_first(
        "oauth_device",
        HOUR_SECS,
        by_time!("oauth_device", "id", "expires_at", "id < (select max(id) from oauth_device)"),
    ),
    // A used code is recognised for a day: its second use ends the grant.
    oldest_first("oauth_code", DAY_SECS, by_time!("oauth_code", "digest", "expires_at")),
    oldest_first("sign_in_link", HOUR_SECS, by_time!("sign_in_link", "digest", "expires_at")),
    oldest_first("email_token", DAY_SECS, by_time!("email_token", "digest", "expires_at")),
    oldest_first(
        "identity_undo",
        DAY_SECS,
        by_time!("identity_undo", "id", "expires_at", "id < (select max(id) from identity_undo)"),
    ),
    // Mails are attempted for three days. Older ones remain only while no mail server is configured.
    oldest_first("mail", 4 * DAY_SECS, by_time!("mail", "id", "created_at")),
    oldest_first("mail_pace", DAY_SECS, by_time!("mail_pace", "address, kind", "due_at")),
    oldest_first("bot_update", 2 * DAY_SECS, by_time!("bot_update", "update_id", "claimed_at")),
    oldest_first(
        "account_change",
        2 * DAY_SECS,
        by_time!("account_change", "id", "created_at", "id < (select max(id) from account_change)"),
    ),
    // Mails are attempted for three days, and their links are valid for one.
    oldest_first("email_registration", 5 * DAY_SECS, by_time!("email_registration", "id", "created_at")),
    oldest_first(
        "pending_admin_action",
        7 * DAY_SECS,
        by_time!("pending_admin_action", "id", "created_at", "id < (select max(id) from pending_admin_action)"),
    ),
    oldest_first(
        "merge_offer",
        7 * DAY_SECS,
        by_time!("merge_offer", "id", "expires_at", "id < (select max(id) from merge_offer)"),
    ),
    oldest_first("session", 30 * DAY_SECS, by_time!("session", "id", "ended_at", "id < (select max(id) from session)")),
    oldest_first(
        "session",
        ABSOLUTE_LIFETIME_SECS + 30 * DAY_SECS,
        by_id!("session", "created_at", "id < (select max(id) from session)"),
    ),
    // The idempotency key of a notice is no longer needed: its event cannot recur for the same key or session.
    oldest_first("notice", 90 * DAY_SECS, by_time!("notice", "id", "created_at", "due_at is null")),
    purge("broadcast_recipient", 90 * DAY_SECS, PurgeOrder::Broadcasts),
    oldest_first("account_activity", 180 * DAY_SECS, by_id!("account_activity", "created_at")),
    oldest_first("sign_in_failure_count", 180 * DAY_SECS, by_time!("sign_in_failure_count", "account_id, day", "day")),
    // A payment that is found late still finds its order.
    oldest_first("purchase_order", 90 * DAY_SECS, by_time!("purchase_order", "id", "expires_at")),
    oldest_first("key_usage_daily", 100 * DAY_SECS, by_time!("key_usage_daily", "key_id, day", "day")),
    oldest_first("replaced_secret", 730 * DAY_SECS, by_time!("replaced_secret", "digest", "replaced_at")),
    // The latest authorization is as old as the session at most, and its refresh token lives as long again.
    oldest_first(
        "oauth_grant",
        2 * ABSOLUTE_LIFETIME_SECS + 30 * DAY_SECS,
        by_id!("oauth_grant", "created_at", "id < (select max(id) from oauth_grant)"),
    ),
    // Until then, an expired ID token still proves whose session a client wants to end.
    oldest_first("oauth_key", 90 * DAY_SECS, by_time!("oauth_key", "kid", "retired_at")),
    // The next sign-in from there causes a notice again.
    oldest_first("known_source", 180 * DAY_SECS, by_time!("known_source", "account_id, device, network", "first_at")),
];

const fn purge(table: &'static str, retention_secs: i64, order: PurgeOrder) -> Purge {
    Purge { table, retention_secs, order }
}

const fn oldest_first(table: &'static str, retention_secs: i64, sql: &'static str) -> Purge {
    purge(table, retention_secs, PurgeOrder::OldestFirst(sql))
}

/// Place in a table at which a page begins.
#[derive(Clone, Debug)]
pub enum PurgeCursor {
    /// At the first row.
    Start,
    /// At rows with this time or id.
    From(i64),
    /// After the login payload with this signature.
    AfterSignature(Vec<u8>),
}

/// Deletes one page of old rows.
#[derive(Clone, Debug)]
pub struct PurgePage {
    /// The table and its retention.
    pub purge: &'static Purge,
    /// Beginning of the page.
    pub cursor: PurgeCursor,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Result of a [`PurgePage`].
#[derive(Clone, Debug)]
pub struct PurgedPage {
    /// Number of deleted rows.
    pub rows: u64,
    /// Beginning of the next page; `None` if no old rows remain.
    pub next: Option<PurgeCursor>,
}

impl Write for PurgePage {
    type Out = PurgedPage;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<PurgedPage> {
        let before = self.now.minus(self.purge.retention_secs);
        match self.purge.order {
            PurgeOrder::OldestFirst(sql) => purge_oldest(sql, before, &self.cursor, tx).await,
            PurgeOrder::WholeTable => purge_signatures(before, &self.cursor, tx).await,
            PurgeOrder::Broadcasts => purge_recipients(before, tx).await,
        }
    }
}

async fn purge_oldest(
    sql: &'static str,
    before: Moment,
    cursor: &PurgeCursor,
    tx: &mut Tx,
) -> sqlx::Result<PurgedPage> {
    let from = if let PurgeCursor::From(from) = cursor { *from } else { i64::MIN };
    let deleted: Vec<(i64,)> = tx.all(sql, &[&before, &from, &PAGE_ROWS]).await?;
    let last = deleted.iter().map(|(value,)| *value).max();
    Ok(PurgedPage { rows: count(deleted.len()), next: last.map(PurgeCursor::From) })
}

/// Examines a page of signatures and deletes the expired ones.
async fn purge_signatures(before: Moment, cursor: &PurgeCursor, tx: &mut Tx) -> sqlx::Result<PurgedPage> {
    let after: &[u8] = if let PurgeCursor::AfterSignature(after) = cursor { after } else { &[] };
    let sql = "select signature from used_login_signature where signature > $1 order by signature limit 1 offset $2";
    let end: Option<(Vec<u8>,)> = tx.first(sql, &[&after, &(PAGE_ROWS - 1)]).await?;
    let rows = if let Some((end,)) = &end {
        let sql = "delete from used_login_signature where signature > $1 and signature <= $2 and expires_at < $3";
        tx.run(sql, &[&after, end, &before]).await?
    } else {
        let sql = "delete from used_login_signature where signature > $1 and expires_at < $2";
        tx.run(sql, &[&after, &before]).await?
    };
    Ok(PurgedPage { rows, next: end.map(|(end,)| PurgeCursor::AfterSignature(end)) })
}

/// A broadcast whose recipients are purged.
#[derive(sqlx::FromRow)]
struct EndedBroadcast {
    id: BroadcastId,
    purge_position: i64,
    recipients: i64,
}

/// Deletes the next recipients of the broadcast that ended first. Its counts remain.
async fn purge_recipients(before: Moment, tx: &mut Tx) -> sqlx::Result<PurgedPage> {
    let sql = "select id, purge_position, recipients from broadcast
               where purge_position <= recipients and finished_at < $1 and state in ('done', 'cancelled', 'retracted')
               order by finished_at, id
               limit 1";
    let Some(ended): Option<EndedBroadcast> = tx.first(sql, &[&before]).await? else {
        return Ok(PurgedPage { rows: 0, next: None });
    };
    let EndedBroadcast { id, purge_position: from, recipients } = ended;
    let to = recipients.min(from + PAGE_ROWS - 1);
    // Decides between two instances, and against a retraction that has just begun.
    let sql = "update broadcast set purge_position = $3
               where id = $1 and purge_position = $2 and state in ('done', 'cancelled', 'retracted')";
    let mut rows = 0;
    if tx.run(sql, &[&id, &from, &(to + 1)]).await? == 1 {
        let sql = "delete from broadcast_recipient where broadcast_id = $1 and position >= $2 and position <= $3";
        rows = tx.run(sql, &[&id, &from, &to]).await?;
    }
    Ok(PurgedPage { rows, next: Some(PurgeCursor::Start) })
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

impl Store {
    /// Deletes all old rows, page by page, and returns their number. Dropping the future stops after the current page. A
    /// table that fails does not keep the others from being purged, unless the database is unavailable; the first failure is
    /// returned at the end.
    pub async fn purge(&self, now: Moment) -> Result<u64> {
        let (mut rows, mut failure) = (0, None);
        for purge in &PURGES {
            match self.purge_table(purge, now).await {
                Ok(purged) => rows += purged,
                Err(StoreError::Database(fault)) if is_away(&fault) => return Err(fault.into()),
                Err(error) => {
                    tracing::warn!(table = purge.table, %error, "purge: failed, continuing with the next table");
                    failure = failure.or(Some(error));
                }
            }
        }
        failure.map_or(Ok(rows), Err)
    }

    async fn purge_table(&self, purge: &'static Purge, now: Moment) -> Result<u64> {
        let (mut rows, mut cursor) = (0, Some(PurgeCursor::Start));
        while let Some(begin) = cursor {
            let page = self.write(PurgePage { purge, cursor: begin, now }).await?;
            rows += page.rows;
            cursor = page.next;
        }
        Ok(rows)
    }
}
