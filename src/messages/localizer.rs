//! Speaks one person's language.

use std::sync::Arc;

use crate::model::text::invisible::is_invisible;
use crate::model::text::language::Language;
use crate::model::text::texts::{TextArg, Texts};

/// The texts, in one language. Values are made safe for Telegram's HTML here, in one place.
#[derive(Clone)]
pub(crate) struct Localizer {
    texts: Arc<Texts>,
    language: Language,
}

impl Localizer {
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
    pub(crate) fn text(&self, id: &str) -> String {
        self.texts.text(self.language, id, &[])
    }

    /// Name of a kind of identity.
    pub(crate) fn identity_kind(&self, kind: &str) -> String {
        self.texts.identity_kind(self.language, kind)
    }

    /// A text in HTML, with values that are escaped and cannot turn the writing round.
    pub(crate) fn html(&self, id: &str, values: &[(&'static str, TextArg<'_>)]) -> String {
        let safe: Vec<(&'static str, EscapedArg)> =
            values.iter().map(|(name, value)| (*name, EscapedArg::of(*value))).collect();
        let values: Vec<_> = safe.iter().map(|(name, value)| (*name, value.as_value())).collect();
        self.texts.text(self.language, id, &values)
    }
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

/// Without the marks that turn writing round or hide in it, which would reach beyond the value.
pub(crate) fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}
