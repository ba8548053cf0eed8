//! How many requests an account may make: the generic cell rate algorithm (GCRA), one number an account.
//!
//! An account may spend a minute's requests at once, and gets them back evenly: with 600 a minute, one each 100 ms. The
//! number kept is the time at which everything will have come back.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::model::account::AccountId;
use crate::model::plan::Plan;

/// The window of every plan's limit, in seconds.
pub const WINDOW: u32 = 60;
const WINDOW_MICROS: i64 = WINDOW as i64 * 1_000_000;

/// Where an account stands, as the `RateLimit` fields say it (draft-ietf-httpapi-ratelimit-headers).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The name of the policy: the plan's id.
    pub policy: String,
    /// Requests in a window.
    pub limit: u32,
    /// Requests that are left.
    pub remaining: u32,
    /// The seconds in which they may be made; when none is left, the seconds until one is.
    pub seconds: u32,
}

/// Where every account stands that made a request within the last window.
#[derive(Debug, Default)]
pub struct Limits {
    whole_at: Mutex<HashMap<AccountId, i64>>,
}

impl Limits {
    /// Takes one request of the account's quota; an `Err` says how long to wait.
    pub fn take(&self, account: AccountId, plan: &Plan, now_millis: i64) -> Result<Quota, Quota> {
        let now = now_millis.saturating_mul(1000);
        let each = (WINDOW_MICROS / i64::from(plan.requests_per_minute.max(1))).max(1);
        let mut whole_at = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = whole_at.entry(account).or_insert(now);
        // Never more than a window ahead: a clock that was set back must not shut anybody out.
        *entry = (*entry).clamp(now, now.saturating_add(WINDOW_MICROS));
        let after = entry.saturating_add(each);
        let quota =
            |remaining, seconds| Quota { policy: plan.id.clone(), limit: plan.requests_per_minute, remaining, seconds };
        let over = after - now - WINDOW_MICROS;
        if over > 0 {
            return Err(quota(0, whole_seconds(over)));
        }
        *entry = after;
        let remaining = u32::try_from(-over / each).unwrap_or(u32::MAX);
        Ok(if remaining > 0 { quota(remaining, WINDOW) } else { quota(0, whole_seconds(each + over).max(1)) })
    }

    /// Where the account stands, without taking anything.
    pub fn peek(&self, account: AccountId, plan: &Plan, now_millis: i64) -> Quota {
        let now = now_millis.saturating_mul(1000);
        let each = (WINDOW_MICROS / i64::from(plan.requests_per_minute.max(1))).max(1);
        let whole_at = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner).get(&account).copied();
        let room = WINDOW_MICROS - (whole_at.unwrap_or(now) - now).clamp(0, WINDOW_MICROS);
        let remaining = u32::try_from(room / each).unwrap_or(u32::MAX).min(plan.requests_per_minute);
        let seconds = if remaining > 0 { WINDOW } else { whole_seconds(each - room).max(1) };
        Quota { policy: plan.id.clone(), limit: plan.requests_per_minute, remaining, seconds }
    }

    /// Forgets the accounts whose quota is whole again.
    pub fn sweep(&self, now_millis: i64) {
        let now = now_millis.saturating_mul(1000);
        self.whole_at.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, whole_at| *whole_at > now);
    }
}

/// Rounded up: who waits that long is let in.
fn whole_seconds(micros: i64) -> u32 {
    u32::try_from(micros.saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plan(requests_per_minute: u32) -> Plan {
        let id = "vip".to_owned();
        Plan { title: id.clone(), id, api_access: true, requests_per_minute, keys: 1, monthly_tokens: 0, stars: 0 }
    }

    #[test]
    fn a_minutes_worth_at_once_and_then_evenly() {
        let (limits, plan, account) = (Limits::default(), plan(600), AccountId(1));
        let first = limits.take(account, &plan, 0).expect("let in");
        assert_eq!((first.remaining, first.seconds), (599, 60));
        for left in (0..599).rev() {
            assert_eq!(limits.take(account, &plan, 0).expect("let in").remaining, left);
        }
        assert_eq!(limits.take(account, &plan, 0).expect_err("all spent").seconds, 1);
        assert!(limits.take(account, &plan, 99).is_err());
        assert!(limits.take(account, &plan, 100).is_ok());
        assert!(limits.take(account, &plan, 100).is_err());
        assert!(limits.take(AccountId(2), &plan, 100).is_ok(), "another account has its own");
        limits.sweep(1_000_000);
        assert_eq!(limits.take(account, &plan, 1_000_000).expect("let in").remaining, 599);
    }

    #[test]
    fn a_clock_set_back_shuts_nobody_out() {
        let (limits, plan, account) = (Limits::default(), plan(60), AccountId(1));
        assert!(limits.take(account, &plan, 10_000_000).is_ok());
        assert_eq!(limits.take(account, &plan, 0).expect_err("as if all were spent").seconds, 1);
        assert!(limits.take(account, &plan, 1000).is_ok());
    }

    proptest! {
        /// A look says what the next request will meet, and costs nothing.
        #[test]
        fn a_look_foretells_the_next_request(rate in prop_oneof![1_u32..5000, Just(u32::MAX)], gaps in proptest::collection::vec(0_i64..500, 1..200)) {
            let (limits, plan, account) = (Limits::default(), plan(rate), AccountId(1));
            let mut now = 0;
            for gap in gaps {
                now += gap;
                let seen = limits.peek(account, &plan, now);
                prop_assert_eq!(&seen, &limits.peek(account, &plan, now));
                match limits.take(account, &plan, now) {
                    Ok(quota) => prop_assert_eq!(seen.remaining, quota.remaining.saturating_add(1).min(rate)),
                    Err(quota) => prop_assert_eq!(seen, quota),
                }
            }
        }

        /// Whoever waits as long as they were told is let in; whoever comes a second earlier is not.
        #[test]
        fn retry_after_is_right_to_the_second(rate in prop_oneof![1_u32..5000, Just(u32::MAX)], gaps in proptest::collection::vec(0_i64..500, 1..200)) {
            let (limits, plan, account) = (Limits::default(), plan(rate), AccountId(1));
            let mut now = 0;
            for gap in gaps {
                now += gap;
                if let Err(quota) = limits.take(account, &plan, now) {
                    let wait = i64::from(quota.seconds) * 1000;
                    prop_assert!(limits.take(account, &plan, now + wait - 1000).is_err());
                    prop_assert!(limits.take(account, &plan, now + wait).is_ok());
                    now += wait;
                }
            }
        }
    }
}
