//! How many requests an account may make: the generic cell rate algorithm (GCRA), one number an account.
//!
//! An account may spend a minute's requests at once, and gets them back evenly: with 600 a minute, one each 100 ms. The
//! number kept is the time at which everything will have come back.

pub mod rate_limit_alerts;

use std::sync::atomic::{AtomicI64, Ordering};

use ecow::EcoString;

use crate::domain::Domain;
use crate::domain::api_keys::key_cache::CachedAccount;
use crate::gateway::redis::{GcraParams, SharedDecision};
use crate::model::billing::plan::Plan;

/// The window of every plan's limit, in seconds.
pub const WINDOW_SECS: u32 = 60;
const WINDOW_MICROS: i64 = WINDOW_SECS as i64 * 1_000_000;

/// Where an account stands, as the `RateLimit` fields say it (draft-ietf-httpapi-ratelimit-headers).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimitStatus {
    /// The name of the policy: the plan's id.
    pub policy: EcoString,
    /// Requests in a window.
    pub limit: u32,
    /// Requests that are left.
    pub remaining: u32,
    /// The seconds in which they may be made; when none is left, the seconds until one is.
    pub seconds: u32,
}

/// How many requests may be made in a window.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit<'a> {
    /// Its name.
    pub policy: &'a str,
    /// Requests in a window.
    pub a_minute: u32,
}

impl<'a> From<&'a Plan> for RateLimit<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self { policy: &plan.id, a_minute: plan.requests_per_minute }
    }
}

/// Where one account stands: Unix microseconds at which its quota is whole again.
#[derive(Debug, Default)]
pub struct GcraState(AtomicI64);

impl GcraState {
    /// Takes one request; an `Err` says how long to wait.
    pub fn take(&self, rate: RateLimit<'_>, now_millis: i64) -> Result<RateLimitStatus, RateLimitStatus> {
        let now = now_millis.saturating_mul(1000);
        // A refusal is kept too: it brings a time back into reach that a clock set back has put far ahead.
        let outcome = |whole_at| rate.after(within_reach(whole_at, now), now);
        let step = |whole_at| Some(outcome(whole_at).unwrap_or_else(|_| within_reach(whole_at, now)));
        let before = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).unwrap_or_else(|before| before);
        outcome(before).map(|after| rate.quota(after, now))
    }

    /// Gives back a request that was taken.
    pub(super) fn give_back(&self, rate: RateLimit<'_>) {
        self.0.fetch_sub(rate.each(), Ordering::Relaxed);
    }

    /// Keeps what another meter of the same account says, so as to go on from there when it is away.
    pub(super) fn follow(&self, whole_at: i64) {
        self.0.fetch_max(whole_at, Ordering::Relaxed);
    }

    /// Where it stands, without taking anything.
    pub fn peek(&self, rate: RateLimit<'_>, now_millis: i64) -> RateLimitStatus {
        let now = now_millis.saturating_mul(1000);
        rate.quota(within_reach(self.0.load(Ordering::Relaxed), now), now)
    }

    /// Whether nothing of the quota is spent.
    pub fn is_whole(&self, now_millis: i64) -> bool {
        self.0.load(Ordering::Relaxed) <= now_millis.saturating_mul(1000)
    }
}

impl Domain {
    /// Takes one request of an account's quota: together with the other instances while Redis answers, else alone.
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

    /// Where an account's quota stands, without taking anything.
    pub(super) async fn peek_rate_limit(&self, holder: &CachedAccount, plan: &Plan) -> RateLimitStatus {
        let (rate, millis) = (RateLimit::from(plan), self.inner.env.clock.millis());
        match self.shared(holder, 0, millis).await {
            Some(SharedDecision { whole_at, .. }) => rate.quota(whole_at, millis.saturating_mul(1000)),
            None => holder.meter.peek(rate, millis),
        }
    }

    async fn shared(&self, holder: &CachedAccount, each: i64, millis: i64) -> Option<SharedDecision> {
        let step = GcraParams { now: millis.saturating_mul(1000), each, window: WINDOW_MICROS };
        let taken = self.inner.shared_rate_limiter.as_ref()?.take(holder.id, step).await?;
        holder.meter.follow(taken.whole_at);
        Some(taken)
    }

    /// Looks for Redis, if it is to be used and is away.
    pub async fn probe_redis(&self) {
        if let Some(meters) = &self.inner.shared_rate_limiter {
            meters.mend().await;
        }
    }
}

impl RateLimit<'_> {
    /// What a request takes, in microseconds.
    pub(super) fn each(self) -> i64 {
        (WINDOW_MICROS / i64::from(self.a_minute.max(1))).max(1)
    }

    /// When the quota is whole again if a request is made now.
    fn after(self, whole_at: i64, now: i64) -> Result<i64, RateLimitStatus> {
        let after = whole_at.saturating_add(self.each());
        if after - now > WINDOW_MICROS { Err(self.refusal(whole_at, now)) } else { Ok(after) }
    }

    /// What is said to whoever has to wait.
    fn refusal(self, whole_at: i64, now: i64) -> RateLimitStatus {
        self.said(0, whole_seconds(whole_at.saturating_add(self.each()) - now - WINDOW_MICROS))
    }

    /// Where an account stands whose quota is whole again at `whole_at`.
    pub(super) fn quota(self, whole_at: i64, now: i64) -> RateLimitStatus {
        let left = now + WINDOW_MICROS - whole_at;
        match u32::try_from(left / self.each()).unwrap_or(u32::MAX) {
            0 => self.said(0, whole_seconds(self.each() - left).max(1)),
            remaining => self.said(remaining, WINDOW_SECS),
        }
    }

    fn said(self, remaining: u32, seconds: u32) -> RateLimitStatus {
        RateLimitStatus { policy: self.policy.into(), limit: self.a_minute, remaining, seconds }
    }
}

/// Never more than a window ahead: a clock that was set back must not shut anybody out.
fn within_reach(whole_at: i64, now: i64) -> i64 {
    whole_at.clamp(now, now.saturating_add(WINDOW_MICROS))
}

/// Rounded up: who waits that long is let in.
fn whole_seconds(micros: i64) -> u32 {
    u32::try_from(micros.saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(a_minute: u32) -> RateLimit<'static> {
        RateLimit { policy: "vip", a_minute }
    }

    #[test]
    fn a_minutes_worth_at_once_and_then_evenly() {
        let (meter, rate) = (GcraState::default(), rate(600));
        assert_eq!(meter.peek(rate, 0).remaining, 600);
        let first = meter.take(rate, 0).expect("let in");
        assert_eq!((first.remaining, first.seconds), (599, 60));
        for left in (0..599).rev() {
            assert_eq!(meter.take(rate, 0).expect("let in").remaining, left);
            assert_eq!(meter.peek(rate, 0).remaining, left);
        }
        assert_eq!(meter.take(rate, 0).expect_err("all spent").seconds, 1);
        assert_eq!(meter.peek(rate, 0).seconds, 1);
        assert!(meter.take(rate, 99).is_err());
        assert!(meter.take(rate, 100).is_ok());
        assert!(meter.take(rate, 100).is_err());
        assert!(!meter.is_whole(60_099));
        assert!(meter.is_whole(60_100));
    }

    #[test]
    fn a_clock_set_back_shuts_nobody_out() {
        let (meter, rate) = (GcraState::default(), rate(60));
        assert!(meter.take(rate, 10_000_000).is_ok());
        assert_eq!(meter.take(rate, 0).expect_err("as if all were spent").seconds, 1);
        assert!(meter.take(rate, 1000).is_ok());
    }

    proptest! {
        /// A look says what the next request will meet, and costs nothing.
        #[test]
        fn a_look_foretells_the_next_request(a_minute in prop_oneof![1_u32..5000, Just(u32::MAX)], gaps in proptest::collection::vec(0_i64..500, 1..200)) {
            let (meter, rate) = (GcraState::default(), rate(a_minute));
            let mut now = 0;
            for gap in gaps {
                now += gap;
                let seen = meter.peek(rate, now);
                prop_assert_eq!(&seen, &meter.peek(rate, now));
                match meter.take(rate, now) {
                    Ok(quota) => prop_assert_eq!(seen.remaining, quota.remaining.saturating_add(1).min(a_minute)),
                    Err(quota) => prop_assert_eq!(seen, quota),
                }
            }
        }

        /// Whoever waits as long as they were told is let in; whoever comes a second earlier is not.
        #[test]
        fn retry_after_is_right_to_the_second(a_minute in prop_oneof![1_u32..5000, Just(u32::MAX)], gaps in proptest::collection::vec(0_i64..500, 1..200)) {
            let (meter, rate) = (GcraState::default(), rate(a_minute));
            let mut now = 0;
            for gap in gaps {
                now += gap;
                if let Err(quota) = meter.take(rate, now) {
                    let wait = i64::from(quota.seconds) * 1000;
                    prop_assert!(meter.take(rate, now + wait - 1000).is_err());
                    prop_assert!(meter.take(rate, now + wait).is_ok());
                    now += wait;
                }
            }
        }

        /// However many ask at once, no more are let in than there are.
        #[test]
        fn a_race_lets_nobody_in_twice(a_minute in 1_u32..500) {
            let (meter, rate) = (GcraState::default(), rate(a_minute));
            let let_in = std::sync::atomic::AtomicU32::new(0);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for _ in 0..a_minute {
                            let_in.fetch_add(u32::from(meter.take(rate, 0).is_ok()), Ordering::Relaxed);
                        }
                    });
                }
            });
            prop_assert_eq!(let_in.into_inner(), a_minute);
        }
    }
}
