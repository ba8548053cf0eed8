//! Leaked keys that GitHub secret scanning reports. They are revoked immediately and their owners notified.

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

/// Largest number of keys in one report.
const MAX_REPORT_ITEMS: usize = 2000;
/// Reported keys that are checked concurrently; their revocations share a commit.
const MAX_CONCURRENT_CHECKS: usize = 32;

/// Proof that a report comes from GitHub. Only [`Domain::authenticate_github`] creates one, from a signature.
#[derive(Debug)]
pub struct LeakReporter(());

/// String that looks like one of our keys and was found in public.
#[derive(Clone, Debug)]
pub struct ReportedKey {
    /// The string exactly as found.
    pub token: Secret,
    /// Address at which it was found; may be empty.
    pub url: String,
}

/// Verdict on one reported key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeakVerdict {
    /// Our key, live or not; it is no longer live.
    Ours,
    /// Not a key of ours.
    Nobodys,
}

impl Domain {
    /// Verifies GitHub's signature of exactly these bytes.
    pub async fn authenticate_github(&self, signature: Option<&ReportSignature>, body: &[u8]) -> Result<LeakReporter> {
        let signature = signature.ok_or(Refusal::UntrustedLeakReport)?;
        match self.inner.github.check(signature, body, self.now()).await {
            Ok(()) => Ok(LeakReporter(())),
            Err(GitHubError::Forged) => Err(Refusal::UntrustedLeakReport.into()),
            Err(GitHubError::Away(seconds)) => Err(Refusal::GitHubUnavailable { seconds }.into()),
        }
    }

    /// Revokes every live key in a report and stores a warning for its owner. A repeated report changes nothing, so
    /// GitHub can send one again after an error.
    pub async fn revoke_leaked(&self, _: &LeakReporter, reports: Vec<ReportedKey>) -> Result<Vec<LeakVerdict>> {
        if reports.len() > MAX_REPORT_ITEMS {
            return Err(Refusal::field("body", format!("must have at most {MAX_REPORT_ITEMS} items")).into());
        }
        // A key found in several places is one key; its owner learns the first place.
        let mut places: HashMap<String, (PlainKey, String)> = HashMap::new();
        for report in &reports {
            if let Some(key) = PlainKey::parse(report.token.reveal()) {
                places.entry(key.reveal().to_owned()).or_insert_with(|| (key, report.url.clone()));
            }
        }
        let judge = |(token, (key, url)): (String, (PlainKey, String))| async move {
            Ok::<_, crate::domain::Error>((token, self.judge(&key, &url).await?))
        };
        let verdicts: HashMap<_, _> =
            stream::iter(places).map(judge).buffer_unordered(MAX_CONCURRENT_CHECKS).try_collect().await?;
        let verdict =
            |report: &ReportedKey| verdicts.get(report.token.reveal()).copied().unwrap_or(LeakVerdict::Nobodys);
        Ok(reports
            .iter()
            .map(verdict)
            .inspect(|verdict| telemetry::metrics::leak_reports_total(verdict.as_str()))
            .collect())
    }

    async fn judge(&self, key: &PlainKey, url: &str) -> Result<LeakVerdict> {
        let Some((key, slot)) = self.inner.store.key_by_digest(&key.digest()).await? else {
            return Ok(LeakVerdict::Nobodys);
        };
        let now = self.now();
        if !key.works_until(slot, now) {
            return Ok(LeakVerdict::Ours);
        }
        let account = key.account_id;
        let revoke = RevokeKey { account, key: key.id, now };
        let revoke = RevokeLeaked { revoke, found_at: address_to_show(url) };
        let revoke = WithActivity::new(revoke, ActivityActor::GitHub, |key| {
            key.as_ref().map(|key| ActivityEvent::KeyLeaked { name: key.name.clone() })
        });
        let revoked = self.write_and_invalidate(account, revoke).await?;
        if let Some(key) = revoked {
            tracing::warn!(%account, key = %key.id, "leaked key: revoked");
            self.inner.notices.notify_one();
        }
        Ok(LeakVerdict::Ours)
    }
}

impl LeakVerdict {
    /// Returns the verdict in GitHub's terms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "true_positive",
            Self::Nobodys => "false_positive",
        }
    }
}
