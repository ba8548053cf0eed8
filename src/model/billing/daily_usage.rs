//! Usage per day: tokens charged and requests admitted, by key.

use crate::model::api_key::KeyId;
use crate::model::time::Moment;

/// Length of a day, in seconds.
const DAY_SECS: i64 = 86_400;

/// Usage of one key on one day (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyUsage {
    /// Start of the day.
    pub day: Moment,
    /// The key; `None` for charges that name none.
    pub key: Option<KeyId>,
    /// Usage of that day.
    pub total: UsageTotal,
}

/// Sum of tokens and requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsageTotal {
    /// Tokens charged.
    pub tokens: i64,
    /// Requests admitted.
    pub requests: i64,
}

impl UsageTotal {
    /// Returns the sum of both.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_add(other.tokens),
            requests: self.requests.saturating_add(other.requests),
        }
    }
}

/// Usage of the latest days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageHistory {
    /// Start of the current day (UTC).
    pub today: Moment,
    /// Days and keys with usage, oldest first.
    pub days: Vec<DailyUsage>,
}

impl UsageHistory {
    /// Start of the first of the latest `days` days, today included.
    #[must_use]
    pub const fn first_day(now: Moment, days: i64) -> Moment {
        now.midnight().minus((days - 1) * DAY_SECS)
    }

    /// Returns the sum of the latest `days` days, today included.
    #[must_use]
    pub fn latest(&self, days: i64) -> UsageTotal {
        let first = Self::first_day(self.today, days);
        let recent = self.days.iter().filter(|usage| usage.day >= first);
        recent.fold(UsageTotal::default(), |sum, usage| sum.plus(usage.total))
    }

    /// Returns the sum of each of the latest `days` days, oldest first, days without usage included.
    #[must_use]
    pub fn each_day(&self, days: i64) -> Vec<(Moment, UsageTotal)> {
        let first = Self::first_day(self.today, days);
        let day = |index: i64| first.plus(index * DAY_SECS);
        let total = |day: Moment| {
            let same = self.days.iter().filter(|usage| usage.day == day);
            same.fold(UsageTotal::default(), |sum, usage| sum.plus(usage.total))
        };
        (0..days).map(day).map(|day| (day, total(day))).collect()
    }

    /// Returns the usage of one key, or of charges that name none.
    #[must_use]
    pub fn of_key(&self, key: Option<KeyId>) -> Self {
        let days = self.days.iter().copied().filter(|usage| usage.key == key).collect();
        Self { today: self.today, days }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_days_and_keys() {
        let today = Moment(20_000 * DAY_SECS);
        let usage = |age: i64, key: i64, tokens: i64| DailyUsage {
            day: today.minus(age * DAY_SECS),
            key: Some(KeyId(key)),
            total: UsageTotal { tokens, requests: 1 },
        };
        let history =
            UsageHistory { today, days: vec![usage(7, 1, 1), usage(6, 1, 20), usage(0, 1, 300), usage(0, 2, 4000)] };
        assert_eq!(history.latest(1), UsageTotal { tokens: 4300, requests: 2 });
        assert_eq!(history.latest(7), UsageTotal { tokens: 4320, requests: 3 });
        assert_eq!(history.of_key(Some(KeyId(1))).latest(30), UsageTotal { tokens: 321, requests: 3 });
        let week = history.each_day(7);
        assert_eq!((week.len(), week.first().map(|(_, total)| total.tokens)), (7, Some(20)));
        assert_eq!(week.iter().map(|(_, total)| total.tokens).sum::<i64>(), 4320);
    }
}
