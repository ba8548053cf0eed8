//! Copies of broadcasts: a new draft with the same content, and tests of a draft that go to the admins.

use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::broadcasts::drafts::CreatedDraft;
use crate::domain::error::{BroadcastError, Refusal, Result};
use crate::model::broadcasts::validation::DraftError;
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState};
use crate::store::broadcasts::BroadcastAudit;
use crate::store::broadcasts::copies::{CopyBroadcast, CopyOutcome, StartTest};

/// Interval in which a draft of the same revision is tested once, in seconds: a double tap sends one test.
const TEST_INTERVAL_SECS: i64 = 10;

impl Domain {
    /// Creates a draft with the content, category and segment of a broadcast in any state. `once` is the idempotency key:
    /// a repeated request returns the same draft.
    pub async fn copy_broadcast(&self, admin: &Admin, id: BroadcastId, once: Option<&str>) -> Result<CreatedDraft> {
        self.broadcast(admin, id).await?;
        let author = admin.who();
        let idempotency_key = once.map(|once| admin.draft_key(once));
        let copy = CopyBroadcast { id, author, idempotency_key, now: self.now() };
        let (copy, is_new) = match self.inner.store.write(copy).await? {
            CopyOutcome::Copied(copy) => (copy, true),
            CopyOutcome::Existing(copy) => (copy, false),
        };
        Ok(CreatedDraft { draft: self.broadcast(admin, copy).await?, is_new })
    }

    /// Sends the message of a draft to all admins who started the bot, each in their own language. Returns the test: a
    /// broadcast of its own that is not listed.
    pub async fn test_broadcast(&self, admin: &Admin, id: BroadcastId) -> Result<Broadcast> {
        let draft = self.broadcast(admin, id).await?;
        if draft.state != BroadcastState::Draft {
            return Err(BroadcastError::State(draft.state).into());
        }
        if draft.content.is_empty() {
            return Err(Refusal::from(DraftError::Empty).into());
        }
        let admins = self.admins().to_vec();
        if self.inner.store.count_reachable(&admins).await? == 0 {
            return Err(Refusal::field("admins", "must have started the bot: none of them can get the test").into());
        }
        let now = self.now();
        let idempotency_key = format!("test:{id}:{}:{}", draft.revision, now.0 / TEST_INTERVAL_SECS);
        let audit = BroadcastAudit { admin: admin.who(), action: "test", detail: None, now };
        let test = StartTest { draft: id, admins, idempotency_key, audit };
        let Some(test) = self.inner.store.write(test).await? else {
            return Err(BroadcastError::State(self.broadcast(admin, id).await?.state).into());
        };
        tracing::info!(broadcast = %id, %test, by = ?admin.who(), "broadcast: test started");
        self.wake_delivery();
        self.broadcast(admin, test).await
    }
}
