//! Start of a broadcast.

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct, AdminSource};
use crate::domain::error::{BroadcastError, Refusal, Result};
use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::validation::{DraftError, schedule_error};
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState};
use crate::store::broadcasts::BroadcastAudit;
use crate::store::broadcasts::controls::{BroadcastStart, StartBroadcast};

impl Domain {
    /// Starts or schedules a draft.
    ///
    /// Refuses if `confirmed` differs from the present number of recipients, or if there are none. With `revision`,
    /// refuses if the draft was changed since. Succeeds if the broadcast was started before with the same number.
    pub async fn start_broadcast(
        &self,
        admin: &Admin,
        id: BroadcastId,
        confirmed: i64,
        revision: Option<i64>,
    ) -> Result<Broadcast> {
        let draft = self.broadcast(admin, id).await?;
        if draft.state != BroadcastState::Draft {
            return if draft.confirmed == Some(confirmed) {
                Ok(draft)
            } else {
                Err(BroadcastError::State(draft.state).into())
            };
        }
        self.check_draft(&draft, revision)?;
        let start = if draft.start_at.is_some() { BroadcastStart::Scheduled } else { BroadcastStart::Now };
        let recipients = self.count_segment(admin, &draft.segment, draft.category).await?;
        if recipients != confirmed || recipients == 0 {
            return Err(BroadcastError::CountChanged { confirmed, recipients }.into());
        }
        let audit = BroadcastAudit {
            admin: admin.who(),
            action: "start",
            detail: Some(confirmed.to_string()),
            now: self.now(),
        };
        let notify = self.admins_besides(admin);
        let request = StartBroadcast { id, revision: draft.revision, confirmed, start, notify, audit };
        if self.inner.store.write(request).await? {
            tracing::info!(broadcast = %id, recipients, ?start, by = ?admin.who(), "broadcast: started");
            self.inner.notices.notify_one();
            self.wake_delivery();
            return self.broadcast(admin, id).await;
        }
        // Another admin was faster: started it with the same number, or changed it.
        let now = self.broadcast(admin, id).await?;
        match now.state {
            BroadcastState::Draft => Err(BroadcastError::Changed.into()),
            _ if now.confirmed == Some(confirmed) => Ok(now),
            state => Err(BroadcastError::State(state).into()),
        }
    }

    /// Refuses a draft that is not the one that was shown, or that cannot be sent.
    fn check_draft(&self, draft: &Broadcast, revision: Option<i64>) -> Result<()> {
        if revision.is_some_and(|revision| revision != draft.revision) {
            return Err(BroadcastError::Changed.into());
        }
        if draft.content.is_empty() {
            return Err(Refusal::from(DraftError::Empty).into());
        }
        let flaw = draft.start_at.and_then(|at| schedule_error(at, self.now()));
        flaw.map_or(Ok(()), |flaw| Err(Refusal::from(flaw).into()))
    }

    /// Returns the admins to notify of a start: those who may send broadcasts. In chat the admin sees what they did; over HTTP, somebody else may have
    /// done it in their name.
    fn admins_besides(&self, admin: &Admin) -> Vec<TelegramId> {
        let sees_it = |other: &TelegramId| admin.source() == AdminSource::Chat && admin.who() == Some(*other);
        self.admins_for(AdminAct::Broadcasts).into_iter().filter(|other| !sees_it(other)).collect()
    }
}
