//! Questions to an admin about a broadcast, and their stored form.

use crate::messages::callback_data::Combination;
use crate::model::broadcasts::BroadcastId;
use crate::model::text::language::Language;

/// Prefix of these questions in the stored dialogue.
const DIALOGUE_PREFIX: &str = "broadcast";

/// Open question about a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BroadcastQuestion {
    /// Text in a language.
    Text(BroadcastId, Language),
    /// Buttons of a language, or of all languages without their own.
    Buttons(BroadcastId, Option<Language>),
    /// Audience.
    Segment(BroadcastId),
    /// Condition to combine with the audience.
    Condition(BroadcastId, Combination),
    /// Start time.
    Time(BroadcastId),
    /// Confirmation of this revision and this number of recipients.
    Confirm(Confirmation),
}

/// Confirmation that the admin is asked for: the exact draft and the number of its recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Confirmation {
    /// Broadcast to start.
    pub(crate) id: BroadcastId,
    /// Revision of the draft that was previewed.
    pub(crate) revision: i64,
    /// Number of recipients to type.
    pub(crate) recipients: i64,
}

impl BroadcastQuestion {
    /// Stored form.
    pub(crate) fn encode(self) -> String {
        match self {
            Self::Text(id, language) => format!("{DIALOGUE_PREFIX} {id} text {}", language.code()),
            Self::Buttons(id, language) => {
                format!("{DIALOGUE_PREFIX} {id} buttons {}", language.map_or("all", Language::code))
            }
            Self::Segment(id) => format!("{DIALOGUE_PREFIX} {id} segment"),
            Self::Condition(id, combination) => format!("{DIALOGUE_PREFIX} {id} condition {}", combination.word()),
            Self::Time(id) => format!("{DIALOGUE_PREFIX} {id} time"),
            Self::Confirm(Confirmation { id, revision, recipients }) => {
                format!("{DIALOGUE_PREFIX} {id} confirm {revision} {recipients}")
            }
        }
    }

    /// Parses the stored form. Returns `None` if the dialogue is about something else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        if words.next()? != DIALOGUE_PREFIX {
            return None;
        }
        let id = BroadcastId(words.next()?.parse().ok()?);
        let kind = words.next()?;
        let rest: Vec<&str> = words.collect();
        let language = || Language::ALL.into_iter().find(|language| rest.first() == Some(&language.code()));
        let number = |place: usize| rest.get(place).and_then(|number| number.parse().ok());
        Some(match kind {
            "text" => Self::Text(id, language()?),
            "buttons" => Self::Buttons(id, language()),
            "segment" => Self::Segment(id),
            "condition" => Self::Condition(id, rest.first().and_then(|word| Combination::parse(word))?),
            "time" => Self::Time(id),
            "confirm" => Self::Confirm(Confirmation { id, revision: number(0)?, recipients: number(1)? }),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_stored_is_read(id in any::<i64>(), revision in any::<i64>(), count in any::<i64>()) {
            let id = BroadcastId(id);
            let languages = Language::ALL.into_iter().flat_map(|language| [BroadcastQuestion::Text(id, language), BroadcastQuestion::Buttons(id, Some(language))]);
            let others = [
                BroadcastQuestion::Buttons(id, None),
                BroadcastQuestion::Segment(id),
                BroadcastQuestion::Condition(id, Combination::And),
                BroadcastQuestion::Condition(id, Combination::Except),
                BroadcastQuestion::Time(id),
                BroadcastQuestion::Confirm(Confirmation { id, revision, recipients: count }),
            ];
            for question in languages.chain(others) {
                prop_assert_eq!(BroadcastQuestion::parse(&question.encode()), Some(question));
            }
        }

        #[test]
        fn anything_else_is_another_question(text in "(broadcast )?\\PC{0,30}") {
            let _ = BroadcastQuestion::parse(&text);
        }
    }

    #[test]
    fn other_questions_are_not_ours() {
        for other in
            ["", "new key name", "another name for key 7", "broadcast", "broadcast x text en", "broadcast 7 dance"]
        {
            assert_eq!(BroadcastQuestion::parse(other), None, "{other}");
        }
    }
}
