//! Time, passed in so that tests can set it. No other code asks the system for the time (`clippy.toml`).

use std::fmt;
use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Point in time, in whole seconds since the Unix epoch, as stored in both databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// Rounds milliseconds since the epoch down to the second.
    #[must_use]
    pub const fn of_millis(millis: i64) -> Self {
        Self(millis.div_euclid(1000))
    }

    /// Returns the moment `seconds` later, at most the end of time.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Returns the moment `seconds` earlier, at least the beginning of time.
    #[must_use]
    pub const fn minus(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// Returns the seconds since `earlier`; negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads `2026-12-01 18:00` in UTC, or RFC 3339.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let minute = text.replacen(' ', "T", 1) + ":00Z";
        let at = [text, &minute].into_iter().find_map(|text| OffsetDateTime::parse(text, &Rfc3339).ok())?;
        Some(Self(at.unix_timestamp()))
    }

    /// Returns the time of day in UTC, `13:04`.
    #[must_use]
    pub fn minute(self) -> String {
        self.to_string().get(11..16).unwrap_or_default().to_owned()
    }

    /// Returns the calendar day in UTC, `2026-11-23`.
    #[must_use]
    pub fn day(self) -> String {
        let mut text = self.to_string();
        text.truncate(10);
        text
    }

    /// Returns the start of the calendar day in UTC.
    #[must_use]
    pub const fn midnight(self) -> Self {
        Self(self.0 - self.0.rem_euclid(86_400))
    }

    /// Returns the calendar month in UTC, `2026-11`.
    #[must_use]
    pub fn month(self) -> String {
        let mut text = self.to_string();
        text.truncate(7);
        text
    }
}

/// Writes RFC 3339 in UTC, `2026-11-23T13:04:05Z`, the only form in which the program shows a time.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|at| at.format(&Rfc3339).ok());
        f.write_str(text.as_deref().unwrap_or("9999-12-31T23:59:59Z"))
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// Source of the current time. Tests replace it.
pub trait Clock: Send + Sync + 'static {
    /// Returns the milliseconds since the Unix epoch.
    fn millis(&self) -> i64;

    /// Returns the current second.
    fn now(&self) -> Moment {
        Moment::of_millis(self.millis())
    }
}

/// Clock of the operating system.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the only access to the system's clock")]
    fn millis(&self) -> i64 {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn prints_as_rfc_3339_utc() {
        assert_eq!(Moment(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Moment(1_795_439_045).to_string(), "2026-11-23T13:04:05Z");
        assert_eq!(Moment(1_795_439_045).day(), "2026-11-23");
        assert_eq!(Moment(1_795_439_045).month(), "2026-11");
        assert_eq!(Moment(1_795_439_045).minute(), "13:04");
        assert_eq!(Moment(i64::MAX).to_string(), "9999-12-31T23:59:59Z");
    }
    #[test]
    fn reads_what_people_and_programs_write() {
        let at = Some(Moment(1_795_439_040));
        for text in ["2026-11-23 13:04", " 2026-11-23 13:04 ", "2026-11-23T13:04:00Z", "2026-11-23T15:04:00+02:00"] {
            assert_eq!(Moment::parse(text), at, "{text}");
        }
        for text in ["", "tomorrow", "2026-11-23", "13:04", "2026-02-30 10:00", "2026-11-23 25:00", "23.11.2026 13:04"]
        {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }
}
