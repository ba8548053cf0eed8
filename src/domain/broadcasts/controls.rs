//! Pausing, resuming, cancelling and taking back. Asked for again, each is as good as done.

use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::error::{Refusal, Result};
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState};
use crate::store::broadcasts::BroadcastAudit;
use crate::store::broadcasts::controls::{BroadcastTransition, TransitionBroadcast};

impl Domain {
    /// Lets a broadcast rest: what is in hand is still sent, nothing else.
    pub async fn pause_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.turn(admin, id, BroadcastTransition::Pause).await
    }

    /// Lets a broadcast that rests go on.
    pub async fn resume_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.turn(admin, id, BroadcastTransition::Resume).await
    }

    /// Stops a broadcast for good; a draft is thrown away.
    pub async fn cancel_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.turn(admin, id, BroadcastTransition::Cancel).await
    }

    /// Stops a broadcast for good, and deletes what was sent within the last 48 hours.
    pub async fn retract_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.turn(admin, id, BroadcastTransition::Retract).await
    }

    /// Makes a draft of a broadcast again whose time has not come.
    pub async fn unschedule_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.turn(admin, id, BroadcastTransition::Recall).await
    }

    async fn turn(&self, admin: &Admin, id: BroadcastId, turn: BroadcastTransition) -> Result<Broadcast> {
        let deed = BroadcastAudit { admin: admin.who(), act: turn.as_str(), detail: None, now: self.now() };
        let turned = self.inner.store.write(TransitionBroadcast { id, turn, deed }).await?;
        if turned {
            tracing::info!(broadcast = %id, ?turn, by = ?admin.who(), "an admin turned a broadcast");
            self.wake_delivery();
        }
        let now = self.broadcast(admin, id).await?;
        if turned || is_already(turn, now.state) { Ok(now) } else { Err(Refusal::BroadcastState(now.state).into()) }
    }
}

/// Whether a broadcast in that state is as if it had just been turned so.
const fn is_already(turn: BroadcastTransition, state: BroadcastState) -> bool {
    match turn {
        BroadcastTransition::Pause => matches!(state, BroadcastState::Paused),
        BroadcastTransition::Resume => matches!(state, BroadcastState::Laying | BroadcastState::Running),
        BroadcastTransition::Cancel => {
            matches!(state, BroadcastState::Cancelled | BroadcastState::Retracting | BroadcastState::Retracted)
        }
        BroadcastTransition::Retract => matches!(state, BroadcastState::Retracting | BroadcastState::Retracted),
        BroadcastTransition::Recall => matches!(state, BroadcastState::Draft),
    }
}
