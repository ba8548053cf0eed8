//! Hearing what other instances change.

use crate::domain::Domain;
use crate::domain::api_keys::key_cache::REMEMBERED;
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::store::api_keys::key_cache_sync::{Heard, News};
use crate::telemetry;

pub use crate::store::api_keys::key_cache_sync::Mark;

/// Keys that are read by one statement while all are loaded: what is read and not held yet takes little beside what is.
const PAGE: i64 = 2_000;

/// An ear for the news. Whoever holds it gives it all its time: what is not heard cannot be believed.
pub struct Ear {
    news: News,
    /// What this instance calls itself.
    name: String,
    /// Words of ours from before that time prove nothing: something was missed since.
    deaf_until: u64,
}

/// What came of listening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listened {
    /// All is well.
    On,
    /// A word of ours that was sent at that time: everything that was committed before it was heard.
    UpTo(u64),
    /// Something may have been missed: read on from the last mark.
    Missed,
}

impl Domain {
    /// Listens to the news from here on. `None` where no other instance can be: with SQLite.
    pub async fn listen(&self) -> Result<Option<Ear>> {
        let Some(news) = self.parts.store.listen().await? else { return Ok(None) };
        Ok(Some(Ear { news, name: self.random_id(), deaf_until: self.parts.keyring.trust.millis() }))
    }

    /// Says a word that this very instance hears: what was committed before it, it has heard then. Says when it was sent.
    pub async fn beat(&self, name: &str) -> Result<u64> {
        let sent_at = self.parts.keyring.trust.millis();
        self.parts.store.beat(&format!("{name} {sent_at}")).await?;
        Ok(sent_at)
    }

    /// Takes the next of the news to heart.
    pub async fn hear(&self, ear: &mut Ear) -> Result<Listened> {
        let keyring = &self.parts.keyring;
        match ear.news.next().await? {
            Heard::Account(account) => keyring.mark(account),
            Heard::Both(one, other) => keyring.mark_all(&[one, other]),
            Heard::Balance(account) => keyring.mark_balance(account),
            Heard::Hold(until) => self.parts.hold.note(until),
            Heard::Beat(words) => {
                let sent_at = words.strip_prefix(&ear.name).and_then(|rest| rest.trim().parse().ok());
                if let Some(sent_at) = sent_at.filter(|at| *at >= ear.deaf_until) {
                    keyring.trust.heard(sent_at);
                    return Ok(Listened::UpTo(sent_at));
                }
            }
            Heard::Gap => {
                self.mistrust();
                ear.deaf_until = keyring.trust.millis();
                return Ok(Listened::Missed);
            }
        }
        Ok(Listened::On)
    }

    /// Nobody else tells anything, and what they change is looked for: what is held is believed from here on.
    pub fn trust_alone(&self) {
        self.parts.keyring.trust.alone();
    }

    /// News may have been lost: until it is whole again, the database is asked about every key.
    pub fn mistrust(&self) {
        self.parts.keyring.trust.lost();
    }

    /// How far the news goes by now.
    pub async fn news_mark(&self) -> Result<Mark> {
        Ok(self.parts.store.mark().await?)
    }

    /// Reads on from a mark, and says how far that goes.
    pub async fn catch_up(&self, mark: Mark) -> Result<Mark> {
        let (accounts, mark) = self.parts.store.changed_since(mark).await?;
        for account in accounts {
            self.parts.keyring.mark(account);
        }
        Ok(mark)
    }

    /// Loads every key, if there are not too many; else they are held as they are asked about.
    pub async fn load_keys(&self) -> Result<()> {
        let keyring = &self.parts.keyring;
        let since = self.now().minus(REMEMBERED);
        let count = self.parts.store.count_keys().await?;
        if usize::try_from(count).is_ok_and(|count| count > keyring.capacity()) {
            tracing::info!(keys = count, most = keyring.capacity(), "too many keys to hold all: those in use are held");
            keyring.set_complete(false);
            return Ok(());
        }
        keyring.reserve(usize::try_from(count).unwrap_or(0));
        let (ticket, evictions) = (keyring.ticket(), keyring.evictions());
        let (mut last, mut loaded) = (AccountId(0), 0);
        loop {
            let mut rows = self.parts.store.holdings_after(last, since, PAGE).await?;
            let is_last = i64::try_from(rows.len()).is_ok_and(|len| len < PAGE);
            if let (false, Some(cut)) = (is_last, rows.last().map(|row| row.account_id)) {
                // The rest of the last account would be on the next page: it is read whole.
                rows.retain(|row| row.account_id != cut);
                rows.extend(self.parts.store.holdings(&[cut], since).await?);
            }
            for of_account in rows.chunk_by(|one, other| one.account_id == other.account_id) {
                if let Some(row) = of_account.first() {
                    keyring.apply(row.account_id, of_account, (self.plans(), ticket, self.now()));
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
        keyring.set_complete(!keyring.is_too_full() && keyring.evictions() == evictions);
        tracing::info!(keys = loaded, secrets = keyring.len(), "keys are held in memory");
        telemetry::keys_held(keyring.len());
        Ok(())
    }
}

impl Ear {
    /// What this instance calls itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
