//! Broadcasts in the database: drafts, fan-out to recipients, leases, delivery results, retraction, pacing and status
//! cards.

pub mod cards;
pub mod controls;
pub mod copies;
pub mod drafts;
pub mod fan_out;
pub mod leases;
pub mod pacing;
pub mod reports;
pub mod results;
pub mod retraction;
pub mod segment;

use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::{BroadcastId, RecipientCounts};
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx};

/// Columns of a [`BroadcastRow`].
macro_rules! broadcast_columns {
    () => {
        "id, author, state, revision, content, category, segment, paid, start_at, created_at, confirmed_recipients,
         started_at, finished_at, last_error, fan_out_done, recipients, sent, unreachable, failed, uncertain, opted_out,
         retracted, not_deleted, purge_position, rate_sample_at, rate"
    };
}
pub(super) use broadcast_columns;

/// A broadcast as stored.
#[derive(Clone, Debug, FromRow)]
pub struct BroadcastRow {
    /// Monotonic; used as the page cursor.
    pub id: BroadcastId,
    /// Telegram id of the admin; `None` for the operator at the command line.
    pub author: Option<TelegramId>,
    /// State of the broadcast, as stored.
    pub state: String,
    /// Grows with every edit of the draft.
    pub revision: i64,
    /// Message content, as JSON.
    pub content: String,
    /// Category of notices that recipients can switch off.
    pub category: String,
    /// Audience, as JSON.
    pub segment: String,
    /// True if Stars are paid for a higher rate.
    pub paid: bool,
    /// Scheduled start; `None` to start on request.
    pub start_at: Option<Moment>,
    /// Creation time of the draft.
    pub created_at: Moment,
    /// Number of recipients the admin confirmed.
    pub confirmed_recipients: Option<i64>,
    /// Start of the broadcast.
    pub started_at: Option<Moment>,
    /// End of the broadcast.
    pub finished_at: Option<Moment>,
    /// Error that paused the broadcast automatically.
    pub last_error: Option<String>,
    /// True if the fan-out is complete.
    pub fan_out_done: bool,
    /// Recipients by delivery state.
    #[sqlx(flatten)]
    pub counts: RecipientCounts,
    /// The first recipient whose row was not purged.
    pub purge_position: i64,
    /// Time of the last rate sample, in Unix milliseconds.
    pub rate_sample_at: i64,
    /// Send rate: recipients per thousand seconds.
    pub rate: i64,
}

impl BroadcastRow {
    /// True if rows of recipients were purged. The counts remain.
    #[must_use]
    pub const fn has_purged_recipients(&self) -> bool {
        self.purge_position > 1
    }
}

/// A recipient without a certain delivery, or whose message was not deleted.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct FailedRecipient {
    /// Position among the recipients; used as the page cursor.
    pub position: i64,
    /// Telegram id of the chat.
    pub chat_id: i64,
    /// `unreachable`, `failed`, `uncertain` or `not_deleted`.
    pub state: String,
    /// Error text from Telegram or from this service; of an unreachable person, an `UnreachableReason`.
    pub reason: Option<String>,
    /// Time at which the result was recorded.
    pub settled_at: Option<Moment>,
}

/// An entry of the audit log of a broadcast.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct BroadcastAuditEntry {
    /// Time of the action.
    pub created_at: Moment,
    /// Telegram id of the admin; `None` for the operator at the command line.
    pub admin_id: Option<TelegramId>,
    /// `draft`, `copy`, `test`, `start`, `pause`, `resume`, `cancel`, `retract` or `recall`.
    pub action: String,
    /// Detail such as the confirmed number of recipients.
    pub detail: Option<String>,
}

impl Store {
    /// Returns a broadcast in any state.
    pub async fn broadcast(&self, id: BroadcastId) -> Result<Option<BroadcastRow>> {
        let sql = concat!("select ", broadcast_columns!(), " from broadcast where id = $1");
        Ok(self.db.first(sql, &[&id]).await?)
    }

    /// Returns broadcasts with an id below `before`, newest first. Tests of drafts are left out.
    pub async fn broadcasts_before(&self, before: BroadcastId, limit: i64) -> Result<Vec<BroadcastRow>> {
        let sql = concat!(
            "select ",
            broadcast_columns!(),
            " from broadcast where id < $1 and test_of is null order by id desc limit $2"
        );
        Ok(self.db.all(sql, &[&before, &limit]).await?)
    }

    /// Returns recipients without a certain delivery or with a message that was not deleted, from the position after
    /// `after`.
    pub async fn broadcast_failures(&self, id: BroadcastId, after: i64, limit: i64) -> Result<Vec<FailedRecipient>> {
        let sql = "select position, chat_id, state, reason, settled_at from broadcast_recipient
                   where broadcast_id = $1 and position > $2 and state in ('unreachable', 'failed', 'uncertain', 'not_deleted')
                   order by position
                   limit $3";
        Ok(self.db.all(sql, &[&id, &after, &limit]).await?)
    }

    /// Returns the audit log of a broadcast, oldest first.
    pub async fn broadcast_audit_log(&self, id: BroadcastId) -> Result<Vec<BroadcastAuditEntry>> {
        let sql = "select created_at, admin_id, action, detail from broadcast_audit_log
                   where broadcast_id = $1 order by id";
        Ok(self.db.all(sql, &[&id]).await?)
    }
}

/// An admin action on a broadcast, to be recorded in its audit log.
#[derive(Clone, Debug)]
pub struct BroadcastAudit {
    /// Telegram id of the admin; `None` for the operator at the command line.
    pub admin: Option<TelegramId>,
    /// Name of the action, as stored.
    pub action: &'static str,
    /// Detail such as the confirmed number of recipients.
    pub detail: Option<String>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl BroadcastAudit {
    /// Records the action and wakes the status cards of the broadcast.
    pub(super) async fn record(&self, id: BroadcastId, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into broadcast_audit_log (broadcast_id, created_at, admin_id, action, detail)
                   values ($1, $2, $3, $4, $5)";
        tx.run(sql, &[&id, &self.now, &self.admin, &self.action, &self.detail]).await?;
        cards::wake(id, tx).await
    }
}
