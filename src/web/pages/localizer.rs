//! Localization of pages: texts in one language, formatted numbers, relative times.

use std::fmt;
use std::sync::Arc;

use crate::model::text::dates::UtcOffset;
use crate::model::text::language::Language;
use crate::model::text::texts::{TextArg, Texts};
use crate::model::time::Moment;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;
const MONTH: i64 = YEAR / 12;
/// Relative times below this are given in days.
const MANY_DAYS: i64 = 100 * DAY;

/// Texts in one language, with the time of the request for relative times.
#[derive(Clone, Debug)]
pub(crate) struct PageLocalizer {
    texts: Arc<Texts>,
    language: Language,
    offset: UtcOffset,
    now: Moment,
}

impl PageLocalizer {
    pub(crate) const fn new(texts: Arc<Texts>, language: Language, now: Moment) -> Self {
        Self { texts, language, offset: UtcOffset(0), now }
    }

    /// Writes dates by the person's clock instead of UTC.
    pub(crate) fn by_clock(self, offset: UtcOffset) -> Self {
        Self { offset, ..self }
    }

    /// Day for people, `29 Dec 2026`.
    pub(crate) fn day(&self, at: Moment) -> String {
        self.texts.day(self.language, at, self.offset)
    }

    /// UTC day for people: of what is counted by UTC days.
    pub(crate) fn utc_day(&self, at: Moment) -> String {
        self.texts.day(self.language, at, UtcOffset::default())
    }

    /// Day of an activity, stored as `2026-12-29`, for people.
    pub(crate) fn stored_day(&self, day: &str) -> String {
        self.texts.stored_day(self.language, day)
    }

    /// Language code for the `lang` attribute.
    pub(crate) const fn code(&self) -> &'static str {
        self.language.code()
    }

    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// Text without values.
    pub(crate) fn text(&self, id: &str) -> String {
        self.texts.text(self.language, id, &[])
    }

    /// Name of a kind of sign-in method.
    pub(crate) fn identity_kind(&self, kind: &str) -> String {
        self.texts.identity_kind(self.language, kind)
    }

    /// Text with arbitrary values.
    pub(crate) fn values(&self, id: &str, values: &[(&'static str, TextArg<'_>)]) -> String {
        self.texts.text(self.language, id, values)
    }

    /// Text with the number `{ $count }`.
    pub(crate) fn count(&self, id: &str, count: impl TryInto<i64>) -> String {
        let count = count.try_into().unwrap_or(i64::MAX);
        self.texts.text(self.language, id, &[("count", TextArg::Count(count))])
    }

    /// Text with the string `{ $what }`.
    pub(crate) fn with(&self, id: &str, what: &str) -> String {
        self.texts.text(self.language, id, &[("what", TextArg::Text(what))])
    }

    /// Text with the numbers `{ $count }` and `{ $of }`.
    pub(crate) fn part(&self, id: &str, count: usize, of: u32) -> String {
        let count = TextArg::Count(i64::try_from(count).unwrap_or(i64::MAX));
        self.texts.text(self.language, id, &[("count", count), ("of", TextArg::Count(i64::from(of)))])
    }

    /// Number with the digit grouping of the language.
    pub(crate) fn number(&self, number: impl TryInto<i64>) -> String {
        self.count("page-number", number)
    }

    /// Title and sentence of a problem. An unknown code gets a general text: it may come from the address and is never
    /// shown.
    pub(crate) fn problem(&self, code: &str) -> (String, String) {
        let id = format!("page-problem-{code}");
        let id = if self.texts.has(self.language, &id) { id.as_str() } else { "page-problem-other" };
        (self.text(id), self.text(&format!("{id}-say")))
    }

    /// Relative time of `at` in words, with the exact time as its title.
    pub(crate) fn when(&self, at: Moment) -> Timestamp {
        let past = self.now.since(at);
        let distance = past.saturating_abs();
        let (unit, size) = match distance {
            ..MINUTE => ("now", 1),
            MINUTE..HOUR => ("minutes", MINUTE),
            HOUR..DAY => ("hours", HOUR),
            DAY..MANY_DAYS => ("days", DAY),
            MANY_DAYS..YEAR => ("months", MONTH),
            YEAR.. => ("years", YEAR),
        };
        // Past times round down and future ones up: a key of 90 days starts with 90, not 89.
        let words = match (unit, past >= 0) {
            ("now", true) => self.text("page-just-now"),
            ("now", false) => self.text("page-in-a-moment"),
            (unit, true) => self.count(&format!("page-ago-{unit}"), distance / size),
            (unit, false) => self.count(&format!("page-in-{unit}"), distance.saturating_add(size - 1) / size),
        };
        let exact = at.to_string();
        let title = self.texts.day_and_time(self.language, at, self.offset);
        Timestamp { exact, title, words }
    }
}

/// Time for people; prints as a `time` element.
#[derive(Clone, Debug)]
pub(crate) struct Timestamp {
    exact: String,
    title: String,
    words: String,
}

/// Needs no escaping: it consists of numbers and of our own texts without markup.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<time datetime="{}" title="{}">{}</time>"#, self.exact, self.title, self.words)
    }
}

impl askama::filters::HtmlSafe for Timestamp {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_words() {
        let texts = Arc::new(Texts::load().expect("the texts"));
        let now = Moment(1_795_439_045);
        let say = |language, seconds: i64| {
            PageLocalizer::new(Arc::clone(&texts), language, now).when(now.minus(seconds)).words
        };
        let english = |seconds| say(Language::English, seconds);
        let russian = |seconds| say(Language::Russian, seconds);
        assert_eq!(english(0), "just now");
        assert_eq!(english(MINUTE), "1 minute ago");
        assert_eq!(english(2 * HOUR + 59), "2 hours ago");
        assert_eq!(english(-90 * DAY), "in 90 days");
        assert_eq!(english(1 - 90 * DAY), "in 90 days");
        assert_eq!(english(1 - YEAR), "in 12 months");
        assert_eq!(english(YEAR), "1 year ago");
        assert_eq!(russian(21 * MINUTE), "21 минуту назад");
        assert_eq!(russian(22 * MINUTE), "22 минуты назад");
        assert_eq!(russian(5 * DAY), "5 дней назад");
        assert_eq!(russian(-5 * YEAR), "через 5 лет");
        let stamp = PageLocalizer::new(texts, Language::English, now).when(now).to_string();
        assert_eq!(stamp, r#"<time datetime="2026-11-23T13:04:05Z" title="23 Nov 2026, 13:04 UTC">just now</time>"#);
    }
}
