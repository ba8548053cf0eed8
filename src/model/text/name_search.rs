//! Search for people by a part of their name, whatever the case: `iva` finds "Ivan Petrov" and "МАРИЯ" finds "Мария".

use unicode_normalization::UnicodeNormalization;

use crate::model::text::invisible::is_invisible;

/// Limit of a query in bytes. A button carries it, and 64 bytes are all that a button can carry.
pub const MAX_QUERY_BYTES: usize = 32;
/// A shorter query would find almost everyone.
const MIN_QUERY_CHARS: usize = 2;

/// Part of a name to search for, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameQuery(String);

impl NameQuery {
    /// Reads a query: at least two characters, one of them a letter. The part beyond [`MAX_QUERY_BYTES`] does not count.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let folded = fold(text);
        let end = (0..=MAX_QUERY_BYTES.min(folded.len())).rev().find(|end| folded.is_char_boundary(*end))?;
        let query = folded.get(..end)?.trim();
        let is_enough = query.chars().count() >= MIN_QUERY_CHARS && query.chars().any(char::is_alphabetic);
        is_enough.then(|| Self(query.to_owned()))
    }

    /// Returns the folded query.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if the name contains the query.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        fold(name).contains(&self.0)
    }
}

/// Folds a text for comparison: composed, in lower case, with `ё` as `е` and single spaces, without invisible characters.
fn fold(text: &str) -> String {
    let visible = text.nfkc().filter(|c| !is_invisible(*c));
    let lower: String = visible.flat_map(char::to_lowercase).nfkc().map(|c| if c == 'ё' { 'е' } else { c }).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_in_any_case_is_found() {
        for (query, name) in [
            ("iva", "Ivan Petrov"),
            ("PETR", "Ivan Petrov"),
            ("van p", "Ivan   Petrov"),
            ("мар", "МАРИЯ"),
            ("МАРИЯ", "Мария Ёлкина"),
            ("елк", "Мария Ёлкина"),
            ("ЁЛК", "Мария Елкина"),
            ("café", "cafe\u{301}"),
            ("иван", "Ив\u{200b}ан"),
        ] {
            assert!(NameQuery::parse(query).is_some_and(|query| query.matches(name)), "{query} in {name}");
        }
        assert!(NameQuery::parse("olga").is_some_and(|query| !query.matches("Ivan")));
    }

    #[test]
    fn too_little_is_no_query() {
        for nothing in ["", " ", "i", "42", "1 2", "\u{200b}\u{200b}"] {
            assert_eq!(NameQuery::parse(nothing), None, "{nothing:?}");
        }
    }

    proptest! {
        #[test]
        fn a_query_fits_a_button_and_stays_one(text in "\\PC{0,60}|[a-zа-яА-ЯёЁ ]{0,40}") {
            if let Some(query) = NameQuery::parse(&text) {
                prop_assert!(query.as_str().len() <= MAX_QUERY_BYTES);
                prop_assert!(NameQuery::parse(query.as_str()).is_some());
            }
        }
    }
}
