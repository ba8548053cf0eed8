//! Localisation of chat messages for one person.

use std::sync::Arc;

use crate::model::text::dates::UtcOffset;
use crate::model::text::invisible::is_invisible;
use crate::model::text::language::Language;
use crate::model::text::texts::{TextArg, Texts};
use crate::model::time::Moment;

/// Texts in one language. Escapes values for Telegram HTML, so no other place has to.
#[derive(Clone)]
pub(crate) struct Localizer {
    texts: Arc<Texts>,
    language: Language,
    offset: UtcOffset,
}

impl Localizer {
    /// Uses the language the person chose, else that of their Telegram app, else English.
    pub(crate) fn new(texts: Arc<Texts>, chosen: Option<Language>, telegram_language: Option<Language>) -> Self {
        let language = chosen.or(telegram_language).unwrap_or_default();
        Self { texts, language, offset: UtcOffset::default() }
    }

    /// Writes dates by the person's clock instead of UTC.
    pub(crate) fn by_clock(self, offset: UtcOffset) -> Self {
        Self { offset, ..self }
    }

    /// Switches to `language`, if given.
    pub(crate) fn instead(self, language: Option<Language>) -> Self {
        Self { language: language.unwrap_or(self.language), ..self }
    }

    /// Language of the texts.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// Text without values.
    pub(crate) fn text(&self, id: &str) -> String {
        self.texts.text(self.language, id, &[])
    }

    /// Day for people, `29 Dec 2026`.
    pub(crate) fn day(&self, at: Moment) -> String {
        self.texts.day(self.language, at, self.offset)
    }

    /// Moment whose UTC date and time are those of the person's clock at `at`.
    pub(crate) const fn local(&self, at: Moment) -> Moment {
        self.offset.local(at)
    }

    /// UTC day for people: of what is counted by UTC days.
    pub(crate) fn utc_day(&self, at: Moment) -> String {
        self.texts.day(self.language, at, UtcOffset::default())
    }

    /// Day and time for people, `29 Dec 2026, 18:00 UTC+3`: where the minute matters.
    pub(crate) fn day_and_time(&self, at: Moment) -> String {
        self.texts.day_and_time(self.language, at, self.offset)
    }

    /// Day of a notice or an activity, stored as `2026-12-29`, for people.
    pub(crate) fn stored_day(&self, day: &str) -> String {
        self.texts.stored_day(self.language, day)
    }

    /// Name of a kind of identity.
    pub(crate) fn identity_kind(&self, kind: &str) -> String {
        self.texts.identity_kind(self.language, kind)
    }

    /// Text with values as they are: a value of another text, which escapes it.
    pub(crate) fn phrase(&self, id: &str, values: &[(&'static str, TextArg<'_>)]) -> String {
        self.texts.text(self.language, id, values)
    }

    /// Label of a button: plain text, so values are not escaped, but stripped of invisible control characters.
    pub(crate) fn label(&self, id: &str, values: &[(&'static str, TextArg<'_>)]) -> String {
        let safe: Vec<(&'static str, Option<String>)> = values
            .iter()
            .map(|(name, value)| (*name, if let TextArg::Text(text) = value { Some(visible(text)) } else { None }))
            .collect();
        let shown = safe
            .iter()
            .zip(values)
            .map(|((name, text), (_, value))| (*name, text.as_deref().map_or(*value, TextArg::Text)));
        self.texts.text(self.language, id, &shown.collect::<Vec<_>>())
    }

    /// Text as HTML. Values are escaped and stripped of bidirectional control characters.
    pub(crate) fn html(&self, id: &str, values: &[(&'static str, TextArg<'_>)]) -> String {
        self.filled(id, &escaped(values))
    }

    /// Text as HTML with one more value: `day`, the day of `at`. Telegram shows it by the clock of the reader's device;
    /// apps that cannot, by the clock of the quiet hours.
    pub(crate) fn dated(&self, id: &str, values: &[(&'static str, TextArg<'_>)], at: Moment) -> String {
        let day = EscapedArg::of(TextArg::Text(&self.day(at)));
        let day = match (day, i32::try_from(at.0)) {
            // Telegram reads 31 bits.
            (EscapedArg::Text(day), Ok(unix @ 1..)) => {
                EscapedArg::Text(format!("<tg-time unix=\"{unix}\" format=\"D\">{day}</tg-time>"))
            }
            (day, _) => day,
        };
        let mut values = escaped(values);
        values.push(("day", day));
        self.filled(id, &values)
    }

    fn filled(&self, id: &str, values: &[(&'static str, EscapedArg)]) -> String {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_value())).collect();
        self.texts.text(self.language, id, &values)
    }
}

fn escaped(values: &[(&'static str, TextArg<'_>)]) -> Vec<(&'static str, EscapedArg)> {
    values.iter().map(|(name, value)| (*name, EscapedArg::of(*value))).collect()
}

enum EscapedArg {
    Text(String),
    Count(i64),
}

impl EscapedArg {
    fn of(value: TextArg<'_>) -> Self {
        match value {
            TextArg::Text(text) => Self::Text(teloxide::utils::html::escape(&visible(text))),
            TextArg::Count(number) => Self::Count(number),
        }
    }

    fn as_value(&self) -> TextArg<'_> {
        match self {
            Self::Text(text) => TextArg::Text(text),
            Self::Count(number) => TextArg::Count(*number),
        }
    }
}

/// Removes bidirectional and invisible control characters, whose effect would reach beyond the value.
pub(crate) fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}
