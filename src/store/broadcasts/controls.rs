//! Broadcast controls: start, pause, resume, cancel, retract and recall, each one guarded statement.

use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::BroadcastId;
use crate::model::notices::notice::Notice;
use crate::store::broadcasts::BroadcastAudit;
use crate::store::broadcasts::results::finish;
use crate::store::notices::admin_notice::AdminNotice;
use crate::store::{Tx, Write};

/// Starts or schedules a draft.
#[derive(Clone, Debug)]
pub struct StartBroadcast {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Revision the admin confirmed. A later edit makes the confirmation invalid.
    pub revision: i64,
    /// Number of recipients the admin confirmed.
    pub confirmed: i64,
    /// Time of the start.
    pub start: BroadcastStart,
    /// Admins who are notified when it starts immediately.
    pub notify: Vec<TelegramId>,
    /// Entry for the audit log, with the current time.
    pub audit: BroadcastAudit,
}

/// Time at which a confirmed draft starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BroadcastStart {
    /// Immediately.
    Now,
    /// At the scheduled time of the draft.
    Scheduled,
}

/// Output: true if the broadcast was a draft of that revision.
impl Write for StartBroadcast {
    type Out = bool;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update broadcast set state = $3, confirmed_recipients = $4, started_at = $5, started_by = $6
                   where id = $1 and state = 'draft' and revision = $2";
        let (state, started_at) = match self.start {
            BroadcastStart::Now => ("preparing", Some(self.audit.now)),
            BroadcastStart::Scheduled => ("scheduled", None),
        };
        let Self { id, revision, confirmed, .. } = self;
        let by = &self.audit.admin;
        let started = tx.run(sql, &[id, revision, &state, confirmed, &started_at, by]).await? == 1;
        if started {
            self.audit.record(self.id, tx).await?;
        }
        if started && self.start == BroadcastStart::Now {
            let notice =
                Notice::BroadcastStarted { broadcast: id.0, recipients: *confirmed, admin: by.map(TelegramId::get) };
            let (idempotency_key, now) = (format!("broadcast_started:{id}"), self.audit.now);
            AdminNotice { admins: &self.notify, notice, idempotency_key, now }.add(tx).await?;
        }
        Ok(started)
    }
}

/// A transition that an admin may request for a started broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BroadcastTransition {
    /// Pauses sending.
    Pause,
    /// Continues sending.
    Resume,
    /// Stops sending permanently.
    Cancel,
    /// Stops sending permanently and deletes the sent messages.
    Retract,
    /// Turns a scheduled broadcast back into a draft.
    Recall,
}

impl BroadcastTransition {
    /// Name of the transition in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
            Self::Retract => "retract",
            Self::Recall => "recall",
        }
    }

    const fn sql(self) -> &'static str {
        match self {
            Self::Pause => {
                "update broadcast set state = 'paused' where id = $1 and state in ('preparing', 'sending') and $2 = $2"
            }
            Self::Resume => {
                "update broadcast set state = case when fan_out_done then 'sending' else 'preparing' end, last_error = null,
                   started_at = coalesce(started_at, $2), progress_at = cast($2 as bigint) * 1000, stalled = (1 = 0)
                 where id = $1 and state = 'paused'"
            }
            Self::Cancel => {
                "update broadcast set state = 'cancelled', finished_at = $2
                 where id = $1 and state in ('draft', 'scheduled', 'preparing', 'sending', 'paused')"
            }
            Self::Retract => {
                // Without recipients' rows, nothing can be deleted: their messages are older than Telegram allows.
                "update broadcast set state = 'retracting', finished_at = coalesce(finished_at, $2),
                   not_deleted = case when purge_position > 1 then sent else not_deleted end,
                   retract_position = case when purge_position > 1 then recipients + 1 else retract_position end
                 where id = $1 and started_at is not null
                   and state in ('preparing', 'sending', 'paused', 'done', 'cancelled')"
            }
            Self::Recall => {
                "update broadcast set state = 'draft', confirmed_recipients = null, revision = revision + 1
                 where id = $1 and state = 'scheduled' and $2 = $2"
            }
        }
    }
}

/// Performs a transition, if the state of the broadcast allows it.
#[derive(Clone, Debug)]
pub struct TransitionBroadcast {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Transition to perform.
    pub transition: BroadcastTransition,
    /// Entry for the audit log, with the current time.
    pub audit: BroadcastAudit,
}

/// Output: true if the transition was performed.
impl Write for TransitionBroadcast {
    type Out = bool;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let is_done = tx.run(self.transition.sql(), &[&self.id, &self.audit.now]).await? == 1;
        if is_done {
            // The last results may have been recorded during the pause.
            finish(self.id, self.audit.now, tx).await?;
            self.audit.record(self.id, tx).await?;
        }
        Ok(is_done)
    }
}
