//! Text form of a segment, typed in chat and on the command line: `language:ru and not plans:vip`.
//!
//! Conditions are joined by `and`, `not`, `except` and parentheses. People are named by anything that finds a person, so
//! a [`TypedSegment`] becomes a [`Segment`] only when they were found.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::model::broadcasts::segment::{MAX_SEGMENT_DEPTH, Segment};
use crate::model::broadcasts::segment_words::{SegmentWord, SegmentWords};
use crate::model::text::language::Language;

/// List of the accepted forms, for error texts and `--help`.
pub const SEGMENT_FORMS: &str = "everyone, plans:vip,elite, plan_ends:7 (days), balance_under:100 (tokens), language:ru, active_within:30 (days) or \
                         people:1001,@ivan,#42,ivan@example.org; join them with and, not, except and parentheses";

/// Segment as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedSegment {
    /// Condition that names no people.
    Condition(Segment),
    /// People as they were named.
    People(Vec<String>),
    /// People in every one of these segments.
    All(Vec<TypedSegment>),
    /// People outside of a segment.
    Not(Box<TypedSegment>),
}

/// Reason a typed segment is refused. Each names the word that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentTextError {
    /// There is no text.
    Empty,
    /// No condition follows this word.
    Unfinished(String),
    /// The word is not a condition.
    Unknown(String),
    /// The word follows a condition, and nothing joins the two.
    Unjoined(String),
    /// A parenthesis is not closed.
    Unclosed,
    /// A parenthesis is closed that was not opened.
    Unopened,
    /// Parentheses and `not` are nested too deep.
    TooDeep,
    /// No value follows this condition.
    NoValue(String),
    /// The value of a condition is not a whole number.
    NoNumber {
        /// Name of the condition.
        condition: String,
        /// Word in the place of the number.
        word: String,
    },
    /// The word is not the code of a language.
    NoLanguage(String),
    /// The word names nobody.
    NobodyNamed(String),
    /// The person that the word names has no Telegram account.
    NoTelegram(String),
}

impl FromStr for TypedSegment {
    type Err = SegmentTextError;

    fn from_str(text: &str) -> Result<Self, SegmentTextError> {
        let mut words = SegmentWords::new(text);
        if words.peek().is_none() {
            return Err(SegmentTextError::Empty);
        }
        let segment = all(&mut words, 0, "")?;
        match words.take() {
            None => Ok(segment),
            Some(_) => Err(SegmentTextError::Unopened),
        }
    }
}

/// Parses conditions joined by `and` or `except`, up to the end or a closing parenthesis. `before` is the word before
/// them.
fn all(words: &mut SegmentWords<'_>, depth: usize, before: &str) -> Result<TypedSegment, SegmentTextError> {
    let mut parts = vec![part(words, depth, before)?];
    loop {
        match words.peek() {
            None | Some(SegmentWord::Close) => break,
            Some(SegmentWord::And(word)) => {
                words.take();
                parts.push(part(words, depth, word)?);
            }
            // It is read as `and not`.
            Some(SegmentWord::Except(_)) => parts.push(part(words, depth, "")?),
            Some(word) => return Err(SegmentTextError::Unjoined(word.as_str().to_owned())),
        }
    }
    Ok(match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => TypedSegment::All(parts.into_iter().chain(last).collect()),
    })
}

/// Parses a condition, its negation, or a segment in parentheses.
fn part(words: &mut SegmentWords<'_>, depth: usize, before: &str) -> Result<TypedSegment, SegmentTextError> {
    if depth > MAX_SEGMENT_DEPTH {
        return Err(SegmentTextError::TooDeep);
    }
    match words.take() {
        None | Some(SegmentWord::Close | SegmentWord::And(_)) => Err(SegmentTextError::Unfinished(before.to_owned())),
        Some(SegmentWord::Not(word) | SegmentWord::Except(word)) => {
            Ok(TypedSegment::Not(Box::new(part(words, depth + 1, word)?)))
        }
        Some(SegmentWord::Open) => {
            let inner = all(words, depth + 1, "(")?;
            if words.take() == Some(SegmentWord::Close) { Ok(inner) } else { Err(SegmentTextError::Unclosed) }
        }
        Some(SegmentWord::Other(word)) => condition(words, word),
    }
}

/// Parses a condition that begins with `word`.
fn condition(words: &mut SegmentWords<'_>, word: &str) -> Result<TypedSegment, SegmentTextError> {
    let unknown = || SegmentTextError::Unknown(word.to_owned());
    if word.to_lowercase() == "everyone" {
        return Ok(TypedSegment::Condition(Segment::Everyone));
    }
    let (kind, first) = word.split_once(':').ok_or_else(unknown)?;
    let kind = kind.to_lowercase();
    let lowercase = |values: Vec<String>| values.iter().map(|value| value.to_lowercase()).collect::<Vec<_>>();
    let segment = match kind.as_str() {
        "people" => return Ok(TypedSegment::People(words.values(&kind, first)?)),
        "plans" => Segment::Plans { plans: lowercase(words.values(&kind, first)?) },
        "plan_ends" => Segment::PlanEnds { days: words.number(&kind, first)? },
        "active_within" => Segment::ActiveWithin { days: words.number(&kind, first)? },
        "balance_under" => Segment::BalanceUnder { tokens: words.number(&kind, first)? },
        "language" => Segment::Language { language: language(words.value(&kind, first)?)? },
        _ => return Err(unknown()),
    };
    Ok(TypedSegment::Condition(segment))
}

fn language(word: &str) -> Result<Language, SegmentTextError> {
    let code = word.to_lowercase();
    let known = Language::ALL.into_iter().find(|language| language.code() == code);
    known.ok_or_else(|| SegmentTextError::NoLanguage(word.to_owned()))
}

impl TypedSegment {
    /// Returns the words that name people.
    #[must_use]
    pub fn people(&self) -> Vec<&str> {
        match self {
            Self::Condition(_) => Vec::new(),
            Self::People(names) => names.iter().map(String::as_str).collect(),
            Self::All(parts) => parts.iter().flat_map(Self::people).collect(),
            Self::Not(part) => part.people(),
        }
    }

    /// Replaces the names of people by the Telegram ids found for them. A name without any is left out.
    #[must_use]
    pub fn resolved(self, found: &BTreeMap<String, Vec<i64>>) -> Segment {
        match self {
            Self::Condition(segment) => segment,
            Self::People(names) => {
                let ids = names.iter().filter_map(|name| found.get(name)).flatten();
                Segment::People { ids: ids.copied().collect() }
            }
            Self::All(parts) => Segment::All { of: parts.into_iter().map(|part| part.resolved(found)).collect() },
            Self::Not(part) => Segment::Not { of: Box::new(part.resolved(found)) },
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("everyone"),
            Self::Plans { plans } => write!(f, "plans:{}", plans.join(",")),
            Self::PlanEnds { days } => write!(f, "plan_ends:{days}"),
            Self::BalanceUnder { tokens } => write!(f, "balance_under:{tokens}"),
            Self::Language { language } => write!(f, "language:{}", language.code()),
            Self::ActiveWithin { days } => write!(f, "active_within:{days}"),
            Self::People { ids } => {
                write!(f, "people:{}", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
            }
            Self::All { of } => f.write_str(&of.iter().map(Self::as_operand).collect::<Vec<_>>().join(" and ")),
            Self::Not { of } => write!(f, "not {}", of.as_operand()),
        }
    }
}

impl Segment {
    /// Text form within a combination: several parts stand in parentheses.
    fn as_operand(&self) -> String {
        if matches!(self, Self::All { .. }) { format!("({self})") } else { self.to_string() }
    }
}

impl fmt::Display for SegmentTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "must be one of {SEGMENT_FORMS}"),
            Self::Unfinished(before) if before.is_empty() => f.write_str("must begin with a condition"),
            Self::Unfinished(before) => write!(f, "must have a condition after {before:?}"),
            Self::Unknown(word) => write!(f, "{word:?} is not a condition; use {SEGMENT_FORMS}"),
            Self::Unjoined(word) => write!(f, "must have `and` or `except` before {word:?}"),
            Self::Unclosed => f.write_str("must close every parenthesis"),
            Self::Unopened => f.write_str("must open every parenthesis that it closes"),
            Self::TooDeep => write!(f, "must be nested at most {MAX_SEGMENT_DEPTH} deep"),
            Self::NoValue(condition) => write!(f, "must have a value after {condition}:"),
            Self::NoNumber { condition, word } => {
                write!(f, "must have a whole number after {condition}:, and {word:?} is none")
            }
            Self::NoLanguage(word) => write!(f, "must have en or ru after language:, not {word:?}"),
            Self::NobodyNamed(word) => write!(f, "must name people; {word:?} is nobody here"),
            Self::NoTelegram(word) => write!(f, "must name people in Telegram; {word:?} has no Telegram account"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Finds people by Telegram id only.
    fn read(text: &str) -> Result<Segment, SegmentTextError> {
        let typed: TypedSegment = text.parse()?;
        let found = typed.people().into_iter().filter_map(|name| Some((name.to_owned(), vec![name.parse().ok()?])));
        let found = found.collect();
        Ok(typed.resolved(&found))
    }

    fn segments() -> impl Strategy<Value = Segment> {
        let condition = prop_oneof![
            Just(Segment::Everyone),
            proptest::collection::vec("[a-z0-9_-]{1,12}", 1..4)
                .prop_filter("a word that joins", |plans| plans
                    .iter()
                    .all(|plan| { !matches!(plan.as_str(), "and" | "not" | "except") }))
                .prop_map(|plans| Segment::Plans { plans }),
            any::<u32>().prop_map(|days| Segment::PlanEnds { days }),
            any::<i64>().prop_map(|tokens| Segment::BalanceUnder { tokens }),
            Just(Segment::Language { language: Language::Russian }),
            any::<u32>().prop_map(|days| Segment::ActiveWithin { days }),
            proptest::collection::vec(any::<i64>(), 1..4).prop_map(|ids| Segment::People { ids }),
        ];
        condition.prop_recursive(4, 16, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 2..4).prop_map(|of| Segment::All { of }),
                inner.prop_map(|of| Segment::Not { of: Box::new(of) }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(segment in segments()) {
            prop_assert_eq!(read(&segment.to_string()), Ok(segment));
        }

        #[test]
        fn what_is_typed_is_read_or_the_wrong_word_is_in_the_text(text in "([a-z_]{0,9}[: (),]{0,2}(and|not|except|[0-9]{1,3})? ?){0,8}") {
            if let Err(error) = read(&text) {
                let word = match &error {
                    SegmentTextError::Unfinished(word)
                    | SegmentTextError::Unknown(word)
                    | SegmentTextError::Unjoined(word)
                    | SegmentTextError::NoValue(word)
                    | SegmentTextError::NoNumber { word, .. }
                    | SegmentTextError::NoLanguage(word) => word.as_str(),
                    _ => "",
                };
                prop_assert!(text.contains(word), "{}: {}", text, error);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            let _ = text.parse::<TypedSegment>();
        }
    }

    fn plans(ids: &[&str]) -> Segment {
        Segment::Plans { plans: ids.iter().map(|id| (*id).to_owned()).collect() }
    }

    #[test]
    fn as_people_type_them() {
        assert_eq!(read(" Plans: VIP, elite "), Ok(plans(&["vip", "elite"])));
        assert_eq!(read("people:1001 1002\n1003"), Ok(Segment::People { ids: vec![1001, 1002, 1003] }));
        let russian = Segment::Language { language: Language::Russian };
        let not_vip = Segment::Not { of: Box::new(plans(&["vip"])) };
        let both = Segment::All { of: vec![russian.clone(), not_vip.clone()] };
        for text in [
            "language:ru and not plans:vip",
            "language: ru AND NOT plans: vip",
            "language:ru except plans:vip",
            "(language:ru)and(not(plans:vip))",
            "language:ru и не plans:vip",
            "language:ru кроме plans:vip",
        ] {
            assert_eq!(read(text), Ok(both.clone()), "{text}");
        }
        assert_eq!(read("except plans:vip"), Ok(not_vip.clone()));
        assert_eq!(
            read("not (plans:vip and language:ru)").map(|segment| segment.to_string()).as_deref(),
            Ok("not (plans:vip and language:ru)")
        );
        let typed: TypedSegment = "people:@Ivan, #42 ivan@Example.org and not people:7".parse().expect("a segment");
        assert_eq!(typed.people(), ["@Ivan", "#42", "ivan@Example.org", "7"]);
    }

    #[test]
    fn the_wrong_word_is_named() {
        for (text, said) in [
            ("vip", "\"vip\" is not a condition; use everyone"),
            ("plan:vip", "\"plan:vip\" is not a condition; use everyone"),
            ("", "must be one of everyone"),
            ("plans:", "must have a value after plans:"),
            ("plans:vip and", "must have a condition after \"and\""),
            ("plans:vip and not", "must have a condition after \"not\""),
            ("and plans:vip", "must begin with a condition"),
            ("plans:vip and and language:ru", "must have a condition after \"and\""),
            ("plans:vip language:ru", "must have `and` or `except` before \"language:ru\""),
            ("language:ru vip", "must have `and` or `except` before \"vip\""),
            ("language:de", "must have en or ru after language:, not \"de\""),
            ("plan_ends:soon", "must have a whole number after plan_ends:, and \"soon\" is none"),
            ("plan_ends: and language:ru", "must have a value after plan_ends:"),
            ("(plans:vip", "must close every parenthesis"),
            ("plans:vip)", "must open every parenthesis that it closes"),
            ("()", "must have a condition after \"(\""),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.starts_with(said), "{text}: {error}");
        }
        let deep = format!("{}plans:vip{}", "(".repeat(4000), ")".repeat(4000));
        assert_eq!(read(&deep), Err(SegmentTextError::TooDeep));
        assert_eq!(read(&format!("{} plans:vip", "not ".repeat(900))), Err(SegmentTextError::TooDeep));
    }
}
