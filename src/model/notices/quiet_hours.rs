//! Quiet hours by the person's own clock.

use sqlx::FromRow;

use crate::model::time::Moment;

const DAY_SECS: i64 = 86_400;

/// Westernmost UTC offset.
pub const MIN_OFFSET_MINUTES: i64 = -12 * 60;
/// Easternmost UTC offset.
pub const MAX_OFFSET_MINUTES: i64 = 14 * 60;

/// Quiet hours of a person, if set, and their UTC offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct QuietHours {
    /// Full hour at which they start, 0 to 23.
    pub start_hour: Option<i64>,
    /// Full hour at which they end, 0 to 23.
    pub end_hour: Option<i64>,
    /// UTC offset, in minutes; positive in the east.
    pub utc_offset_minutes: i64,
}

impl QuietHours {
    /// Returns the end of the current quiet hours, or `None` outside them.
    #[must_use]
    pub fn end(&self, now: Moment) -> Option<Moment> {
        let (from, to) = self.start_hour.zip(self.end_hour)?;
        let second = self.second_of_day(now);
        let length = ((to - from) * 3600).rem_euclid(DAY_SECS);
        let passed = (second - from * 3600).rem_euclid(DAY_SECS);
        (passed < length).then(|| now.plus(length - passed))
    }

    /// Returns the time on the person's clock, `22:05`.
    #[must_use]
    pub fn clock(&self, now: Moment) -> String {
        let minutes = self.second_of_day(now) / 60;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// Returns the UTC offset for display, `UTC+5:30`.
    #[must_use]
    pub fn zone(&self) -> String {
        let (sign, ahead) = if self.utc_offset_minutes < 0 {
            ('−', -self.utc_offset_minutes)
        } else {
            ('+', self.utc_offset_minutes)
        };
        match (ahead / 60, ahead % 60) {
            (0, 0) => "UTC".to_owned(),
            (hours, 0) => format!("UTC{sign}{hours}"),
            (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
        }
    }

    const fn second_of_day(&self, now: Moment) -> i64 {
        now.plus(self.utc_offset_minutes * 60).0.rem_euclid(DAY_SECS)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hours(from: i64, to: i64, utc_offset_minutes: i64) -> QuietHours {
        QuietHours { start_hour: Some(from), end_hour: Some(to), utc_offset_minutes }
    }

    #[test]
    fn the_night_is_quiet_by_the_persons_own_clock() {
        let at = |hour: i64| Moment(20_000 * DAY_SECS + hour * 3600);
        let night = hours(22, 8, 0);
        assert_eq!((night.end(at(21)), night.end(at(22)), night.end(at(7))), (None, Some(at(32)), Some(at(8))));
        assert_eq!(night.end(at(8)), None);
        let in_moscow = hours(23, 7, 180);
        assert_eq!((in_moscow.end(at(19)), in_moscow.end(at(20)), in_moscow.end(at(4))), (None, Some(at(28)), None));
        assert_eq!((in_moscow.clock(at(20)), in_moscow.zone().as_str()), ("23:00".to_owned(), "UTC+3"));
        assert_eq!(
            (hours(0, 1, -210).clock(at(0)), hours(0, 1, -210).zone()),
            ("20:30".to_owned(), "UTC−3:30".to_owned())
        );
        assert_eq!((QuietHours::default().end(at(3)), QuietHours::default().zone().as_str()), (None, "UTC"));
    }

    proptest! {
        #[test]
        fn what_is_quiet_ends_within_a_day(from in 0_i64..24, to in 0_i64..24, ahead in MIN_OFFSET_MINUTES..=MAX_OFFSET_MINUTES, now in 0_i64..4_000_000_000) {
            let (hours, now) = (hours(from, to, ahead), Moment(now));
            if let Some(end) = hours.end(now) {
                prop_assert!(end > now && end.since(now) <= DAY_SECS);
                prop_assert!(hours.end(end).is_none() || from == to);
                prop_assert_eq!(hours.clock(end), format!("{to:02}:00"));
            }
        }
    }
}
