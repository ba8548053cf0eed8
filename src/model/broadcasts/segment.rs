//! Segments: the audience of a broadcast.

use serde::{Deserialize, Serialize};

use crate::model::billing::plan::Plans;
use crate::model::broadcasts::validation::{DraftError, MAX_LISTED_PEOPLE, MAX_SEGMENT_DAYS};
use crate::model::text::language::Language;

/// Limit of the conditions of a segment. Each combination of them has an entry in the table by which the store selects.
pub const MAX_CONDITIONS: usize = 10;
/// Limit of the nesting of `all` and `not`.
pub const MAX_SEGMENT_DEPTH: usize = 8;

/// Audience, chosen from the people who started the bot, are reachable and have not opted out of the category. Stored
/// as JSON, so every form ever written must stay readable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Segment {
    /// Everyone, admins included.
    #[default]
    Everyone,
    /// People on one of these plans.
    Plans {
        /// Ids of the plans.
        plans: Vec<String>,
    },
    /// People whose plan ends soon.
    PlanEnds {
        /// Number of days within which it ends.
        days: u32,
    },
    /// People with a low balance.
    BalanceUnder {
        /// Balance, in tokens, that theirs is below.
        tokens: i64,
    },
    /// People who chose this language, or whose Telegram app uses it if they chose none.
    Language {
        /// Language to match.
        language: Language,
    },
    /// People who recently wrote to the bot, visited the website or used a key.
    ActiveWithin {
        /// Number of days since then, at most.
        days: u32,
    },
    /// People listed one by one.
    People {
        /// Telegram ids.
        ids: Vec<i64>,
    },
    /// People in every one of these segments.
    All {
        /// Segments to combine.
        of: Vec<Segment>,
    },
    /// People outside of a segment.
    Not {
        /// Segment to leave out.
        of: Box<Segment>,
    },
}

impl Segment {
    /// Returns the distinct conditions in the segment. `Everyone` is not a condition.
    #[must_use]
    pub fn conditions(&self) -> Vec<&Self> {
        let mut found: Vec<&Self> = Vec::new();
        self.add_conditions(&mut found);
        found
    }

    fn add_conditions<'a>(&'a self, found: &mut Vec<&'a Self>) {
        match self {
            Self::Everyone => {}
            Self::All { of } => of.iter().for_each(|part| part.add_conditions(found)),
            Self::Not { of } => of.add_conditions(found),
            condition if found.contains(&condition) => {}
            condition => found.push(condition),
        }
    }

    /// True if the segment selects a person who meets the conditions for which `is_met` returns true.
    #[must_use]
    pub fn selects(&self, is_met: &dyn Fn(&Self) -> bool) -> bool {
        match self {
            Self::Everyone => true,
            Self::All { of } => of.iter().all(|part| part.selects(is_met)),
            Self::Not { of } => !of.selects(is_met),
            condition => is_met(condition),
        }
    }

    /// Returns the segments that are combined at the top; a segment that combines nothing is its own only part.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        if let Self::All { of } = self { of } else { std::slice::from_ref(self) }
    }

    /// Returns the people in this segment and in another. A part that is there already changes nothing.
    #[must_use]
    pub fn and(&self, other: Self) -> Self {
        if *self == Self::Everyone {
            return other;
        }
        if self.parts().contains(&other) {
            return self.clone();
        }
        Self::All { of: self.parts().iter().cloned().chain([other]).collect() }
    }

    /// Returns the segment of the first `count` parts; everyone without any.
    #[must_use]
    pub fn first_parts(&self, count: usize) -> Self {
        match self.parts().get(..count).unwrap_or_else(|| self.parts()) {
            [] => Self::Everyone,
            [only] => only.clone(),
            parts => Self::All { of: parts.to_vec() },
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::All { of } => 1 + of.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not { of } => 1 + of.depth(),
            _ => 0,
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::All { of } => of.iter().map(Self::size).sum(),
            Self::Not { of } => of.size(),
            _ => 1,
        }
    }

    /// Returns the reason the segment is invalid.
    #[must_use]
    pub fn error(&self, known: &Plans) -> Option<DraftError> {
        if self.depth() > MAX_SEGMENT_DEPTH {
            Some(DraftError::TooDeep)
        } else if self.size() > MAX_CONDITIONS {
            Some(DraftError::TooManyConditions)
        } else {
            self.condition_error(known)
        }
    }

    fn condition_error(&self, known: &Plans) -> Option<DraftError> {
        match self {
            Self::Everyone | Self::Language { .. } => None,
            Self::Plans { plans } if plans.is_empty() => Some(DraftError::NoPlans),
            Self::Plans { plans } => {
                plans.iter().find(|plan| known.get(plan).is_none()).map(|plan| DraftError::NoPlan(plan.clone()))
            }
            Self::PlanEnds { days } | Self::ActiveWithin { days } => {
                (!(1..=MAX_SEGMENT_DAYS).contains(days)).then_some(DraftError::Days)
            }
            Self::BalanceUnder { tokens } => (*tokens < 1).then_some(DraftError::Tokens),
            Self::People { ids } if ids.is_empty() || ids.len() > MAX_LISTED_PEOPLE => Some(DraftError::People),
            Self::People { ids } => ids.iter().find(|id| **id <= 0).map(|id| DraftError::NoPerson(*id)),
            Self::All { of } if of.is_empty() => Some(DraftError::NoConditions),
            Self::All { of } => of.iter().enumerate().find_map(|(place, part)| {
                part.condition_error(known).map(|error| DraftError::Condition(format!("of[{place}]"), Box::new(error)))
            }),
            Self::Not { of } => {
                of.condition_error(known).map(|error| DraftError::Condition("of".to_owned(), Box::new(error)))
            }
        }
    }

    /// Returns the stored JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers always serialize.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the stored JSON. Returns `None` for a segment that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn active(days: u32) -> Segment {
        Segment::ActiveWithin { days }
    }

    fn not(of: Segment) -> Segment {
        Segment::Not { of: Box::new(of) }
    }

    #[test]
    fn every_stored_form_stays_readable() {
        for written in [
            r#"{"kind":"everyone"}"#,
            r#"{"kind":"plans","plans":["vip","elite"]}"#,
            r#"{"kind":"plan_ends","days":7}"#,
            r#"{"kind":"balance_under","tokens":100}"#,
            r#"{"kind":"language","language":"ru"}"#,
            r#"{"kind":"active_within","days":30}"#,
            r#"{"kind":"people","ids":[1001,1002]}"#,
            r#"{"kind":"all","of":[{"kind":"language","language":"ru"},{"kind":"not","of":{"kind":"plans","plans":["vip"]}}]}"#,
        ] {
            assert_eq!(Segment::from_json(written).map(|segment| segment.to_json()).as_deref(), Some(written));
        }
        assert_eq!(Segment::from_json(r#"{"kind":"of_tomorrow"}"#), None);
    }

    #[test]
    fn a_condition_counts_once_and_everyone_is_none() {
        let both = Segment::All { of: vec![active(7), not(active(7)), Segment::Everyone, not(not(active(1)))] };
        assert_eq!(both.conditions(), [&active(7), &active(1)]);
        assert!(!both.selects(&|_| true) && !both.selects(&|_| false), "nobody is in it and outside of it");
        let without = Segment::All { of: vec![active(7), not(active(1))] };
        assert!(without.selects(&|condition| *condition == active(7)));
        assert!(!without.selects(&|_| true) && !without.selects(&|condition| *condition == active(1)));
        assert!(Segment::Everyone.selects(&|_| false));
    }

    #[test]
    fn parts_are_added_once_and_taken_from_the_end() {
        let one = Segment::Everyone.and(active(7));
        assert_eq!(one, active(7));
        let two = one.and(not(active(1)));
        assert_eq!(two, Segment::All { of: vec![active(7), not(active(1))] });
        assert_eq!(two.and(active(7)), two);
        assert_eq!(two.and(active(3)).first_parts(2), two);
        assert_eq!((two.first_parts(1), two.first_parts(0), two.first_parts(9)), (active(7), Segment::Everyone, two));
        assert_eq!(Segment::Everyone.and(Segment::Everyone), Segment::Everyone);
    }

    #[test]
    fn size_and_nesting_are_limited_and_a_part_is_named() {
        let plans = Plans::parse(Plans::SHIPPED).expect("plans");
        let error =
            |segment: &Segment| segment.error(&plans).map(|error| format!("{} {}", error.field(), error.message()));
        let deep = |depth: usize| (0..depth).fold(active(7), |inner, _| not(inner));
        assert_eq!(error(&deep(MAX_SEGMENT_DEPTH)), None);
        assert_eq!(error(&deep(MAX_SEGMENT_DEPTH + 1)).as_deref(), Some("segment must be nested at most 8 deep"));
        let wide = |count: usize| Segment::All { of: vec![active(7); count] };
        assert_eq!(error(&wide(MAX_CONDITIONS)), None);
        assert_eq!(error(&wide(MAX_CONDITIONS + 1)).as_deref(), Some("segment must have at most 10 conditions"));
        assert_eq!(error(&wide(0)).as_deref(), Some("segment.of must have a condition"));
        let nested = Segment::All { of: vec![active(7), not(Segment::All { of: vec![active(7), active(0)] })] };
        assert_eq!(error(&nested).as_deref(), Some("segment.of[1].of.of[1].days must be from 1 to 3650"));
    }
}
