//! Supported languages.

use serde::{Deserialize, Serialize};

/// Language of the bot, the pages and the mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English, the fallback for every unsupported language.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Russian.
    #[serde(rename = "ru")]
    Russian,
}

impl Language {
    /// All supported languages.
    pub const ALL: [Self; 2] = [Self::English, Self::Russian];

    /// Returns the ISO 639-1 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
        }
    }

    /// Reads a language tag such as `ru` or `ru-RU`. Returns `None` for an unsupported language.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.code() == primary)
    }

    /// Returns the first supported language of an `Accept-Language` header (RFC 9110, 12.5.4), taking the weights as
    /// sorted.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        header.split(',').find_map(|range| Self::from_tag(range.split(';').next()?)).unwrap_or_default()
    }
}
