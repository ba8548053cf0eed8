//! A number of events within a number of minutes, counted here and, with Redis, by all instances together.
//!
//! An event is counted here first, so that a flood that is refused here does not reach Redis.

use crate::domain::Domain;
use crate::domain::error::{Error, Refusal, Result};
use crate::gateway::redis::GcraParams;
use crate::model::rate_limit::{GcraState, RateLimit, RateLimitStatus, WINDOW_MICROS};

/// Number of events allowed within a number of minutes.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain) struct EventLimit {
    /// Name of the limit, part of the key in Redis.
    pub(in crate::domain) name: &'static str,
    /// Number of events, all of which may come together.
    pub(in crate::domain) events: u32,
    /// Minutes in which they come back.
    pub(in crate::domain) minutes: u32,
}

impl EventLimit {
    /// Counts an event in this process.
    pub(in crate::domain) fn take(self, state: &GcraState, millis: i64) -> Result<()> {
        state.take(self.rate(), self.slowed(millis)).map(drop).map_err(|quota| self.refused(&quota))
    }

    /// Fails if the next event would be refused. Counts nothing.
    pub(in crate::domain) fn check(self, state: &GcraState, millis: i64) -> Result<()> {
        let quota = state.peek(self.rate(), self.slowed(millis));
        if quota.remaining == 0 { Err(self.refused(&quota)) } else { Ok(()) }
    }

    /// Returns an event that turned out not to count.
    pub(in crate::domain) fn release(self, state: &GcraState) {
        state.release(self.rate());
    }

    /// True if no event counts any more.
    pub(in crate::domain) fn is_idle(self, state: &GcraState, millis: i64) -> bool {
        state.is_whole(self.slowed(millis))
    }

    const fn rate(self) -> RateLimit<'static> {
        RateLimit { policy: self.name, a_minute: self.events }
    }

    /// Slows the clock by the number of minutes, because a GCRA counter has a window of one minute.
    fn slowed(self, millis: i64) -> i64 {
        millis / i64::from(self.minutes)
    }

    fn step(self, each: i64, millis: i64) -> GcraParams {
        let (now, slowness) = (self.slowed(millis).saturating_mul(1000), i64::from(self.minutes));
        GcraParams { now, each, window: WINDOW_MICROS, slowness }
    }

    fn refused(self, quota: &RateLimitStatus) -> Error {
        Refusal::TooManyAttempts { seconds: quota.seconds.saturating_mul(self.minutes) }.into()
    }
}

impl Domain {
    /// Counts an event with the other instances. Succeeds without Redis. Returns when the limit is whole again, for the
    /// count in this process to follow.
    pub(in crate::domain) async fn take_shared(
        &self,
        limit: EventLimit,
        subject: &str,
        millis: i64,
    ) -> Option<SharedCount> {
        let shared = self.inner.shared_rate_limiter.as_ref()?;
        let step = limit.step(limit.rate().each(), millis);
        let now = step.now;
        let decision = shared.take_event(limit.name, subject, step).await?;
        let refusal = || limit.refused(&limit.rate().refusal(decision.whole_at, now));
        let outcome = if decision.allowed { Ok(()) } else { Err(refusal()) };
        Some(SharedCount { whole_at: decision.whole_at, outcome })
    }

    /// Returns an event that was counted with the other instances.
    pub(in crate::domain) async fn release_shared(&self, limit: EventLimit, subject: &str, millis: i64) {
        if let Some(shared) = &self.inner.shared_rate_limiter {
            shared.take_event(limit.name, subject, limit.step(-limit.rate().each(), millis)).await;
        }
    }
}

/// Result of counting with the other instances.
#[derive(Debug)]
pub(in crate::domain) struct SharedCount {
    /// Time at which the limit is whole again, by the clock of the limit.
    pub(in crate::domain) whole_at: i64,
    /// Refusal if the limit is used up.
    pub(in crate::domain) outcome: Result<()>,
}
