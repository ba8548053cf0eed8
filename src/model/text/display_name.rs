//! Names of people and keys: normalized, visible, and without characters that change other text.
//!
//! - Names are stored in NFC (Unicode UAX 15), so that `café` is one name however it was typed.
//! - A name has at least one visible character. Blanks, combining marks alone and default-ignorable characters are not.
//! - Joiners and variation selectors remain where emoji and scripts need them; after ASCII letters they do nothing.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization;

use crate::model::text::invisible::is_invisible;

/// Reason why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing in it is visible.
    Blank,
    /// It has more characters than allowed.
    TooLong,
    /// It contains control characters, or others that are invisible where they are.
    Invisible,
}

/// Reads a typed name: normalized and trimmed.
pub fn parse(text: &str, max_chars: usize) -> Result<String, NameError> {
    let name = normalized(text);
    if name.is_empty() {
        return Err(NameError::Blank);
    }
    if name.chars().count() > max_chars {
        return Err(NameError::TooLong);
    }
    if name.chars().any(is_invisible) || has_idle_joiner(&name) {
        return Err(NameError::Invisible);
    }
    if name.chars().any(is_visible) { Ok(name) } else { Err(NameError::Blank) }
}

/// Name that another service gave: normalized, without invisible characters, and shortened. `None` if nothing visible
/// remains.
#[must_use]
pub fn cleaned(text: &str, max_chars: usize) -> Option<String> {
    let plain: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let short: String = normalized(&plain).chars().take(max_chars).collect();
    let name = normalized(&without_idle_joiners(short.trim_end()));
    name.chars().any(is_visible).then_some(name)
}

/// NFC without surrounding spaces.
fn normalized(text: &str) -> String {
    text.trim().nfc().collect()
}

/// True if the character is visible on its own.
fn is_visible(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let is_blank = matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::Surrogate
            | GeneralCategory::SpaceSeparator
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::NonspacingMark
            | GeneralCategory::SpacingMark
            | GeneralCategory::EnclosingMark
    );
    // Characters of visible categories that have no ink: Braille and Egyptian blanks, the null notehead.
    let has_no_ink = matches!(c, '\u{2800}' | '\u{13441}' | '\u{13442}' | '\u{1d159}');
    let is_noncharacter = u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    !is_blank && !has_no_ink && !is_noncharacter && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// True if a joiner has no effect where it is, so that two names with and without it look the same.
fn has_idle_joiner(name: &str) -> bool {
    without_idle_joiners(name) != name
}

/// Removes joiners at the end of a name, and after ASCII characters, spaces and joiners. Also removes the spaces between
/// joiners at the end.
fn without_idle_joiners(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    for c in name.chars() {
        let joins_nothing =
            || kept.chars().next_back().is_none_or(|last| last.is_ascii() || is_joiner(last) || last.is_whitespace());
        if !is_joiner(c) || !joins_nothing() {
            kept.push(c);
        }
    }
    kept.truncate(kept.trim_end_matches(|c: char| is_joiner(c) || c.is_whitespace()).len());
    kept
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_all_scripts_and_emoji_stay() {
        for name in [
            "x",
            "Иван",
            "👩‍🚀 prod",
            "👨‍👩‍👧‍👦",
            "❤️",
            "1️⃣",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "می\u{200c}خواهم",
            "ක්\u{200d}ෂ",
            "葛\u{e0100}城",
            "नमस्ते",
            "مرحبا",
            "한국",
            "a  b",
            "<b>&\"'\\",
            "№1",
            "…",
        ] {
            assert_eq!(parse(name, 64).as_deref(), Ok(name));
            assert_eq!(cleaned(name, 64).as_deref(), Some(name));
        }
    }

    #[test]
    fn nothing_to_see_is_no_name() {
        for name in [
            "",
            " \t",
            "\u{2800}",
            "\u{2800}\u{2800} \u{2800}",
            "\u{301}",
            "\u{20dd}",
            "\u{fe0f}",
            "\u{e0100}",
            "\u{a0}",
            "\u{3000}",
            "\u{2003}\u{301}",
            "\u{1d159}",
            "\u{13441}",
            "\u{e0001}",
            "\u{fdd0}",
            "\u{110bd}",
        ] {
            assert_eq!(parse(name, 64), Err(NameError::Blank), "{name:?}");
            assert_eq!(cleaned(name, 64), None, "{name:?}");
        }
        for name in
            ["\u{3164}", "\u{115f}", "\u{ad}", "\u{200b}", "\u{202e}", "\u{2066}", "\u{200f}", "\u{200d}", "\u{0}"]
        {
            assert_eq!(parse(name, 64), Err(NameError::Invisible), "{name:?}");
            assert_eq!(cleaned(name, 64), None, "{name:?}");
        }
    }

    #[test]
    fn one_name_however_it_was_typed() {
        for name in ["cafe\u{301}", "caf\u{e9}", "  cafe\u{301}\u{a0}"] {
            assert_eq!(parse(name, 4).as_deref(), Ok("caf\u{e9}"));
        }
        assert_eq!(parse("\u{1112}\u{1161}\u{11ab}", 1).as_deref(), Ok("한"));
        assert_eq!(parse("ab", 1), Err(NameError::TooLong));
        for same in ["laptop\u{200d}", "lap\u{200d}top", "\u{200c}laptop", "\u{202e}laptop", "lap\u{2060}top"] {
            assert_eq!(parse(same, 64), Err(NameError::Invisible), "{same:?}");
            assert_eq!(cleaned(same, 64).as_deref(), Some("laptop"), "{same:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_stays_what_it_is(text in "\\PC{0,20}|.{0,20}|[\u{200c}\u{200d}\u{301}\u{2800}\u{fe0f}a é👩🚀]{0,12}") {
            if let Ok(name) = parse(&text, 64) {
                prop_assert!(name.chars().any(is_visible));
                let decomposed: String = name.nfd().collect();
                prop_assert_eq!(parse(&decomposed, 64), Ok(name.clone()), "composed or not");
                prop_assert_eq!(cleaned(&name, 64), Some(name));
            }
            if let Some(name) = cleaned(&text, 8) {
                prop_assert!(name.chars().count() <= 16 && !name.chars().any(is_invisible));
                prop_assert_eq!(parse(&name, 64), Ok(name));
            }
        }
    }
}
