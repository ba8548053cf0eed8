//! Rate limits: counted in Redis for all instances while it answers, otherwise by each instance alone.
//!
//! This file limits requests with keys. `write_limits` limits the changes an account makes, `refusal_limits` the refused
//! credentials of a network; both count in `event_counters` by an `event_limit`.

pub(in crate::domain) mod event_counters;
pub(in crate::domain) mod event_limit;
pub mod rate_limit_alerts;
pub(in crate::domain) mod refusal_limits;
pub mod write_limits;

use crate::domain::Domain;
use crate::domain::api_keys::key_cache::CachedAccount;
use crate::gateway::redis::{GcraParams, SharedDecision};
use crate::model::billing::plan::Plan;
use crate::model::rate_limit::{RateLimit, RateLimitStatus, WINDOW_MICROS};

impl Domain {
    /// Takes one request of an account's quota: shared with the other instances while Redis answers, otherwise local.
    pub(super) async fn take_request(
        &self,
        holder: &CachedAccount,
        plan: &Plan,
        millis: i64,
    ) -> Result<RateLimitStatus, RateLimitStatus> {
        let rate = RateLimit::from(plan);
        match self.shared(holder, rate.each(), millis).await {
            Some(SharedDecision { allowed: true, whole_at }) => Ok(rate.quota(whole_at, millis.saturating_mul(1000))),
            Some(SharedDecision { allowed: false, whole_at }) => {
                Err(rate.refusal(whole_at, millis.saturating_mul(1000)))
            }
            None => holder.meter.take(rate, millis),
        }
    }

    /// Returns the state of an account's quota without taking a request.
    pub(super) async fn peek_rate_limit(&self, holder: &CachedAccount, plan: &Plan) -> RateLimitStatus {
        let (rate, millis) = (RateLimit::from(plan), self.inner.env.clock.millis());
        match self.shared(holder, 0, millis).await {
            Some(SharedDecision { whole_at, .. }) => rate.quota(whole_at, millis.saturating_mul(1000)),
            None => holder.meter.peek(rate, millis),
        }
    }

    async fn shared(&self, holder: &CachedAccount, each: i64, millis: i64) -> Option<SharedDecision> {
        let step = GcraParams { now: millis.saturating_mul(1000), each, window: WINDOW_MICROS, slowness: 1 };
        let decision = self.inner.shared_rate_limiter.as_ref()?.take(holder.id, step).await?;
        holder.meter.follow(decision.whole_at);
        Some(decision)
    }

    /// Reconnects to Redis if it is configured and unavailable.
    pub async fn probe_redis(&self) {
        if let Some(meters) = &self.inner.shared_rate_limiter {
            // The gauge and readiness say so.
            let _ = meters.reconnect().await;
        }
    }
}
