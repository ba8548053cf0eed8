//! Messages of the audience of a broadcast.

use teloxide::types::InlineKeyboardButton;

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::broadcasts::editor::{Mark, callback_button, choice, draft_button, in_language};
use crate::messages::callback_data::{BroadcastCallback, Combination, SegmentChoice};
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::billing::plan::{Plan, Plans};
use crate::model::broadcasts::segment_syntax::SegmentTextError;
use crate::model::broadcasts::{Broadcast, MAX_CONDITIONS, MAX_SEGMENT_DEPTH, Segment};
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

/// Description of a segment. It is not escaped: it is a value of other texts.
pub(crate) fn described(localizer: &Localizer, segment: &Segment, plans: &Plans) -> String {
    match segment {
        Segment::Everyone => localizer.text("bot-broadcast-segment-everyone"),
        Segment::Plans { plans: ids } => {
            let title = |id: &String| plans.get(id).map_or_else(|| id.clone(), |plan| plan.title.clone());
            let titles: Vec<_> = ids.iter().map(title).collect();
            localizer.phrase("bot-broadcast-segment-plans", &[("plans", Text(&titles.join(", ")))])
        }
        Segment::PlanEnds { days } => {
            localizer.phrase("bot-broadcast-segment-plan-ends", &[("days", Count(i64::from(*days)))])
        }
        Segment::BalanceUnder { tokens } => {
            localizer.phrase("bot-broadcast-segment-balance-under", &[("tokens", Count(*tokens))])
        }
        Segment::Language { language } => localizer
            .phrase("bot-broadcast-segment-language", &[("language", Text(&in_language(localizer, *language)))]),
        Segment::ActiveWithin { days } => {
            localizer.phrase("bot-broadcast-segment-active-within", &[("days", Count(i64::from(*days)))])
        }
        Segment::People { ids } => {
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            localizer.phrase("bot-broadcast-segment-people", &[("count", Count(count))])
        }
        Segment::All { of } => combined(localizer, of, plans),
        Segment::Not { of } => {
            localizer.phrase("bot-broadcast-segment-not", &[("segment", Text(&operand(localizer, of, plans)))])
        }
    }
}

/// Description of segments that are combined, such as `people who read Russian, except people on VIP`.
fn combined(localizer: &Localizer, parts: &[Segment], plans: &Plans) -> String {
    let mut parts = parts.iter();
    let Some(first) = parts.next() else { return localizer.text("bot-broadcast-segment-everyone") };
    parts.fold(operand(localizer, first, plans), |before, part| {
        let (text, part) = match part {
            Segment::Not { of } => ("bot-broadcast-segment-except", of.as_ref()),
            part => ("bot-broadcast-segment-and", part),
        };
        let part = operand(localizer, part, plans);
        localizer.phrase(text, &[("before", Text(&before)), ("segment", Text(&part))])
    })
}

/// Description within a combination: several parts stand in parentheses.
fn operand(localizer: &Localizer, segment: &Segment, plans: &Plans) -> String {
    let text = described(localizer, segment, plans);
    if matches!(segment, Segment::All { .. }) { format!("({text})") } else { text }
}

/// Choice of the segment, with the current number of recipients.
pub(crate) fn segments(localizer: &Localizer, draft: &Broadcast, count: i64, plans: &Plans) -> OutgoingMessage {
    let id = draft.id;
    let by_plan: Vec<_> = plans.iter().take(MAX_PLAN_BUTTONS).map(|plan| plan_button(draft, plan)).collect();
    let set = |choice: SegmentChoice| BroadcastCallback::SetSegment(id, choice);
    let everyone = choice(
        localizer.text("bot-broadcast-button-everyone"),
        Mark::of(&Segment::Everyone, &draft.segment),
        set(SegmentChoice::Everyone),
    );
    let mut keyboard = vec![vec![everyone]];
    keyboard.extend(by_plan.chunks(PLANS_PER_ROW).map(<[_]>::to_vec));
    keyboard.extend(conditions(localizer, &draft.segment, set));
    keyboard.extend(combine_rows(localizer, draft));
    keyboard.push(vec![draft_button(localizer, id)]);
    let segment = described(localizer, &draft.segment, plans);
    let values = [("segment", Text(segment.as_str())), ("count", Count(count))];
    OutgoingMessage { keyboard: rows(keyboard), ..plain(localizer.html("bot-broadcast-segments", &values)) }
}

/// Buttons that add a condition to the segment, and one that takes the last away.
fn combine_rows(localizer: &Localizer, draft: &Broadcast) -> Vec<Vec<InlineKeyboardButton>> {
    let (id, parts) = (draft.id, draft.segment.parts().len());
    let mut row = Vec::new();
    if parts < MAX_CONDITIONS {
        // Everyone and something else is just the other.
        let both = (draft.segment != Segment::Everyone).then_some(("bot-broadcast-button-and", Combination::And));
        let combinations = both.into_iter().chain([("bot-broadcast-button-except", Combination::Except)]);
        row.extend(combinations.map(|(label, combination)| {
            callback_button(localizer.text(label), BroadcastCallback::Combine(id, combination))
        }));
    }
    let mut combine = vec![row];
    if parts > 1 {
        let keep = BroadcastCallback::KeepParts(id, u8::try_from(parts - 1).unwrap_or(u8::MAX));
        combine.push(vec![callback_button(localizer.text("bot-broadcast-button-drop-condition"), keep)]);
    }
    combine.retain(|row| !row.is_empty());
    combine
}

/// Choice of a condition to combine with the segment.
pub(crate) fn combine(
    localizer: &Localizer,
    audience: &CombinedAudience<'_>,
    combination: Combination,
) -> OutgoingMessage {
    let CombinedAudience { draft, count, plans } = *audience;
    let add = |choice: SegmentChoice| BroadcastCallback::AddCondition(draft.id, combination, choice);
    let by_plan = plans.iter().take(MAX_PLAN_BUTTONS);
    let by_plan: Vec<_> =
        by_plan.map(|plan| callback_button(plan.title.clone(), add(SegmentChoice::With(plan.id.clone())))).collect();
    let mut keyboard: Vec<_> = by_plan.chunks(PLANS_PER_ROW).map(<[_]>::to_vec).collect();
    keyboard.extend(conditions(localizer, &Segment::Everyone, add));
    let back = localizer.text("bot-broadcast-button-segments");
    keyboard.push(vec![callback_button(back, BroadcastCallback::Segments(draft.id))]);
    let segment = described(localizer, &draft.segment, plans);
    let values = [("segment", Text(segment.as_str())), ("count", Count(count))];
    let text = match combination {
        Combination::And => "bot-broadcast-combine-and",
        Combination::Except => "bot-broadcast-combine-except",
    };
    OutgoingMessage { keyboard: rows(keyboard), ..plain(localizer.html(text, &values)) }
}

/// Draft whose segment is combined, with the number of people it reaches so far.
#[derive(Clone, Copy)]
pub(crate) struct CombinedAudience<'a> {
    /// Draft with the segment.
    pub(crate) draft: &'a Broadcast,
    /// Number of recipients.
    pub(crate) count: i64,
    /// Configured plans.
    pub(crate) plans: &'a Plans,
}

/// Rows of conditions other than plans. The condition that is the whole segment is marked.
fn conditions(
    localizer: &Localizer,
    current: &Segment,
    tap: impl Fn(SegmentChoice) -> BroadcastCallback,
) -> Vec<Vec<InlineKeyboardButton>> {
    let option = |label: String, segment: &Segment, segment_choice: SegmentChoice| {
        choice(label, Mark::of(segment, current), tap(segment_choice))
    };
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
    vec![ends.to_vec(), balances.to_vec(), languages.to_vec(), active.to_vec()]
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

/// Text of an error in a typed segment. Names the wrong word.
pub(crate) fn text_error(localizer: &Localizer, error: &SegmentTextError) -> String {
    let of_word = |text: &str, word: &str| localizer.html(text, &[("word", Text(word))]);
    let text = match error {
        SegmentTextError::Empty => return localizer.text("bot-broadcast-invalid-segment"),
        SegmentTextError::Unfinished(before) if before.is_empty() => localizer.text("bot-broadcast-segment-begins"),
        SegmentTextError::Unfinished(before) => of_word("bot-broadcast-segment-unfinished", before),
        SegmentTextError::Unknown(word) => of_word("bot-broadcast-segment-unknown", word),
        SegmentTextError::Unjoined(word) => of_word("bot-broadcast-segment-unjoined", word),
        SegmentTextError::Unclosed => localizer.text("bot-broadcast-segment-unclosed"),
        SegmentTextError::Unopened => localizer.text("bot-broadcast-segment-unopened"),
        SegmentTextError::TooDeep => too_deep(localizer),
        SegmentTextError::NoValue(condition) => of_word("bot-broadcast-segment-no-value", condition),
        SegmentTextError::NoNumber { condition, word } => {
            let values = [("condition", Text(condition.as_str())), ("word", Text(word))];
            localizer.html("bot-broadcast-segment-no-number", &values)
        }
        SegmentTextError::NoLanguage(word) => of_word("bot-broadcast-segment-no-language", word),
        SegmentTextError::NobodyNamed(word) => of_word("bot-broadcast-segment-nobody", word),
        SegmentTextError::NoTelegram(word) => of_word("bot-broadcast-segment-no-telegram", word),
    };
    match error {
        SegmentTextError::Unknown(_) => format!("{text}\n\n{}", localizer.text("bot-broadcast-segment-forms")),
        _ => text,
    }
}

/// Text about combinations that are nested too deep.
pub(crate) fn too_deep(localizer: &Localizer) -> String {
    let most = i64::try_from(MAX_SEGMENT_DEPTH).unwrap_or(i64::MAX);
    localizer.html("bot-broadcast-segment-too-deep", &[("most", Count(most))])
}
