//! What admins do to broadcasts: started, paused, resumed, cancelled, retracted, each by one guarded statement.

use crate::model::broadcasts::BroadcastId;
use crate::model::time::Moment;
use crate::store::broadcasts::BroadcastAudit;
use crate::store::broadcasts::results::finish;
use crate::store::{Tx, Write};

/// Starts a draft, or puts it down for its time.
#[derive(Clone, Debug)]
pub struct StartBroadcast {
    /// Which.
    pub id: BroadcastId,
    /// The revision that was counted and shown.
    pub revision: i64,
    /// How many people the admin said yes to.
    pub confirmed: i64,
    /// Whether it is to wait for its time.
    pub later: bool,
    /// By whom, and when this is.
    pub deed: BroadcastAudit,
}

/// Whether it was a draft of that revision.
impl Write for StartBroadcast {
    type Out = bool;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update broadcast set state = $3, confirmed_recipients = $4, started_at = $5
                   where id = $1 and state = 'draft' and revision = $2";
        let state = if self.later { "scheduled" } else { "preparing" };
        let started_at: Option<Moment> = (!self.later).then_some(self.deed.now);
        let Self { id, revision, confirmed, .. } = self;
        let started = tx.run(sql, &[id, revision, &state, confirmed, &started_at]).await? == 1;
        if started {
            self.deed.note(self.id, tx).await?;
        }
        Ok(started)
    }
}

/// What an admin may do to a broadcast that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BroadcastTransition {
    /// To let it rest.
    Pause,
    /// To let it go on.
    Resume,
    /// To stop it for good.
    Cancel,
    /// To delete what was sent, and stop it for good.
    Retract,
    /// To make a draft of it again before its time.
    Recall,
}

impl BroadcastTransition {
    /// As it is written down.
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
                "update broadcast set state = case when fan_out_done then 'sending' else 'preparing' end, last_error = null
                 where id = $1 and state = 'paused' and $2 = $2"
            }
            Self::Cancel => {
                "update broadcast set state = 'cancelled', finished_at = $2
                 where id = $1 and state in ('draft', 'scheduled', 'preparing', 'sending', 'paused')"
            }
            Self::Retract => {
                "update broadcast set state = 'retracting', finished_at = coalesce(finished_at, $2)
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

/// Does it, if the broadcast is in a state for it.
#[derive(Clone, Debug)]
pub struct TransitionBroadcast {
    /// Which.
    pub id: BroadcastId,
    /// What.
    pub turn: BroadcastTransition,
    /// By whom, and when this is.
    pub deed: BroadcastAudit,
}

/// Whether it was done.
impl Write for TransitionBroadcast {
    type Out = bool;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let turned = tx.run(self.turn.sql(), &[&self.id, &self.deed.now]).await? == 1;
        if turned {
            // The last ones may have been settled while it paused.
            finish(self.id, self.deed.now, tx).await?;
            self.deed.note(self.id, tx).await?;
        }
        Ok(turned)
    }
}
