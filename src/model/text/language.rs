//! Supported languages.

use std::cmp::Reverse;

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

    /// Returns the supported language that an `Accept-Language` header prefers (RFC 9110, 12.4.2 and 12.5.4), by the
    /// members of its list. Of equal weights the first counts. Members that cannot be read are ignored; `None` if no
    /// member says anything about a supported language.
    #[must_use]
    pub fn accepted<'a>(members: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let ranges: Vec<LanguageRange> = members.into_iter().filter_map(LanguageRange::parse).collect();
        let weights = Self::ALL.map(|language| (language, language.weight(&ranges)));
        let preferred = weights.iter().filter_map(|(language, weight)| Some((*language, (*weight)?)));
        // `max_by` returns the last of equal ones.
        let preferred = preferred.rev().max_by_key(|(_, weight)| *weight).filter(|(_, weight)| weight.thousandths > 0);
        // All languages that the header names are refused: one that it does not name is refused less.
        let unnamed = || weights.iter().find(|(_, weight)| weight.is_none()).map(|(language, _)| *language);
        let is_refused = || weights.iter().any(|(_, weight)| weight.is_some());
        preferred.map(|(language, _)| language).or_else(|| if is_refused() { unnamed() } else { None })
    }

    /// Largest weight of the ranges that name this language; without one, that of `*`.
    fn weight(self, ranges: &[LanguageRange]) -> Option<RangeWeight> {
        let of = |language: Option<Self>| {
            let named = ranges.iter().enumerate().filter(move |(_, range)| range.language == language);
            named.map(|(index, range)| RangeWeight { thousandths: range.thousandths, before: Reverse(index) }).max()
        };
        of(Some(self)).or_else(|| of(None))
    }
}

/// Weight of a range, and its place in the header: of equal weights the first is larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RangeWeight {
    thousandths: u16,
    before: Reverse<usize>,
}

/// Member of `Accept-Language` that says something about the supported languages.
#[derive(Clone, Copy, Debug)]
struct LanguageRange {
    /// `None` for `*`.
    language: Option<Language>,
    thousandths: u16,
}

impl LanguageRange {
    /// Reads `ru`, `ru-RU;q=0.8` or `*;q=0.1`; `None` for unsupported languages and invalid weights.
    fn parse(member: &[u8]) -> Option<Self> {
        let mut parts = std::str::from_utf8(member).ok()?.split(';').map(str::trim);
        let tag = parts.next()?;
        let language = if tag == "*" { None } else { Some(Language::from_tag(tag)?) };
        let mut weights =
            parts.filter_map(|part| part.split_once('=')).filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        let thousandths = weights.next_back().map_or(Some(1000), |(_, weight)| thousandths(weight.trim()))?;
        Some(Self { language, thousandths })
    }
}

/// Reads a weight from 0 to 1, such as `0`, `0.8`, `.8` or `1.000`.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, digits) = weight.split_once('.').unwrap_or((weight, ""));
    let is_number = !weight.is_empty() && weight != "." && digits.bytes().all(|digit| digit.is_ascii_digit());
    let digits: String = digits.chars().chain("000".chars()).take(3).collect();
    let fraction: u16 = digits.parse().ok().filter(|_| is_number)?;
    match whole {
        "" | "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accepted(header: &str) -> Option<&'static str> {
        Language::accepted(header.split(',').map(|member| member.trim().as_bytes())).map(Language::code)
    }

    #[test]
    fn the_heaviest_supported_language_is_taken() {
        for (header, expected) in [
            ("", None),
            ("de, fr;q=0.5", None),
            ("ru", Some("ru")),
            ("RU-ru, en", Some("ru")),
            ("en;q=0.1, ru;q=0.9", Some("ru")),
            ("en;q=0.1, RU;Q=0.9", Some("ru")),
            ("de-DE, de;q=0.9, ru;q=0.3, en;q=0.2", Some("ru")),
            ("en, ru", Some("en")),
            ("ru;q=0.5, en;q=0.5", Some("ru")),
            ("en;q=0.500, ru;q=0.501", Some("ru")),
            ("ru;q=1.000, en", Some("ru")),
            ("en;q=0, ru;q=0.001", Some("ru")),
            ("ru;q=0, *", Some("en")),
            ("en;q=0, *;q=0.1", Some("ru")),
            ("*", Some("en")),
            ("*;q=0.5, ru", Some("ru")),
            ("en;q=0.4, *;q=0.5", Some("ru")),
            ("en;q=0", Some("ru")),
            ("ru;q=0.0", Some("en")),
            ("en;q=0, ru;q=0", None),
            ("*;q=0", None),
            ("ru-RU;q=0.8, ru;q=0.2, en;q=0.5", Some("ru")),
            ("ru ; q=0.8 , en ; q=0.9", Some("en")),
            ("en;q=2, ru;q=0.1", Some("ru")),
            ("en;q=x, ru;q=0.1", Some("ru")),
            ("en;q=, ru;q=0.1", Some("ru")),
            ("en;q=-0.5, ru;q=0.1", Some("ru")),
            ("en;level=1;q=0.1, ru;q=.2", Some("ru")),
            (", ,ü, x, ru;q=0.1,", Some("ru")),
        ] {
            assert_eq!(accepted(header), expected, "{header}");
        }
        let many = format!("{}ru;q=0.2", "de;q=0.9, ".repeat(1000));
        assert_eq!(accepted(&many), Some("ru"));
    }

    proptest! {
        #[test]
        fn nothing_in_the_header_is_fatal(header in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Language::accepted(header.split(|byte| *byte == b','));
        }

        #[test]
        fn the_order_does_not_matter_for_different_weights(en in 0_u16..=1000, ru in 0_u16..=1000) {
            prop_assume!(en != ru);
            let weight = |of: u16| format!("{}.{:03}", of / 1000, of % 1000);
            let (english, russian) = (format!("en;q={}", weight(en)), format!("ru;q={}", weight(ru)));
            let expected = Some(if en > ru { "en" } else { "ru" });
            prop_assert_eq!(accepted(&format!("{english}, {russian}")), expected);
            prop_assert_eq!(accepted(&format!("{russian},{english}")), expected);
        }
    }
}
