//! Callback data of broadcast buttons: `bc:VERB:NUMBER:OBJECT`. A button names the resulting state, so a double tap
//! has no further effect.

use crate::model::broadcasts::{BroadcastId, SendSpeed};
use crate::model::notices::category::Category;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// Meaning of a tap on a broadcast button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BroadcastCallback {
    /// Starts a new draft.
    New,
    /// Lists broadcasts, newest first, before the given one if any.
    List(Option<BroadcastId>),
    /// Opens the editor of a draft or the card of a started broadcast.
    Open(BroadcastId),
    /// Shows the texts and the file.
    Texts(BroadcastId),
    /// Asks for the text in a language.
    AskText(BroadcastId, Language),
    /// Removes the text in a language.
    DropText(BroadcastId, Language),
    /// Removes the photo or document.
    DropFile(BroadcastId),
    /// Asks for the buttons of a language, or of all languages without their own.
    AskButtons(BroadcastId, Option<Language>),
    /// Removes those buttons.
    DropButtons(BroadcastId, Option<Language>),
    /// Offers the categories.
    Categories(BroadcastId),
    /// Chooses a category.
    SetCategory(BroadcastId, Category),
    /// Offers the segments.
    Segments(BroadcastId),
    /// Chooses a segment.
    SetSegment(BroadcastId, SegmentChoice),
    /// Offers conditions to combine with the segment.
    Combine(BroadcastId, Combination),
    /// Combines a condition with the segment.
    AddCondition(BroadcastId, Combination, SegmentChoice),
    /// Keeps only that number of the parts of a combined segment.
    KeepParts(BroadcastId, u8),
    /// Offers start times.
    Times(BroadcastId),
    /// Chooses the start time; `None` sends immediately.
    SetTime(BroadcastId, Option<Moment>),
    /// Offers free and paid sending.
    Speeds(BroadcastId),
    /// Chooses paid or free sending.
    SetSpeed(BroadcastId, SendSpeed),
    /// Shows the preview and the number of recipients.
    Review(BroadcastId),
    /// Asks for confirmation before a broadcast is cancelled or a draft deleted.
    AskCancel(BroadcastId),
    /// Cancels a broadcast or deletes a draft.
    Cancel(BroadcastId),
    /// Pauses a broadcast.
    Pause(BroadcastId),
    /// Resumes a broadcast.
    Resume(BroadcastId),
    /// Turns a scheduled broadcast back into a draft.
    Recall(BroadcastId),
    /// Asks for confirmation before sent messages are deleted.
    AskRetract(BroadcastId),
    /// Deletes sent messages.
    Retract(BroadcastId),
    /// Requests the file of failed and uncertain recipients.
    Failures(BroadcastId),
    /// Makes a new draft with the same content.
    Copy(BroadcastId),
    /// Sends a draft to the admins.
    Test(BroadcastId),
}

/// Way in which a condition is added to a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Combination {
    /// People who also meet the condition.
    And,
    /// People who do not meet the condition.
    Except,
}

impl Combination {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::And, Self::Except];

    /// Word of the text form.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Except => "except",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|combination| combination.word() == word)
    }
}

/// Segment that a button can choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SegmentChoice {
    /// Everyone.
    Everyone,
    /// Adds the people on a plan.
    With(String),
    /// Removes the people on a plan.
    Without(String),
    /// People whose plan ends within a number of days.
    PlanEnds(u32),
    /// People with a balance below a number of tokens.
    BalanceUnder(i64),
    /// People who read a language.
    Language(Language),
    /// People active within a number of days.
    ActiveWithin(u32),
}

impl BroadcastCallback {
    /// Broadcast that the button is about, if it is about one.
    pub(crate) const fn broadcast(&self) -> Option<BroadcastId> {
        match self {
            Self::New | Self::List(_) => None,
            Self::Open(id)
            | Self::Texts(id)
            | Self::AskText(id, _)
            | Self::DropText(id, _)
            | Self::DropFile(id)
            | Self::AskButtons(id, _)
            | Self::DropButtons(id, _)
            | Self::Categories(id)
            | Self::SetCategory(id, _)
            | Self::Segments(id)
            | Self::SetSegment(id, _)
            | Self::Combine(id, _)
            | Self::AddCondition(id, ..)
            | Self::KeepParts(id, _)
            | Self::Times(id)
            | Self::SetTime(id, _)
            | Self::Speeds(id)
            | Self::SetSpeed(id, _)
            | Self::Review(id)
            | Self::AskCancel(id)
            | Self::Cancel(id)
            | Self::Pause(id)
            | Self::Resume(id)
            | Self::Recall(id)
            | Self::AskRetract(id)
            | Self::Retract(id)
            | Self::Failures(id)
            | Self::Copy(id)
            | Self::Test(id) => Some(*id),
        }
    }

    /// Encodes the part after `bc:`.
    pub(super) fn encode(&self) -> String {
        let code = |language: &Option<Language>| language.map_or("all", Language::code);
        match self {
            Self::New => "new".to_owned(),
            Self::List(before) => format!("list:{}", before.map_or(0, |id| id.0)),
            Self::Open(id) => format!("open:{id}"),
            Self::Texts(id) => format!("texts:{id}"),
            Self::AskText(id, language) => format!("text:{id}:{}", language.code()),
            Self::DropText(id, language) => format!("notext:{id}:{}", language.code()),
            Self::DropFile(id) => format!("nofile:{id}"),
            Self::AskButtons(id, language) => format!("buttons:{id}:{}", code(language)),
            Self::DropButtons(id, language) => format!("nobuttons:{id}:{}", code(language)),
            Self::Categories(id) => format!("about?:{id}"),
            Self::SetCategory(id, category) => format!("about:{id}:{}", category.as_str()),
            Self::Segments(id) => format!("to?:{id}"),
            Self::SetSegment(id, choice) => format!("to:{id}:{}", choice.encode()),
            Self::Combine(id, combination) => format!("join:{id}:{}", combination.word()),
            Self::AddCondition(id, Combination::And, choice) => format!("and:{id}:{}", choice.encode()),
            Self::AddCondition(id, Combination::Except, choice) => format!("not:{id}:{}", choice.encode()),
            Self::KeepParts(id, count) => format!("keep:{id}:{count}"),
            Self::Times(id) => format!("at?:{id}"),
            Self::SetTime(id, at) => format!("at:{id}:{}", at.map_or(0, |at| at.0)),
            Self::Speeds(id) => format!("fast?:{id}"),
            Self::SetSpeed(id, SendSpeed::Free) => format!("fast:{id}:0"),
            Self::SetSpeed(id, SendSpeed::Paid) => format!("fast:{id}:1"),
            Self::Review(id) => format!("review:{id}"),
            Self::AskCancel(id) => format!("cancel?:{id}"),
            Self::Cancel(id) => format!("cancel:{id}"),
            Self::Pause(id) => format!("pause:{id}"),
            Self::Resume(id) => format!("resume:{id}"),
            Self::Recall(id) => format!("recall:{id}"),
            Self::AskRetract(id) => format!("retract?:{id}"),
            Self::Retract(id) => format!("retract:{id}"),
            Self::Failures(id) => format!("failures:{id}"),
            Self::Copy(id) => format!("copy:{id}"),
            Self::Test(id) => format!("test:{id}"),
        }
    }

    /// Parses the part after `bc:`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (verb, rest) = text.split_once(':').unwrap_or((text, ""));
        if verb == "new" {
            return Some(Self::New);
        }
        let (number, object) = rest.split_once(':').map_or((rest, None), |(number, object)| (number, Some(object)));
        let id = BroadcastId(number.parse().ok()?);
        let language = || object.and_then(language_of);
        Some(match verb {
            "list" => Self::List((id.0 > 0).then_some(id)),
            "open" => Self::Open(id),
            "texts" => Self::Texts(id),
            "text" => Self::AskText(id, language()?),
            "notext" => Self::DropText(id, language()?),
            "nofile" => Self::DropFile(id),
            "buttons" => Self::AskButtons(id, language()),
            "nobuttons" => Self::DropButtons(id, language()),
            "about?" => Self::Categories(id),
            "about" => Self::SetCategory(id, Category::of_broadcast(object?)?),
            "to?" => Self::Segments(id),
            "to" => Self::SetSegment(id, SegmentChoice::read(object?)?),
            "join" => Self::Combine(id, Combination::parse(object?)?),
            "and" => Self::AddCondition(id, Combination::And, SegmentChoice::read(object?)?),
            "not" => Self::AddCondition(id, Combination::Except, SegmentChoice::read(object?)?),
            "keep" => Self::KeepParts(id, object?.parse().ok()?),
            "at?" => Self::Times(id),
            "at" => Self::SetTime(id, object?.parse().ok().map(Moment).filter(|at| at.0 > 0)),
            "fast?" => Self::Speeds(id),
            "fast" => Self::SetSpeed(id, if object? == "1" { SendSpeed::Paid } else { SendSpeed::Free }),
            "review" => Self::Review(id),
            "cancel?" => Self::AskCancel(id),
            "cancel" => Self::Cancel(id),
            "pause" => Self::Pause(id),
            "resume" => Self::Resume(id),
            "recall" => Self::Recall(id),
            "retract?" => Self::AskRetract(id),
            "retract" => Self::Retract(id),
            "failures" => Self::Failures(id),
            "copy" => Self::Copy(id),
            "test" => Self::Test(id),
            _ => return None,
        })
    }
}

impl SegmentChoice {
    fn encode(&self) -> String {
        match self {
            Self::Everyone => "all".to_owned(),
            Self::With(plan) => format!("+{plan}"),
            Self::Without(plan) => format!("-{plan}"),
            Self::PlanEnds(days) => format!("e{days}"),
            Self::BalanceUnder(tokens) => format!("b{tokens}"),
            Self::Language(language) => format!("l{}", language.code()),
            Self::ActiveWithin(days) => format!("a{days}"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        if text == "all" {
            return Some(Self::Everyone);
        }
        let (kind, value) = text.split_at_checked(1)?;
        Some(match kind {
            "+" => Self::With(value.to_owned()),
            "-" => Self::Without(value.to_owned()),
            "e" => Self::PlanEnds(value.parse().ok()?),
            "b" => Self::BalanceUnder(value.parse().ok()?),
            "l" => Self::Language(language_of(value)?),
            "a" => Self::ActiveWithin(value.parse().ok()?),
            _ => return None,
        })
    }
}

fn language_of(code: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.code() == code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::messages::callback_data::Callback;

    fn all(id: BroadcastId, plan: &str, number: u32) -> Vec<BroadcastCallback> {
        let choices = [
            SegmentChoice::Everyone,
            SegmentChoice::With(plan.to_owned()),
            SegmentChoice::Without(plan.to_owned()),
            SegmentChoice::PlanEnds(number),
            SegmentChoice::BalanceUnder(i64::from(number)),
            SegmentChoice::ActiveWithin(number),
            SegmentChoice::Language(Language::Russian),
        ];
        let plain = [
            BroadcastCallback::New,
            BroadcastCallback::List(None),
            BroadcastCallback::List(Some(id)),
            BroadcastCallback::Open(id),
            BroadcastCallback::Texts(id),
            BroadcastCallback::DropFile(id),
            BroadcastCallback::AskButtons(id, None),
            BroadcastCallback::DropButtons(id, None),
            BroadcastCallback::Categories(id),
            BroadcastCallback::Segments(id),
            BroadcastCallback::Times(id),
            BroadcastCallback::SetTime(id, None),
            BroadcastCallback::SetTime(id, Some(Moment(id.0))),
            BroadcastCallback::Speeds(id),
            BroadcastCallback::SetSpeed(id, SendSpeed::Paid),
            BroadcastCallback::SetSpeed(id, SendSpeed::Free),
            BroadcastCallback::Review(id),
            BroadcastCallback::AskCancel(id),
            BroadcastCallback::Cancel(id),
            BroadcastCallback::Pause(id),
            BroadcastCallback::Resume(id),
            BroadcastCallback::Recall(id),
            BroadcastCallback::AskRetract(id),
            BroadcastCallback::Retract(id),
            BroadcastCallback::Failures(id),
            BroadcastCallback::Copy(id),
            BroadcastCallback::Test(id),
            BroadcastCallback::KeepParts(id, 9),
        ];
        let of_language = |language| {
            [
                BroadcastCallback::AskText(id, language),
                BroadcastCallback::DropText(id, language),
                BroadcastCallback::AskButtons(id, Some(language)),
                BroadcastCallback::DropButtons(id, Some(language)),
            ]
        };
        let languages = Language::ALL.into_iter().flat_map(of_language);
        let categories = Category::BROADCAST.into_iter().map(|category| BroadcastCallback::SetCategory(id, category));
        let segments = choices.clone().into_iter().map(|choice| BroadcastCallback::SetSegment(id, choice));
        let combined = Combination::ALL.into_iter().flat_map(|combination| {
            let add = |choice| BroadcastCallback::AddCondition(id, combination, choice);
            choices.clone().map(add).into_iter().chain([BroadcastCallback::Combine(id, combination)])
        });
        plain.into_iter().chain(languages).chain(categories).chain(segments).chain(combined).collect()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(id in 1_i64.., plan in "[a-z0-9_-]{1,32}", number in any::<u32>()) {
            for tap in all(BroadcastId(id), &plan, number) {
                let tap = Callback::Broadcast(tap);
                prop_assert!(tap.encode().len() <= 64, "{}", tap.encode());
                prop_assert_eq!(Callback::parse(&tap.encode()), tap);
            }
        }

        #[test]
        fn anything_else_is_stale(verb in "[a-z?]{0,8}", object in "[a-z0-9:+-]{0,20}") {
            let tap = Callback::parse(&format!("v1:bc:{verb}:{object}"));
            prop_assert_eq!(Callback::parse(&tap.encode()), tap);
        }
    }
}
