//! Who gets a broadcast.

use teloxide::types::InlineKeyboardButton;

use crate::messages::broadcasts::editor::{choice, draft_button, in_language};
use crate::messages::callback_data::{BroadcastTap, Choice};
use crate::messages::keyboard::rows;
use crate::messages::localizer::Speaker;
use crate::messages::{Screen, plain};
use crate::model::billing::plan::{Plan, Plans};
use crate::model::broadcasts::{Broadcast, Segment};
use crate::model::text::language::Language;
use crate::model::text::texts::Value::{Count, Text};

/// Within how many days a plan ends, and somebody was here.
const DAYS: [u32; 3] = [1, 7, 30];
/// Fewer tokens than so many.
const TOKENS: [i64; 3] = [100, 1_000, 10_000];
/// How many plans stand in a row.
const PLANS_A_ROW: usize = 4;
/// How many plans have a button at most; more can be written.
const MOST_PLANS: usize = 40;

/// A segment in words.
pub(crate) fn described(speaker: &Speaker, segment: &Segment, plans: &Plans) -> String {
    match segment {
        Segment::Everyone => speaker.say("bot-bc-to-everyone"),
        Segment::Plans { plans: ids } => {
            let title = |id: &String| plans.get(id).map_or_else(|| id.clone(), |plan| plan.title.clone());
            let titles: Vec<_> = ids.iter().map(title).collect();
            speaker.html("bot-bc-to-plans", &[("plans", Text(&titles.join(", ")))])
        }
        Segment::PlanEnds { days } => speaker.html("bot-bc-to-plan-ends", &[("days", Count(i64::from(*days)))]),
        Segment::BalanceUnder { tokens } => speaker.html("bot-bc-to-balance-under", &[("tokens", Count(*tokens))]),
        Segment::Language { language } => {
            speaker.html("bot-bc-to-language", &[("language", Text(&in_language(speaker, *language)))])
        }
        Segment::ActiveWithin { days } => speaker.html("bot-bc-to-active-within", &[("days", Count(i64::from(*days)))]),
        Segment::People { ids } => {
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            speaker.html("bot-bc-to-people", &[("count", Count(count))])
        }
    }
}

/// Who shall get it? With the number of those who would.
pub(crate) fn segments(speaker: &Speaker, draft: &Broadcast, (count, plans): (i64, &Plans)) -> Screen {
    let id = draft.id;
    let one = |label: String, chosen: bool, to: Choice| choice(label, chosen, BroadcastTap::SetSegment(id, to));
    let everyone = one(speaker.say("bot-bc-button-everyone"), draft.segment == Segment::Everyone, Choice::Everyone);
    let ends = DAYS.map(|days| {
        let label = speaker.html("bot-bc-button-plan-ends", &[("days", Count(i64::from(days)))]);
        one(label, draft.segment == Segment::PlanEnds { days }, Choice::PlanEnds(days))
    });
    let balances = TOKENS.map(|tokens| {
        let label = speaker.html("bot-bc-button-balance-under", &[("tokens", Count(tokens))]);
        one(label, draft.segment == Segment::BalanceUnder { tokens }, Choice::BalanceUnder(tokens))
    });
    let languages = Language::ALL.map(|language| {
        let label = speaker.html("bot-bc-button-language", &[("language", Text(&in_language(speaker, language)))]);
        one(label, draft.segment == Segment::Language { language }, Choice::Language(language))
    });
    let active = DAYS.map(|days| {
        let label = speaker.html("bot-bc-button-active-within", &[("days", Count(i64::from(days)))]);
        one(label, draft.segment == Segment::ActiveWithin { days }, Choice::ActiveWithin(days))
    });
    let mut keyboard = vec![vec![everyone]];
    let by_plan: Vec<_> = plans.iter().take(MOST_PLANS).map(|plan| plan_button(draft, plan)).collect();
    keyboard.extend(by_plan.chunks(PLANS_A_ROW).map(<[_]>::to_vec));
    keyboard.extend([ends.to_vec(), balances.to_vec(), languages.to_vec(), active.to_vec()]);
    keyboard.push(vec![draft_button(speaker, id)]);
    let segment = described(speaker, &draft.segment, plans);
    let values = [("segment", Text(segment.as_str())), ("count", Count(count))];
    Screen { keyboard: rows(keyboard), ..plain(speaker.html("bot-bc-segments", &values)) }
}

/// A plan more, or less.
fn plan_button(draft: &Broadcast, plan: &Plan) -> InlineKeyboardButton {
    let chosen = matches!(&draft.segment, Segment::Plans { plans } if plans.contains(&plan.id));
    let to = if chosen { Choice::Without(plan.id.clone()) } else { Choice::With(plan.id.clone()) };
    choice(plan.title.clone(), chosen, BroadcastTap::SetSegment(draft.id, to))
}
