//! Pausing, resuming, cancelling and taking back. Asked for again, each is as good as done.

use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::error::{Refusal, Result};
use crate::model::broadcasts::{Broadcast, BroadcastId, State};
use crate::store::broadcasts::Deed;
use crate::store::broadcasts::controls::{Turn, TurnBroadcast};

impl Domain {
    /// Lets a broadcast rest: what is in hand is still sent, nothing else.
    pub async fn pause_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.turn(admin, id, Turn::Pause).await
    }

    /// Lets a broadcast that rests go on.
    pub async fn resume_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.turn(admin, id, Turn::Resume).await
    }

    /// Stops a broadcast for good; a draft is thrown away.
    pub async fn cancel_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.turn(admin, id, Turn::Cancel).await
    }

    /// Stops a broadcast for good, and deletes what was sent within the last 48 hours.
    pub async fn retract_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.turn(admin, id, Turn::Retract).await
    }

    /// Makes a draft of a broadcast again whose time has not come.
    pub async fn recall_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        self.turn(admin, id, Turn::Recall).await
    }

    async fn turn(&self, admin: &Admin, id: BroadcastId, turn: Turn) -> Result<Broadcast> {
        let deed = Deed { admin: admin.who(), act: turn.as_str(), detail: None, now: self.now() };
        let turned = self.parts.store.write(TurnBroadcast { id, turn, deed }).await?;
        if turned {
            tracing::info!(broadcast = %id, ?turn, by = ?admin.who(), "an admin turned a broadcast");
            self.ring();
        }
        let now = self.broadcast(admin, id).await?;
        if turned || is_as_good_as(turn, now.state) { Ok(now) } else { Err(Refusal::BroadcastState(now.state).into()) }
    }
}

/// Whether a broadcast in that state is as if it had just been turned so.
const fn is_as_good_as(turn: Turn, state: State) -> bool {
    match turn {
        Turn::Pause => matches!(state, State::Paused),
        Turn::Resume => matches!(state, State::Laying | State::Running),
        Turn::Cancel => matches!(state, State::Cancelled | State::Retracting | State::Retracted),
        Turn::Retract => matches!(state, State::Retracting | State::Retracted),
        Turn::Recall => matches!(state, State::Draft),
    }
}
