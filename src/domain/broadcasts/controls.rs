//! Controls of a broadcast: pause, resume, cancel, retract, unschedule. Repeating one succeeds without effect.

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::domain::error::{BroadcastError, Result};
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState};
use crate::store::broadcasts::BroadcastAudit;
use crate::store::broadcasts::controls::{BroadcastTransition, TransitionBroadcast};

impl Domain {
    /// Pauses a broadcast; messages already leased are still sent.
    pub async fn pause_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.transition(admin, id, BroadcastTransition::Pause).await
    }

    /// Resumes a paused broadcast.
    pub async fn resume_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.transition(admin, id, BroadcastTransition::Resume).await
    }

    /// Stops a broadcast permanently; a draft is discarded.
    pub async fn cancel_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.transition(admin, id, BroadcastTransition::Cancel).await
    }

    /// Stops a broadcast permanently and deletes the messages sent within the last 48 hours.
    pub async fn retract_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.transition(admin, id, BroadcastTransition::Retract).await
    }

    /// Turns a scheduled broadcast back into a draft.
    pub async fn unschedule_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.transition(admin, id, BroadcastTransition::Recall).await
    }

    async fn transition(&self, admin: &Admin, id: BroadcastId, transition: BroadcastTransition) -> Result<Broadcast> {
        admin.require(AdminAct::Broadcasts)?;
        let audit = BroadcastAudit { admin: admin.who(), action: transition.as_str(), detail: None, now: self.now() };
        let is_done = self.inner.store.write(TransitionBroadcast { id, transition, audit }).await?;
        if is_done {
            tracing::info!(broadcast = %id, ?transition, by = ?admin.who(), "broadcast: changed by an admin");
            self.wake_delivery();
        }
        let now = self.broadcast(admin, id).await?;
        if is_done || is_already(transition, now.state) {
            Ok(now)
        } else {
            Err(BroadcastError::State(now.state).into())
        }
    }
}

/// Returns true if the transition has already led to this state.
const fn is_already(transition: BroadcastTransition, state: BroadcastState) -> bool {
    match transition {
        BroadcastTransition::Pause => matches!(state, BroadcastState::Paused),
        BroadcastTransition::Resume => matches!(state, BroadcastState::Preparing | BroadcastState::Sending),
        BroadcastTransition::Cancel => {
            matches!(state, BroadcastState::Cancelled | BroadcastState::Retracting | BroadcastState::Retracted)
        }
        BroadcastTransition::Retract => matches!(state, BroadcastState::Retracting | BroadcastState::Retracted),
        BroadcastTransition::Recall => matches!(state, BroadcastState::Draft),
    }
}
