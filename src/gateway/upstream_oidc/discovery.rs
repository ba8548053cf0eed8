//! What is known of a provider: its endpoints and the keys that it signs with, as its discovery document says.
//!
//! Asked for when first needed, again when it is an hour old, and again when something is signed with a key that is not
//! among those we know: providers change their keys without notice. While the provider does not answer, what we know counts
//! for a day. One asks, and the others wait for its answer; a question that failed is not asked again at once.

use std::sync::{Arc, PoisonError, RwLock};

use openidconnect::core::CoreProviderMetadata;
use openidconnect::{DiscoveryError, IssuerUrl};
use tokio::sync::Mutex;

use crate::gateway::upstream_oidc::UpstreamError;
use crate::gateway::upstream_oidc::http::{UpstreamHttp, UpstreamHttpError};
use crate::model::time::Moment;

/// How long what we know is held without asking again, in seconds.
const METADATA_MAX_AGE_SECS: i64 = 3600;
/// How long it counts while the provider does not answer, in seconds.
const METADATA_STALE_SECS: i64 = 86_400;
/// How soon a provider that did not answer is asked again, in seconds.
const REFETCH_INTERVAL_SECS: i64 = 5;
/// How soon it is asked again for the sake of an unknown key, in seconds.
const KEYS_REFETCH_INTERVAL_SECS: i64 = 30;

/// The discovery document and the keys.
#[derive(Debug)]
pub(super) struct ProviderMetadata {
    /// What the provider says of itself, its keys included.
    pub(super) metadata: CoreProviderMetadata,
    since: Moment,
}

/// What is known of one provider, if anything.
pub(super) struct MetadataCache {
    http: UpstreamHttp,
    issuer: IssuerUrl,
    held: RwLock<Option<Arc<ProviderMetadata>>>,
    asked: Mutex<DiscoveryState>,
}

#[derive(Default)]
struct DiscoveryState {
    failed_at: Option<Moment>,
    for_keys_at: Option<Moment>,
}

impl MetadataCache {
    pub(super) fn new(http: UpstreamHttp, issuer: IssuerUrl) -> Self {
        Self { http, issuer, held: RwLock::default(), asked: Mutex::default() }
    }

    /// What is known, new enough.
    pub(super) async fn get(&self, now: Moment) -> Result<Arc<ProviderMetadata>, UpstreamError> {
        if let Some(known) = self.held(now, METADATA_MAX_AGE_SECS) {
            return Ok(known);
        }
        let mut asked = self.asked.lock().await;
        if let Some(known) = self.held(now, METADATA_MAX_AGE_SECS) {
            return Ok(known);
        }
        let trouble = match left(asked.failed_at, REFETCH_INTERVAL_SECS, now) {
            Some(seconds) => UpstreamError::Away(seconds),
            None => match self.ask(now).await {
                Ok(known) => return Ok(known),
                Err(trouble) => {
                    asked.failed_at = Some(now);
                    trouble
                }
            },
        };
        self.held(now, METADATA_STALE_SECS).ok_or(trouble)
    }

    /// What is known after `before` did not have a key; `None` if nothing newer is to be had.
    pub(super) async fn newer_than(
        &self,
        before: &Arc<ProviderMetadata>,
        now: Moment,
    ) -> Option<Arc<ProviderMetadata>> {
        let mut asked = self.asked.lock().await;
        if let Some(known) = self.held(now, METADATA_MAX_AGE_SECS).filter(|known| !Arc::ptr_eq(known, before)) {
            return Some(known);
        }
        if left(asked.for_keys_at, KEYS_REFETCH_INTERVAL_SECS, now).is_some() {
            return None;
        }
        asked.for_keys_at = Some(now);
        self.ask(now).await.ok()
    }

    fn held(&self, now: Moment, for_seconds: i64) -> Option<Arc<ProviderMetadata>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner).clone();
        held.filter(|known| (0..for_seconds).contains(&now.since(known.since)))
    }

    async fn ask(&self, now: Moment) -> Result<Arc<ProviderMetadata>, UpstreamError> {
        let answer = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = answer.map_err(|fault| {
            let trouble = error_of(&fault);
            let why = why(&fault);
            tracing::warn!(issuer = %self.issuer.as_str(), why, "what a provider says of itself cannot be had");
            trouble
        })?;
        let known = Arc::new(ProviderMetadata { metadata, since: now });
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        Ok(known)
    }
}

/// How many seconds of a wait are left.
fn left(since: Option<Moment>, wait: i64, now: Moment) -> Option<u32> {
    let left = wait - now.since(since?);
    u32::try_from(left).ok().filter(|_| (1..=wait).contains(&left))
}

fn error_of(fault: &DiscoveryError<UpstreamHttpError>) -> UpstreamError {
    match fault {
        DiscoveryError::Request(UpstreamHttpError::NoAnswer(_) | UpstreamHttpError::Unwell(_)) => {
            UpstreamError::Away(5)
        }
        _ => UpstreamError::Nonsense,
    }
}

/// For the log: never the body of an answer.
fn why(fault: &DiscoveryError<UpstreamHttpError>) -> String {
    match fault {
        DiscoveryError::Request(fault) => fault.to_string(),
        DiscoveryError::Response(status, ..) => format!("the answer is {status}, or no JSON"),
        DiscoveryError::Parse(fault) => format!("the answer cannot be read at {}", fault.path()),
        DiscoveryError::Validation(_) => "the answer is of another issuer".to_owned(),
        _ => "the answer cannot be used".to_owned(),
    }
}
