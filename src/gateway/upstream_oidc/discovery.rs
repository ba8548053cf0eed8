//! Cache of a provider's discovery document: its endpoints and signing keys (OpenID Connect Discovery 1.0).
//!
//! - The document is fetched when first needed, when it is an hour old, and when a token is signed with an unknown key.
//!   Providers rotate keys without notice.
//! - While the provider is unavailable, the cached document stays valid for a day.
//! - One caller fetches; the others wait for its result. A failed fetch is not repeated immediately.

use std::sync::{Arc, PoisonError, RwLock};

use openidconnect::core::CoreProviderMetadata;
use openidconnect::{DiscoveryError, IssuerUrl};
use tokio::sync::Mutex;

use crate::gateway::upstream_oidc::UpstreamError;
use crate::gateway::upstream_oidc::http::{UpstreamHttp, UpstreamHttpError};
use crate::model::time::Moment;

/// Age at which the document is fetched again.
const METADATA_MAX_AGE_SECS: i64 = 3600;
/// Age up to which the document is used while the provider is unavailable.
const METADATA_STALE_SECS: i64 = 86_400;
/// Minimum interval after a failed fetch.
const REFETCH_INTERVAL_SECS: i64 = 5;
/// Minimum interval between fetches caused by unknown keys.
const KEYS_REFETCH_INTERVAL_SECS: i64 = 30;

/// Discovery document and keys, with the time of the fetch.
#[derive(Debug)]
pub(super) struct ProviderMetadata {
    /// Document as published, keys included.
    pub(super) metadata: CoreProviderMetadata,
    since: Moment,
}

/// Cache for one provider.
pub(super) struct MetadataCache {
    http: UpstreamHttp,
    issuer: IssuerUrl,
    cached: RwLock<Option<Arc<ProviderMetadata>>>,
    fetching: Mutex<DiscoveryState>,
}

#[derive(Default)]
struct DiscoveryState {
    failed_at: Option<Moment>,
    for_keys_at: Option<Moment>,
}

impl MetadataCache {
    pub(super) fn new(http: UpstreamHttp, issuer: IssuerUrl) -> Self {
        Self { http, issuer, cached: RwLock::default(), fetching: Mutex::default() }
    }

    /// Returns the document, and fetches it first if it is too old.
    pub(super) async fn get(&self, now: Moment) -> Result<Arc<ProviderMetadata>, UpstreamError> {
        if let Some(metadata) = self.cached(now, METADATA_MAX_AGE_SECS) {
            return Ok(metadata);
        }
        let mut state = self.fetching.lock().await;
        if let Some(metadata) = self.cached(now, METADATA_MAX_AGE_SECS) {
            return Ok(metadata);
        }
        let error = match left(state.failed_at, REFETCH_INTERVAL_SECS, now) {
            Some(seconds) => UpstreamError::Unavailable(seconds),
            None => match self.fetch(now).await {
                Ok(metadata) => return Ok(metadata),
                Err(error) => {
                    state.failed_at = Some(now);
                    error
                }
            },
        };
        self.cached(now, METADATA_STALE_SECS).ok_or(error)
    }

    /// Returns a document newer than `before`, which lacked a key. Returns `None` if the provider has nothing newer.
    pub(super) async fn newer_than(
        &self,
        before: &Arc<ProviderMetadata>,
        now: Moment,
    ) -> Option<Arc<ProviderMetadata>> {
        let mut state = self.fetching.lock().await;
        if let Some(newer) = self.cached(now, METADATA_MAX_AGE_SECS).filter(|cached| !Arc::ptr_eq(cached, before)) {
            return Some(newer);
        }
        if left(state.for_keys_at, KEYS_REFETCH_INTERVAL_SECS, now).is_some() {
            return None;
        }
        state.for_keys_at = Some(now);
        self.fetch(now).await.ok()
    }

    fn cached(&self, now: Moment, max_age: i64) -> Option<Arc<ProviderMetadata>> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner).clone();
        cached.filter(|metadata| (0..max_age).contains(&now.since(metadata.since)))
    }

    async fn fetch(&self, now: Moment) -> Result<Arc<ProviderMetadata>, UpstreamError> {
        let response = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = response.map_err(|error| {
            tracing::warn!(issuer = %self.issuer.as_str(), error = describe(&error), "upstream: discovery failed");
            error_of(&error)
        })?;
        let metadata = Arc::new(ProviderMetadata { metadata, since: now });
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&metadata));
        Ok(metadata)
    }
}

/// Seconds left of a wait that began at `since`; `None` once it is over.
fn left(since: Option<Moment>, wait: i64, now: Moment) -> Option<u32> {
    let left = wait - now.since(since?);
    u32::try_from(left).ok().filter(|_| (1..=wait).contains(&left))
}

fn error_of(error: &DiscoveryError<UpstreamHttpError>) -> UpstreamError {
    match error {
        DiscoveryError::Request(UpstreamHttpError::NoAnswer(_) | UpstreamHttpError::Unwell(_)) => {
            UpstreamError::Unavailable(5)
        }
        _ => UpstreamError::InvalidResponse,
    }
}

/// Text for the log. Never contains the body of a response.
fn describe(error: &DiscoveryError<UpstreamHttpError>) -> String {
    match error {
        DiscoveryError::Request(error) => error.to_string(),
        DiscoveryError::Response(status, ..) => format!("the response has status {status} or is not JSON"),
        DiscoveryError::Parse(error) => format!("the response is invalid at {}", error.path()),
        DiscoveryError::Validation(_) => "the response names another issuer".to_owned(),
        _ => "the response is unusable".to_owned(),
    }
}
