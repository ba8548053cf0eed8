//! Admins' buttons about broadcasts: `bc:VERB:NUMBER:OBJECT`. A button says what it leads to: tapped twice, it is done once.

use crate::model::broadcasts::BroadcastId;
use crate::model::notices::notice::Category;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// A tap on one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BroadcastCallback {
    /// Another draft.
    New,
    /// Broadcasts before that one, the latest first; the latest of all if none.
    List(Option<BroadcastId>),
    /// A draft to be written on, or the card of one that was started.
    Open(BroadcastId),
    /// What is there to be written.
    Texts(BroadcastId),
    /// I want to write the text in that language.
    AskText(BroadcastId, Language),
    /// No text in that language.
    DropText(BroadcastId, Language),
    /// No photo and no document.
    DropFile(BroadcastId),
    /// I want to write the buttons; of that language, or of all that have none of their own.
    AskButtons(BroadcastId, Option<Language>),
    /// No such buttons.
    DropButtons(BroadcastId, Option<Language>),
    /// What is it about?
    Categories(BroadcastId),
    /// It is about that.
    SetCategory(BroadcastId, Category),
    /// Who gets it?
    Segments(BroadcastId),
    /// Those people.
    SetSegment(BroadcastId, SegmentChoice),
    /// When?
    Times(BroadcastId),
    /// Then; at once if never.
    SetTime(BroadcastId, Option<Moment>),
    /// How fast, and for what price?
    Speeds(BroadcastId),
    /// For Stars, or not.
    SetPaid(BroadcastId, bool),
    /// Show me the message and how many get it.
    Review(BroadcastId),
    /// Stop it, or drop the draft? Asks.
    AskCancel(BroadcastId),
    /// Yes.
    Cancel(BroadcastId),
    /// Let it rest.
    Pause(BroadcastId),
    /// Let it go on.
    Resume(BroadcastId),
    /// It has not begun: let me write on.
    Recall(BroadcastId),
    /// Delete what was sent? Asks.
    AskRetract(BroadcastId),
    /// Yes.
    Retract(BroadcastId),
    /// Who has not got it?
    Failures(BroadcastId),
}

/// A segment, as far as a button can choose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SegmentChoice {
    /// All of them.
    Everyone,
    /// Those on that plan too.
    With(String),
    /// Those on that plan not.
    Without(String),
    /// Those whose plan ends within so many days.
    PlanEnds(u32),
    /// Those who have fewer tokens.
    BalanceUnder(i64),
    /// Those who read that language.
    Language(Language),
    /// Those who were there within so many days.
    ActiveWithin(u32),
}

impl BroadcastCallback {
    /// Which broadcast it is about; none if about all.
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
            | Self::Times(id)
            | Self::SetTime(id, _)
            | Self::Speeds(id)
            | Self::SetPaid(id, _)
            | Self::Review(id)
            | Self::AskCancel(id)
            | Self::Cancel(id)
            | Self::Pause(id)
            | Self::Resume(id)
            | Self::Recall(id)
            | Self::AskRetract(id)
            | Self::Retract(id)
            | Self::Failures(id) => Some(*id),
        }
    }

    /// As it stands in the button, behind `bc:`.
    pub(super) fn encode(&self) -> String {
        let tongue = |language: &Option<Language>| language.map_or("all", Language::code);
        match self {
            Self::New => "new".to_owned(),
            Self::List(before) => format!("list:{}", before.map_or(0, |id| id.0)),
            Self::Open(id) => format!("open:{id}"),
            Self::Texts(id) => format!("texts:{id}"),
            Self::AskText(id, language) => format!("text:{id}:{}", language.code()),
            Self::DropText(id, language) => format!("notext:{id}:{}", language.code()),
            Self::DropFile(id) => format!("nofile:{id}"),
            Self::AskButtons(id, language) => format!("buttons:{id}:{}", tongue(language)),
            Self::DropButtons(id, language) => format!("nobuttons:{id}:{}", tongue(language)),
            Self::Categories(id) => format!("about?:{id}"),
            Self::SetCategory(id, category) => format!("about:{id}:{}", category.as_str()),
            Self::Segments(id) => format!("to?:{id}"),
            Self::SetSegment(id, choice) => format!("to:{id}:{}", choice.encode()),
            Self::Times(id) => format!("at?:{id}"),
            Self::SetTime(id, at) => format!("at:{id}:{}", at.map_or(0, |at| at.0)),
            Self::Speeds(id) => format!("fast?:{id}"),
            Self::SetPaid(id, paid) => format!("fast:{id}:{}", u8::from(*paid)),
            Self::Review(id) => format!("review:{id}"),
            Self::AskCancel(id) => format!("cancel?:{id}"),
            Self::Cancel(id) => format!("cancel:{id}"),
            Self::Pause(id) => format!("pause:{id}"),
            Self::Resume(id) => format!("resume:{id}"),
            Self::Recall(id) => format!("recall:{id}"),
            Self::AskRetract(id) => format!("retract?:{id}"),
            Self::Retract(id) => format!("retract:{id}"),
            Self::Failures(id) => format!("failures:{id}"),
        }
    }

    /// Reads what stands behind `bc:`.
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
            "at?" => Self::Times(id),
            "at" => Self::SetTime(id, object?.parse().ok().map(Moment).filter(|at| at.0 > 0)),
            "fast?" => Self::Speeds(id),
            "fast" => Self::SetPaid(id, object? == "1"),
            "review" => Self::Review(id),
            "cancel?" => Self::AskCancel(id),
            "cancel" => Self::Cancel(id),
            "pause" => Self::Pause(id),
            "resume" => Self::Resume(id),
            "recall" => Self::Recall(id),
            "retract?" => Self::AskRetract(id),
            "retract" => Self::Retract(id),
            "failures" => Self::Failures(id),
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
        use BroadcastCallback as B;
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
            B::New,
            B::List(None),
            B::List(Some(id)),
            B::Open(id),
            B::Texts(id),
            B::DropFile(id),
            B::AskButtons(id, None),
            B::DropButtons(id, None),
            B::Categories(id),
            B::Segments(id),
            B::Times(id),
            B::SetTime(id, None),
            B::SetTime(id, Some(Moment(id.0))),
            B::Speeds(id),
            B::SetPaid(id, true),
            B::SetPaid(id, false),
            B::Review(id),
            B::AskCancel(id),
            B::Cancel(id),
            B::Pause(id),
            B::Resume(id),
            B::Recall(id),
            B::AskRetract(id),
            B::Retract(id),
            B::Failures(id),
        ];
        let of_language =
            |it| [B::AskText(id, it), B::DropText(id, it), B::AskButtons(id, Some(it)), B::DropButtons(id, Some(it))];
        let languages = Language::ALL.into_iter().flat_map(of_language);
        let categories = Category::BROADCAST.into_iter().map(|it| B::SetCategory(id, it));
        let segments = choices.into_iter().map(|choice| B::SetSegment(id, choice));
        plain.into_iter().chain(languages).chain(categories).chain(segments).collect()
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
