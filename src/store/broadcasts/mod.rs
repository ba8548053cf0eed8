//! Broadcasts: drafts and how they go; who is told, and by whom just now.

pub mod cards;
pub mod controls;
pub mod drafts;
pub mod fan_out;
pub mod leases;
pub mod pacing;
pub mod results;
pub mod retraction;
pub mod segment;

use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::{BroadcastId, RecipientCounts};
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx};

/// The columns of a [`BroadcastRow`].
macro_rules! broadcast_columns {
    () => {
        "id, author, state, revision, content, category, segment, paid, start_at, created_at, confirmed_recipients,
         started_at, finished_at, last_error, fan_out_done, recipients, sent, unreachable, failed, uncertain, opted_out,
         retracted, not_deleted, rate_sample_at, rate"
    };
}
pub(super) use broadcast_columns;

/// A broadcast as it is stored.
#[derive(Clone, Debug, FromRow)]
pub struct BroadcastRow {
    /// Its number.
    pub id: BroadcastId,
    /// Whose it is.
    pub author: Option<TelegramId>,
    /// How far it is.
    pub state: String,
    /// Grows with every edit.
    pub revision: i64,
    /// What is said, as JSON.
    pub content: String,
    /// What it is about.
    pub category: String,
    /// To whom, as JSON.
    pub segment: String,
    /// Whether Stars are paid.
    pub paid: bool,
    /// When it is to begin.
    pub start_at: Option<Moment>,
    /// When it was drafted.
    pub created_at: Moment,
    /// How many people the admin said yes to.
    #[sqlx(rename = "confirmed_recipients")]
    pub confirmed: Option<i64>,
    /// When it began.
    pub started_at: Option<Moment>,
    /// When it ended.
    pub finished_at: Option<Moment>,
    /// Why it pauses without anybody's word.
    #[sqlx(rename = "last_error")]
    pub last_error: Option<String>,
    /// Whether all recipients are written down.
    #[sqlx(rename = "fan_out_done")]
    pub laid: bool,
    /// How many are how far.
    #[sqlx(flatten)]
    pub counts: RecipientCounts,
    /// When the rate was measured last, in milliseconds.
    #[sqlx(rename = "rate_sample_at")]
    pub mark_at: i64,
    /// Recipients a thousand seconds.
    pub rate: i64,
}

/// A recipient who was not told for certain, or whose message stays.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct FailedRecipient {
    /// Their number among the recipients; the next page begins after it.
    #[sqlx(rename = "position")]
    pub n: i64,
    /// The chat: a person's Telegram id.
    pub chat_id: i64,
    /// `unreachable`, `failed`, `uncertain` or `kept`.
    pub state: String,
    /// Why, in Telegram's words or ours.
    pub reason: Option<String>,
    /// When that was known.
    pub settled_at: Option<Moment>,
}

/// A line of what admins did to a broadcast.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct BroadcastAuditEntry {
    /// When.
    #[sqlx(rename = "created_at")]
    pub made_at: Moment,
    /// By which admin; by the operator at the command line if none.
    #[sqlx(rename = "admin_id")]
    pub admin: Option<TelegramId>,
    /// What: `draft`, `start`, `pause`, `resume`, `cancel`, `retract`, `recall`.
    #[sqlx(rename = "action")]
    pub act: String,
    /// What belongs to it, such as the number that was confirmed.
    pub detail: Option<String>,
}

impl Store {
    /// A broadcast.
    pub async fn broadcast(&self, id: BroadcastId) -> Result<Option<BroadcastRow>> {
        let sql = concat!("select ", broadcast_columns!(), " from broadcast where id = $1");
        Ok(self.db.first(sql, &[&id]).await?)
    }

    /// Broadcasts with a lower number, the latest first.
    pub async fn broadcasts_before(&self, before: BroadcastId, limit: i64) -> Result<Vec<BroadcastRow>> {
        let sql = concat!("select ", broadcast_columns!(), " from broadcast where id < $1 order by id desc limit $2");
        Ok(self.db.all(sql, &[&before, &limit]).await?)
    }

    /// Recipients who were not told for certain, or whose message stays, in order, from after that number.
    pub async fn broadcast_failures(&self, id: BroadcastId, after: i64, limit: i64) -> Result<Vec<FailedRecipient>> {
        let sql = "select position, chat_id, state, reason, settled_at from broadcast_recipient
                   where broadcast_id = $1 and position > $2 and state in ('unreachable', 'failed', 'uncertain', 'not_deleted')
                   order by position
                   limit $3";
        Ok(self.db.all(sql, &[&id, &after, &limit]).await?)
    }

    /// What admins did to a broadcast, the first first.
    pub async fn broadcast_audit_log(&self, id: BroadcastId) -> Result<Vec<BroadcastAuditEntry>> {
        let sql = "select created_at, admin_id, action, detail from broadcast_audit_log
                   where broadcast_id = $1 order by id";
        Ok(self.db.all(sql, &[&id]).await?)
    }
}

/// What an admin does to a broadcast, to be written down.
#[derive(Clone, Debug)]
pub struct BroadcastAudit {
    /// Who; the operator if nobody.
    pub admin: Option<TelegramId>,
    /// What.
    pub act: &'static str,
    /// What belongs to it.
    pub detail: Option<String>,
    /// When this is.
    pub now: Moment,
}

impl BroadcastAudit {
    /// Writes it down, and has the broadcast's cards show what came of it.
    pub(super) async fn note(&self, id: BroadcastId, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into broadcast_audit_log (broadcast_id, created_at, admin_id, action, detail)
                   values ($1, $2, $3, $4, $5)";
        tx.run(sql, &[&id, &self.now, &self.admin, &self.act, &self.detail]).await?;
        cards::wake(id, tx).await
    }
}
