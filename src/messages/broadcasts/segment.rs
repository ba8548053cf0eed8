//! Messages of the audience of a broadcast.

use teloxide::types::InlineKeyboardButton;

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::broadcasts::editor::{Mark, choice, draft_button, in_language};
use crate::messages::callback_data::{BroadcastCallback, SegmentChoice};
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::billing::plan::{Plan, Plans};
use crate::model::broadcasts::{Broadcast, Segment};
use crate::model::text::language::Language;
use crate::model::text::texts::TextArg::{Count, Text};

/// Numbers of days to choose from, for the end of a plan and for the last activity.
const PLAN_END_DAYS: [u32; 3] = [1, 7, 30];
/// Token balances to choose from.
const BALANCE_CHOICES: [i64; 3] = [100, 1_000, 10_000];
/// Plan buttons per row.
const PLANS_PER_ROW: usize = 4;
/// Maximum number of plan buttons; other plans can be typed.
const MAX_PLAN_BUTTONS: usize = 40;

/// Description of a segment.
pub(crate) fn described(localizer: &Localizer, segment: &Segment, plans: &Plans) -> String {
    match segment {
        Segment::Everyone => localizer.text("bot-broadcast-segment-everyone"),
        Segment::Plans { plans: ids } => {
            let title = |id: &String| plans.get(id).map_or_else(|| id.clone(), |plan| plan.title.clone());
            let titles: Vec<_> = ids.iter().map(title).collect();
            localizer.html("bot-broadcast-segment-plans", &[("plans", Text(&titles.join(", ")))])
        }
        Segment::PlanEnds { days } => {
            localizer.html("bot-broadcast-segment-plan-ends", &[("days", Count(i64::from(*days)))])
        }
        Segment::BalanceUnder { tokens } => {
            localizer.html("bot-broadcast-segment-balance-under", &[("tokens", Count(*tokens))])
        }
        Segment::Language { language } => {
            localizer.html("bot-broadcast-segment-language", &[("language", Text(&in_language(localizer, *language)))])
        }
        Segment::ActiveWithin { days } => {
            localizer.html("bot-broadcast-segment-active-within", &[("days", Count(i64::from(*days)))])
        }
        Segment::People { ids } => {
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            localizer.html("bot-broadcast-segment-people", &[("count", Count(count))])
        }
    }
}

/// Choice of the segment, with the current number of recipients.
pub(crate) fn segments(localizer: &Localizer, draft: &Broadcast, count: i64, plans: &Plans) -> OutgoingMessage {
    let id = draft.id;
    let option = |label: String, segment: &Segment, segment_choice: SegmentChoice| {
        choice(label, Mark::of(segment, &draft.segment), BroadcastCallback::SetSegment(id, segment_choice))
    };
    let everyone = option(localizer.text("bot-broadcast-button-everyone"), &Segment::Everyone, SegmentChoice::Everyone);
    let ends = PLAN_END_DAYS.map(|days| {
        let label = localizer.html("bot-broadcast-button-plan-ends", &[("days", Count(i64::from(days)))]);
        option(label, &Segment::PlanEnds { days }, SegmentChoice::PlanEnds(days))
    });
    let balances = BALANCE_CHOICES.map(|tokens| {
        let label = localizer.html("bot-broadcast-button-balance-under", &[("tokens", Count(tokens))]);
        option(label, &Segment::BalanceUnder { tokens }, SegmentChoice::BalanceUnder(tokens))
    });
    let languages = Language::ALL.map(|language| {
        let label =
            localizer.html("bot-broadcast-button-language", &[("language", Text(&in_language(localizer, language)))]);
        option(label, &Segment::Language { language }, SegmentChoice::Language(language))
    });
    let active = PLAN_END_DAYS.map(|days| {
        let label = localizer.html("bot-broadcast-button-active-within", &[("days", Count(i64::from(days)))]);
        option(label, &Segment::ActiveWithin { days }, SegmentChoice::ActiveWithin(days))
    });
    let mut keyboard = vec![vec![everyone]];
    let by_plan: Vec<_> = plans.iter().take(MAX_PLAN_BUTTONS).map(|plan| plan_button(draft, plan)).collect();
    keyboard.extend(by_plan.chunks(PLANS_PER_ROW).map(<[_]>::to_vec));
    keyboard.extend([ends.to_vec(), balances.to_vec(), languages.to_vec(), active.to_vec()]);
    keyboard.push(vec![draft_button(localizer, id)]);
    let segment = described(localizer, &draft.segment, plans);
    let values = [("segment", Text(segment.as_str())), ("count", Count(count))];
    OutgoingMessage { keyboard: rows(keyboard), ..plain(localizer.html("bot-broadcast-segments", &values)) }
}

/// Button that adds or removes a plan.
fn plan_button(draft: &Broadcast, plan: &Plan) -> InlineKeyboardButton {
    let is_chosen = matches!(&draft.segment, Segment::Plans { plans } if plans.contains(&plan.id));
    let (mark, segment_choice) = if is_chosen {
        (Mark::Chosen, SegmentChoice::Without(plan.id.clone()))
    } else {
        (Mark::Unchosen, SegmentChoice::With(plan.id.clone()))
    };
    choice(plan.title.clone(), mark, BroadcastCallback::SetSegment(draft.id, segment_choice))
}
