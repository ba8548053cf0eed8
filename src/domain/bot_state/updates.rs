//! The program's own notes: which updates it has handled, what it asked whom, whether its database answers.

use std::collections::BTreeMap;

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::TelegramId;
use crate::store::bot_state::parked_updates::{ParkUpdates, UnparkUpdates};
use crate::store::bot_state::updates::{ClaimUpdate, ExtendUpdateLease, FinishUpdate, SetDialogue};

pub use crate::store::bot_state::updates::{ClaimOutcome, UpdateDisposition};

impl Domain {
    /// Takes an update of the bot in hand, unless it was handled before.
    pub async fn claim_update(&self, update_id: i64) -> Result<ClaimOutcome> {
        Ok(self.inner.store.write(ClaimUpdate { update_id, now: self.now() }).await?)
    }

    /// Marks an update as handled, or gives it back so that its next delivery is.
    pub async fn finish_update(&self, update_id: i64, how: UpdateDisposition) -> Result<()> {
        Ok(self.inner.store.write(FinishUpdate { update_id, how }).await?)
    }

    /// Says that an update is still in our hand. Whoever does not say so every few seconds counts as dead.
    pub async fn extend_update_lease(&self, update_id: i64) -> Result<()> {
        Ok(self.inner.store.write(ExtendUpdateLease { update_id, now: self.now() }).await?)
    }

    /// Keeps updates, by number, until they are done: from then on Telegram may forget them.
    pub async fn park_updates(&self, updates: Vec<(i64, String)>) -> Result<()> {
        Ok(self.inner.store.write(ParkUpdates { updates, now: self.now() }).await?)
    }

    /// What is kept and not done, oldest first.
    pub async fn parked_updates(&self) -> Result<Vec<(i64, String)>> {
        Ok(self.inner.store.parked_updates().await?)
    }

    /// Kept updates are done.
    pub async fn unpark_updates(&self, updates: Vec<i64>) -> Result<()> {
        Ok(self.inner.store.write(UnparkUpdates { updates }).await?)
    }

    /// What that person was last asked in chat, while the answer is waited for.
    pub async fn question(&self, person: TelegramId) -> Result<Option<String>> {
        Ok(self.inner.store.dialogue(person, self.now()).await?)
    }

    /// Remembers that a person was asked something, and waits `seconds` for the answer.
    pub async fn set_dialogue(&self, person: TelegramId, question: &str, seconds: i64) -> Result<()> {
        let step = Some((question.to_owned(), self.now().plus(seconds)));
        Ok(self.inner.store.write(SetDialogue { person, step }).await?)
    }

    /// Waits for no answer of that person any more.
    pub async fn clear_dialogue(&self, person: TelegramId) -> Result<()> {
        if self.question(person).await?.is_none() {
            return Ok(());
        }
        Ok(self.inner.store.write(SetDialogue { person, step: None }).await?)
    }

    /// Whether the database answers.
    pub async fn check_database(&self) -> Result<()> {
        Ok(self.inner.store.ping().await?)
    }

    /// What is away and done without, and how. Nothing is said of what is there.
    #[must_use]
    pub fn does_without(&self) -> BTreeMap<&'static str, String> {
        let mut lacks = BTreeMap::new();
        if self.inner.shared_rate_limiter.as_ref().is_some_and(|meters| !meters.is_there()) {
            lacks.insert("redis", "does not answer: each instance counts requests alone".to_owned());
        }
        if self.inner.key_cache.trust.has_timed_out() {
            lacks.insert("news", "are not heard: the database is asked about every key".to_owned());
        }
        if let Some(trouble) = self.mail_server_error() {
            lacks.insert("mail", trouble);
        }
        lacks
    }

    /// Finishes the writes in hand and lets the database go.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }
}
