//! Hearing what other instances change.

use crate::domain::Domain;
use crate::domain::api_keys::key_cache::ENDED_KEY_MEMORY_SECS;
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::store::api_keys::key_cache_sync::{ChangeFeed, ChangeMessage};
use crate::telemetry;

pub use crate::store::api_keys::key_cache_sync::ChangeCursor;

/// Keys that are read by one statement while all are loaded: what is read and not held yet takes little beside what is.
const ACCOUNTS_PER_PAGE: i64 = 2_000;

/// An ear for the news. Whoever holds it gives it all its time: what is not heard cannot be believed.
pub struct ChangeListener {
    news: ChangeFeed,
    /// What this instance calls itself.
    name: String,
    /// Words of ours from before that time prove nothing: something was missed since.
    deaf_until: u64,
}

/// What came of listening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenOutcome {
    /// All is well.
    On,
    /// A word of ours that was sent at that time: everything that was committed before it was heard.
    UpTo(u64),
    /// Something may have been missed: read on from the last mark.
    Missed,
}

impl Domain {
    /// Listens to the news from here on. `None` where no other instance can be: with SQLite.
    pub async fn listen(&self) -> Result<Option<ChangeListener>> {
        let Some(news) = self.inner.store.listen().await? else { return Ok(None) };
        Ok(Some(ChangeListener { news, name: self.random_id(), deaf_until: self.inner.key_cache.trust.millis() }))
    }

    /// Says a word that this very instance hears: what was committed before it, it has heard then. Says when it was sent.
    pub async fn beat(&self, name: &str) -> Result<u64> {
        let sent_at = self.inner.key_cache.trust.millis();
        self.inner.store.beat(&format!("{name} {sent_at}")).await?;
        Ok(sent_at)
    }

    /// Takes the next of the news to heart.
    pub async fn hear(&self, ear: &mut ChangeListener) -> Result<ListenOutcome> {
        let key_cache = &self.inner.key_cache;
        match ear.news.next().await? {
            ChangeMessage::Account(account) => key_cache.mark(account),
            ChangeMessage::Both(one, other) => key_cache.mark_all_stale(&[one, other]),
            ChangeMessage::Balance(account) => key_cache.mark_balance_stale(account),
            ChangeMessage::Hold(until) => self.inner.flood_wait.note(until),
            ChangeMessage::Beat(words) => {
                let sent_at = words.strip_prefix(&ear.name).and_then(|rest| rest.trim().parse().ok());
                if let Some(sent_at) = sent_at.filter(|at| *at >= ear.deaf_until) {
                    key_cache.trust.heard(sent_at);
                    return Ok(ListenOutcome::UpTo(sent_at));
                }
            }
            ChangeMessage::Gap => {
                self.distrust_cache();
                ear.deaf_until = key_cache.trust.millis();
                return Ok(ListenOutcome::Missed);
            }
        }
        Ok(ListenOutcome::On)
    }

    /// Nobody else tells anything, and what they change is looked for: what is held is believed from here on.
    pub fn trust_single_instance(&self) {
        self.inner.key_cache.trust.alone();
    }

    /// News may have been lost: until it is whole again, the database is asked about every key.
    pub fn distrust_cache(&self) {
        self.inner.key_cache.trust.lost();
    }

    /// How far the news goes by now.
    pub async fn change_cursor(&self) -> Result<ChangeCursor> {
        Ok(self.inner.store.mark().await?)
    }

    /// Reads on from a mark, and says how far that goes.
    pub async fn catch_up(&self, mark: ChangeCursor) -> Result<ChangeCursor> {
        let (accounts, mark) = self.inner.store.changed_since(mark).await?;
        for account in accounts {
            self.inner.key_cache.mark(account);
        }
        Ok(mark)
    }

    /// Loads every key, if there are not too many; else they are held as they are asked about.
    pub async fn load_keys(&self) -> Result<()> {
        let key_cache = &self.inner.key_cache;
        let since = self.now().minus(ENDED_KEY_MEMORY_SECS);
        let count = self.inner.store.count_keys().await?;
        if usize::try_from(count).is_ok_and(|count| count > key_cache.capacity()) {
            tracing::info!(
                keys = count,
                most = key_cache.capacity(),
                "too many keys to hold all: those in use are held"
            );
            key_cache.set_complete(false);
            return Ok(());
        }
        key_cache.reserve(usize::try_from(count).unwrap_or(0));
        let (ticket, evictions) = (key_cache.ticket(), key_cache.evictions());
        let (mut last, mut loaded) = (AccountId(0), 0);
        loop {
            let mut rows = self.inner.store.cache_rows_after(last, since, ACCOUNTS_PER_PAGE).await?;
            let is_last = i64::try_from(rows.len()).is_ok_and(|len| len < ACCOUNTS_PER_PAGE);
            if let (false, Some(cut)) = (is_last, rows.last().map(|row| row.account_id)) {
                // The rest of the last account would be on the next page: it is read whole.
                rows.retain(|row| row.account_id != cut);
                rows.extend(self.inner.store.cache_rows(&[cut], since).await?);
            }
            for of_account in rows.chunk_by(|one, other| one.account_id == other.account_id) {
                if let Some(row) = of_account.first() {
                    key_cache.apply(row.account_id, of_account, (self.plans(), ticket, self.now()));
                    last = row.account_id;
                }
            }
            loaded += rows.len();
            if is_last {
                break;
            }
            if loaded / 100_000 != (loaded - rows.len()) / 100_000 {
                tracing::info!(loaded, of = count, "loading keys");
            }
        }
        // What was let go of in the meantime, to make room, is there all the same.
        key_cache.set_complete(!key_cache.is_too_full() && key_cache.evictions() == evictions);
        tracing::info!(keys = loaded, secrets = key_cache.len(), "keys are held in memory");
        telemetry::key_cache_entries(key_cache.len());
        Ok(())
    }
}

impl ChangeListener {
    /// What this instance calls itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
