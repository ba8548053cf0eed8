//! Keys that were found in public: revoked at once, and their owners warned.

use std::collections::HashMap;

use futures::{StreamExt, TryStreamExt, stream};

use crate::domain::Domain;
use crate::domain::error::{Refusal, Result};
use crate::gateway::github::{GitHubError, ReportSignature};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::api_key::PlainKey;
use crate::model::crypto::secret::Secret;
use crate::model::notices::notice::address_to_show;
use crate::store::accounts::activity::WithActivity;
use crate::store::api_keys::keys::RevokeKey;
use crate::store::api_keys::leaks::RevokeLeaked;
use crate::telemetry;

/// How many finds one report may have.
const MAX_REPORT_ITEMS: usize = 2000;
/// How many finds are looked into side by side: their revocations share a commit.
const MAX_CONCURRENT_CHECKS: usize = 32;

/// Proof that a report comes from GitHub: only this floor makes one, from a signature.
#[derive(Debug)]
pub struct LeakReporter(());

/// Something that looks like one of our keys, found in public.
#[derive(Clone, Debug)]
pub struct ReportedKey {
    /// What was found, letter by letter.
    pub token: Secret,
    /// Where it was found; may be empty.
    pub url: String,
}

/// What became of a find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeakVerdict {
    /// It is a key of ours, live or not. It is not live any more.
    Ours,
    /// It is nobody's key.
    Nobodys,
}

impl Domain {
    /// Recognises GitHub by its signature of exactly these bytes.
    pub async fn authenticate_github(&self, seal: Option<&ReportSignature>, body: &[u8]) -> Result<LeakReporter> {
        let seal = seal.ok_or(Refusal::UntrustedLeakReport)?;
        match self.inner.github.check(seal, body, self.now()).await {
            Ok(()) => Ok(LeakReporter(())),
            Err(GitHubError::Forged) => Err(Refusal::UntrustedLeakReport.into()),
            Err(GitHubError::Away(seconds)) => Err(Refusal::GitHubUnavailable { seconds }.into()),
        }
    }

    /// Revokes every live key among the finds, and keeps a warning for its owner. A report that comes again changes nothing,
    /// so that one that was answered with a fault may be sent again as it is.
    pub async fn revoke_leaked(&self, _: &LeakReporter, finds: Vec<ReportedKey>) -> Result<Vec<LeakVerdict>> {
        if finds.len() > MAX_REPORT_ITEMS {
            return Err(Refusal::field("body", format!("must have at most {MAX_REPORT_ITEMS} finds")).into());
        }
        // The same key in many places is one key; the first place is told.
        let mut places: HashMap<String, (PlainKey, String)> = HashMap::new();
        for find in &finds {
            if let Some(key) = PlainKey::parse(find.token.reveal()) {
                places.entry(key.reveal().to_owned()).or_insert_with(|| (key, find.url.clone()));
            }
        }
        let judge = |(token, (key, url)): (String, (PlainKey, String))| async move {
            Ok::<_, crate::domain::Error>((token, self.judge(&key, &url).await?))
        };
        let verdicts: HashMap<_, _> =
            stream::iter(places).map(judge).buffer_unordered(MAX_CONCURRENT_CHECKS).try_collect().await?;
        let verdict = |find: &ReportedKey| verdicts.get(find.token.reveal()).copied().unwrap_or(LeakVerdict::Nobodys);
        Ok(finds.iter().map(verdict).inspect(|verdict| telemetry::leak(verdict.as_str())).collect())
    }

    async fn judge(&self, key: &PlainKey, url: &str) -> Result<LeakVerdict> {
        let Some((key, which)) = self.inner.store.key_by_digest(&key.digest()).await? else {
            return Ok(LeakVerdict::Nobodys);
        };
        let now = self.now();
        if !key.works_until(which, now) {
            return Ok(LeakVerdict::Ours);
        }
        let account = key.account_id;
        let revoke = RevokeKey { account, key: key.id, now };
        let revoke = RevokeLeaked { revoke, found_at: address_to_show(url) };
        let revoke = WithActivity::new(revoke, (account, ActivityActor::GitHub, now), |key| {
            key.as_ref().map(|key| ActivityEvent::KeyLeaked { name: key.name.clone() })
        });
        let revoked = self.write_and_invalidate(account, revoke).await?;
        if let Some(key) = revoked {
            tracing::warn!(%account, key = %key.id, "a key was found in public: revoked");
            self.inner.notices.notify_one();
        }
        Ok(LeakVerdict::Ours)
    }
}

impl LeakVerdict {
    /// In GitHub's words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "true_positive",
            Self::Nobodys => "false_positive",
        }
    }
}
