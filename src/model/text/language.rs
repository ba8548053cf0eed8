//! The languages we speak.

use serde::{Deserialize, Serialize};

/// A language in which every text exists.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
pub enum Language {
    /// English, the language of whoever speaks none of the others.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Russian.
    #[serde(rename = "ru")]
    Russian,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Russian];

    /// The ISO 639-1 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
        }
    }

    /// Reads a language tag such as `ru` or `ru-RU`; `None` for a language we do not speak.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.code() == primary)
    }

    /// The first language of an `Accept-Language` header that we speak (RFC 9110, 12.5.4; weights are taken as sorted).
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        header.split(',').find_map(|range| Self::from_tag(range.split(';').next()?)).unwrap_or_default()
    }
}
