//! Dates for people: `29 Dec 2026`, with the time only where it matters, by the clock of their quiet hours.

use time::OffsetDateTime;

use crate::model::notices::quiet_hours::QuietHours;
use crate::model::text::language::Language;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::text::texts::Texts;
use crate::model::time::Moment;

/// Names of the months in the texts, January first.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// UTC offset of a person's clock, in minutes; positive in the east. UTC unless the person set one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UtcOffset(pub i64);

impl UtcOffset {
    /// Returns the moment whose UTC date and time are those of the person's clock at `at`.
    #[must_use]
    pub const fn local(self, at: Moment) -> Moment {
        at.plus(self.0 * 60)
    }

    /// Returns the offset for display, `UTC+5:30`.
    #[must_use]
    pub fn zone(self) -> String {
        QuietHours { utc_offset_minutes: self.0, ..QuietHours::default() }.zone()
    }
}

impl Texts {
    /// Returns the day of `at` in words, `29 Dec 2026`.
    #[must_use]
    pub fn day(&self, language: Language, at: Moment, offset: UtcOffset) -> String {
        let Ok(local) = OffsetDateTime::from_unix_timestamp(offset.local(at).0) else { return at.day() };
        let month = MONTHS.get(usize::from(u8::from(local.month())) - 1).copied().unwrap_or_default();
        let (day, year) = (i64::from(local.day()), i64::from(local.year()));
        self.text(language, "date-day", &[("day", Count(day)), ("month", Text(month)), ("year", Count(year))])
    }

    /// Returns the day and minute of `at` in words, with the zone: `29 Dec 2026, 18:00 UTC+3`.
    #[must_use]
    pub fn day_and_time(&self, language: Language, at: Moment, offset: UtcOffset) -> String {
        let (date, time, zone) = (self.day(language, at, offset), offset.local(at).minute(), offset.zone());
        self.text(language, "date-time", &[("date", Text(&date)), ("time", Text(&time)), ("zone", Text(&zone))])
    }

    /// Returns a stored day, `2026-12-29`, in words. Any other text stays as it is.
    #[must_use]
    pub fn stored_day(&self, language: Language, day: &str) -> String {
        let at = Moment::parse(&format!("{day}T00:00:00Z"));
        at.map_or_else(|| day.to_owned(), |at| self.day(language, at, UtcOffset::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_by_the_persons_clock_in_both_languages() {
        let texts = Texts::load().expect("the texts");
        // 2026-12-31T22:30:00Z
        let at = Moment(1_798_756_200);
        let day = |language, minutes| texts.day(language, at, UtcOffset(minutes));
        assert_eq!(day(Language::English, 0), "31 Dec 2026");
        assert_eq!(day(Language::English, 180), "1 Jan 2027");
        assert_eq!(day(Language::Russian, 0), "31 декабря 2026");
        assert_eq!(day(Language::Russian, 180), "1 января 2027");
        assert_eq!(texts.day_and_time(Language::English, at, UtcOffset(-210)), "31 Dec 2026, 19:00 UTC−3:30");
        assert_eq!(texts.day_and_time(Language::Russian, at, UtcOffset(0)), "31 декабря 2026, 22:30 UTC");
    }

    #[test]
    fn every_month_has_its_name() {
        let texts = Texts::load().expect("the texts");
        let day = |language, month: i64| texts.stored_day(language, &format!("2026-{month:02}-05"));
        for language in Language::ALL {
            let days: std::collections::BTreeSet<String> = (1..=12).map(|month| day(language, month)).collect();
            assert_eq!(days.len(), 12, "{days:?}");
        }
        assert_eq!(
            (day(Language::English, 2), day(Language::Russian, 8)),
            ("5 Feb 2026".into(), "5 августа 2026".into())
        );
        assert_eq!(texts.stored_day(Language::English, "someday"), "someday");
    }
}
