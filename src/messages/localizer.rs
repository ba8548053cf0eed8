//! Speaks one person's language.

use std::sync::Arc;

use crate::model::text::invisible::is_unseen;
use crate::model::text::language::Language;
use crate::model::text::texts::{Texts, Value};

/// The texts, in one language. Values are made safe for Telegram's HTML here, in one place.
#[derive(Clone)]
pub(crate) struct Speaker {
    texts: Arc<Texts>,
    language: Language,
}

impl Speaker {
    /// Speaks the language the person chose, else the one their Telegram speaks, else English.
    pub(crate) fn new(texts: Arc<Texts>, chosen: Option<Language>, speaks: Option<Language>) -> Self {
        Self { texts, language: chosen.or(speaks).unwrap_or_default() }
    }

    /// Speaks another language from here on, if there is one.
    pub(crate) fn instead(self, language: Option<Language>) -> Self {
        Self { language: language.unwrap_or(self.language), ..self }
    }

    /// Which language it speaks.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// A text without values.
    pub(crate) fn say(&self, id: &str) -> String {
        self.texts.say(self.language, id, &[])
    }

    /// Name of a kind of identity.
    pub(crate) fn identity_kind(&self, kind: &str) -> String {
        self.texts.identity_kind(self.language, kind)
    }

    /// A text in HTML, with values that are escaped and cannot turn the writing round.
    pub(crate) fn html(&self, id: &str, values: &[(&'static str, Value<'_>)]) -> String {
        let safe: Vec<(&'static str, Safe)> = values.iter().map(|(name, value)| (*name, Safe::of(*value))).collect();
        let values: Vec<_> = safe.iter().map(|(name, value)| (*name, value.as_value())).collect();
        self.texts.say(self.language, id, &values)
    }
}

enum Safe {
    Text(String),
    Count(i64),
}

impl Safe {
    fn of(value: Value<'_>) -> Self {
        match value {
            Value::Text(text) => Self::Text(teloxide::utils::html::escape(&visible(text))),
            Value::Count(number) => Self::Count(number),
        }
    }

    fn as_value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Count(number) => Value::Count(*number),
        }
    }
}

/// Without the marks that turn writing round or hide in it, which would reach beyond the value.
pub(crate) fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_unseen(*c)).collect()
}
