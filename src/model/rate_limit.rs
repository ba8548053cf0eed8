//! Rate limiting by the generic cell rate algorithm (GCRA). Keeps one number per account.
//!
//! An account may spend a minute's requests at once and regains them evenly: at 600 a minute, one every 100 ms. The
//! number is the time at which the full quota will be available again.

use std::sync::atomic::{AtomicI64, Ordering};

use ecow::EcoString;

use crate::model::billing::plan::Plan;

/// Window of every plan's limit, in seconds.
pub const WINDOW_SECS: u32 = 60;
/// Window in microseconds.
pub const WINDOW_MICROS: i64 = WINDOW_SECS as i64 * 1_000_000;

/// State of an account's quota, as reported in the `RateLimit` fields (draft-ietf-httpapi-ratelimit-headers).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimitStatus {
    /// Name of the policy: the plan's id.
    pub policy: EcoString,
    /// Requests allowed in a window.
    pub limit: u32,
    /// Requests left.
    pub remaining: u32,
    /// Seconds in which `remaining` may be spent; if it is 0, seconds until the next request is allowed.
    pub seconds: u32,
}

/// Number of requests allowed in a window.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit<'a> {
    /// Name of the policy.
    pub policy: &'a str,
    /// Requests allowed in a window.
    pub a_minute: u32,
}

impl<'a> From<&'a Plan> for RateLimit<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self { policy: &plan.id, a_minute: plan.requests_per_minute }
    }
}

/// Quota of one account: Unix microseconds at which it is full again.
#[derive(Debug, Default)]
pub struct GcraState(AtomicI64);

impl GcraState {
    /// Takes one request. The error says how long to wait.
    pub fn take(&self, rate: RateLimit<'_>, now_millis: i64) -> Result<RateLimitStatus, RateLimitStatus> {
        let now = now_millis.saturating_mul(1000);
        // A refusal is stored too: it clamps a time that lies too far ahead because the clock was set back.
        let outcome = |whole_at| rate.after(within_reach(whole_at, now), now);
        let step = |whole_at| Some(outcome(whole_at).unwrap_or_else(|_| within_reach(whole_at, now)));
        let before = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).unwrap_or_else(|before| before);
        outcome(before).map(|after| rate.quota(after, now))
    }

    /// Returns a request that was taken.
    pub fn release(&self, rate: RateLimit<'_>) {
        self.0.fetch_sub(rate.each(), Ordering::Relaxed);
    }

    /// Follows another meter of the same account, so that counting continues from there if that meter becomes
    /// unavailable.
    pub fn follow(&self, whole_at: i64) {
        self.0.fetch_max(whole_at, Ordering::Relaxed);
    }

    /// Returns the state without taking a request.
    pub fn peek(&self, rate: RateLimit<'_>, now_millis: i64) -> RateLimitStatus {
        let now = now_millis.saturating_mul(1000);
        rate.quota(within_reach(self.0.load(Ordering::Relaxed), now), now)
    }

    /// True if the quota is full.
    pub fn is_whole(&self, now_millis: i64) -> bool {
        self.0.load(Ordering::Relaxed) <= now_millis.saturating_mul(1000)
    }
}

impl RateLimit<'_> {
    /// Cost of a request, in microseconds.
    #[must_use]
    pub fn each(self) -> i64 {
        (WINDOW_MICROS / i64::from(self.a_minute.max(1))).max(1)
    }

    /// Returns the time at which the quota is full again if a request is made now.
    fn after(self, whole_at: i64, now: i64) -> Result<i64, RateLimitStatus> {
        let after = whole_at.saturating_add(self.each());
        if after - now > WINDOW_MICROS { Err(self.refusal(whole_at, now)) } else { Ok(after) }
    }

    /// Status of a refused request.
    #[must_use]
    pub fn refusal(self, whole_at: i64, now: i64) -> RateLimitStatus {
        self.status(0, whole_seconds(whole_at.saturating_add(self.each()) - now - WINDOW_MICROS))
    }

    /// Returns the status of an account whose quota is full again at `whole_at`.
    #[must_use]
    pub fn quota(self, whole_at: i64, now: i64) -> RateLimitStatus {
        let left = now + WINDOW_MICROS - whole_at;
        match u32::try_from(left / self.each()).unwrap_or(u32::MAX) {
            0 => self.status(0, whole_seconds(self.each() - left).max(1)),
            remaining => self.status(remaining, WINDOW_SECS),
        }
    }

    fn status(self, remaining: u32, seconds: u32) -> RateLimitStatus {
        RateLimitStatus { policy: self.policy.into(), limit: self.a_minute, remaining, seconds }
    }
}

/// Clamps to one window ahead: a clock that was set back must not lock anybody out.
fn within_reach(whole_at: i64, now: i64) -> i64 {
    whole_at.clamp(now, now.saturating_add(WINDOW_MICROS))
}

/// Rounds up, so that a client that waits this long is not refused again.
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
    fn a_clock_set_back_locks_nobody_out() {
        let (meter, rate) = (GcraState::default(), rate(60));
        assert!(meter.take(rate, 10_000_000).is_ok());
        assert_eq!(meter.take(rate, 0).expect_err("as if all were spent").seconds, 1);
        assert!(meter.take(rate, 1000).is_ok());
    }

    proptest! {
        /// The peeked status is that of the next request, and peeking is free.
        #[test]
        fn a_look_foretells_the_next_request(
            a_minute in prop_oneof![1_u32..5000, Just(u32::MAX)],
            gaps in proptest::collection::vec(0_i64..500, 1..200),
        ) {
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

        /// A client that waits exactly as long as asked is accepted; one second earlier it is refused.
        #[test]
        fn retry_after_is_right_to_the_second(
            a_minute in prop_oneof![1_u32..5000, Just(u32::MAX)],
            gaps in proptest::collection::vec(0_i64..500, 1..200),
        ) {
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

        /// Concurrent requests never exceed the quota.
        #[test]
        fn a_race_signs_nobody_in_twice(a_minute in 1_u32..500) {
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
