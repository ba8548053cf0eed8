//! Messages of confirmation and status card of broadcasts.

use teloxide::types::InlineKeyboardButton;

use crate::domain::broadcasts::segments::Audience;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::broadcasts::editor::{
    back_to_draft, callback_button, copy_button, draft_button, excerpt, in_language, list_button, time_of,
};
use crate::messages::broadcasts::segment;
use crate::messages::broadcasts::speed::{SendDuration, stars};
use crate::messages::callback_data::BroadcastCallback;
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::billing::plan::Plans;
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState, RecipientCounts, RecipientRows};
use crate::model::text::language::Language;
use crate::model::text::texts::TextArg::{Count, Text};

/// Blocks of the progress bar.
const PROGRESS_BLOCKS: i64 = 10;

/// Question after the preview: asks the admin to type the number of recipients.
pub(crate) fn confirm(localizer: &Localizer, reviewed: &ReviewedDraft<'_>, plans: &Plans) -> OutgoingMessage {
    let ReviewedDraft { draft, audience, rate } = *reviewed;
    let count = audience.recipients;
    let duration = SendDuration { recipients: count, rate };
    let segment = segment::described(localizer, &draft.segment, plans);
    let mut lines =
        vec![localizer.html("bot-broadcast-confirm", &[("count", Count(count)), ("segment", Text(&segment))])];
    let languages: Vec<_> = draft.content.texts.keys().map(|language| in_language(localizer, *language)).collect();
    if languages.len() > 1 {
        lines.push(localizer.html("bot-broadcast-confirm-languages", &[("languages", Text(&languages.join(", ")))]));
    }
    lines.extend(missing_text(localizer, reviewed));
    let (time, length) = (time_of(localizer, draft.start_at), length(localizer, duration.seconds()));
    lines.push(localizer.html("bot-broadcast-confirm-when", &[("time", Text(&time)), ("length", Text(&length))]));
    if draft.paid {
        lines.push(localizer.html("bot-broadcast-confirm-paid", &[("stars", Count(stars(count)))]));
    }
    let instruction = localizer.html("bot-broadcast-confirm-type", &[("number", Text(&count.to_string()))]);
    let html = format!("{}\n\n{instruction}", lines.join("\n"));
    OutgoingMessage { keyboard: back_to_draft(localizer, draft.id), ..plain(html) }
}

/// Draft that an admin is asked to confirm.
#[derive(Clone, Copy)]
pub(crate) struct ReviewedDraft<'a> {
    pub(crate) draft: &'a Broadcast,
    /// Its recipients.
    pub(crate) audience: &'a Audience,
    /// Messages per second.
    pub(crate) rate: i64,
}

/// Warning about recipients who read a language in which there is no text.
fn missing_text(localizer: &Localizer, ReviewedDraft { draft, audience, .. }: &ReviewedDraft<'_>) -> Option<String> {
    let count: i64 = audience.without_text.iter().map(|readers| readers.count).sum();
    let languages: Vec<_> = draft.content.texts.keys().map(|language| in_language(localizer, *language)).collect();
    let values = [("language", Text(&languages.join(", "))), ("count", Count(count))];
    (count > 0).then(|| localizer.html("bot-broadcast-one-language-warning", &values))
}

/// Answer to a wrong number.
pub(crate) fn wrong_number(localizer: &Localizer, id: BroadcastId, count: i64) -> OutgoingMessage {
    let html = localizer.html("bot-broadcast-wrong-number", &[("number", Text(&count.to_string()))]);
    OutgoingMessage { keyboard: back_to_draft(localizer, id), ..plain(html) }
}

/// Explanation that Telegram refuses the message in a language.
pub(crate) fn refused(localizer: &Localizer, id: BroadcastId, language: Language, why: &str) -> OutgoingMessage {
    let language_name = in_language(localizer, language);
    let html = localizer.html("bot-broadcast-refused", &[("language", Text(&language_name)), ("why", Text(why))]);
    OutgoingMessage { keyboard: back_to_draft(localizer, id), ..plain(html) }
}

/// Status card of a broadcast.
pub(crate) fn card(localizer: &Localizer, broadcast: &Broadcast, plans: &Plans) -> OutgoingMessage {
    let Broadcast { id, state, counts, .. } = broadcast;
    let state_text = localizer.text(&format!("bot-broadcast-state-{}", state.as_str()));
    let title = localizer.html("bot-broadcast-card", &[("id", Text(&id.to_string())), ("state", Text(&state_text))]);
    let excerpt = excerpt(localizer, broadcast);
    let segment = segment::described(localizer, &broadcast.segment, plans);
    let people = match state {
        BroadcastState::Sending | BroadcastState::Done => counts.recipients,
        // Not everyone may have been enqueued.
        _ => counts.recipients.max(broadcast.confirmed.unwrap_or_default()),
    };
    let people = Count(people);
    let to = localizer.html("bot-broadcast-card-segment", &[("segment", Text(&segment)), ("count", people)]);
    let mut lines = vec![title, excerpt, to];
    if *state == BroadcastState::Scheduled {
        let time = time_of(localizer, broadcast.start_at);
        lines.push(localizer.html("bot-broadcast-card-begins", &[("time", Text(&time))]));
    }
    if broadcast.started_at.is_some() {
        lines.push(String::new());
        lines.extend(progress(localizer, broadcast));
    }
    lines.extend(times(localizer, broadcast));
    OutgoingMessage { keyboard: rows(buttons(localizer, broadcast)), ..plain(lines.join("\n")) }
}

/// Progress lines: recipients by result.
fn progress(localizer: &Localizer, Broadcast { state, counts, confirmed, .. }: &Broadcast) -> Vec<String> {
    let RecipientCounts { sent, unreachable, failed, uncertain, opted_out, retracted, not_deleted, .. } = *counts;
    let line = |label: &str, count: i64| localizer.html(label, &[("count", Count(count))]);
    let mut lines = Vec::new();
    if *state == BroadcastState::Preparing {
        // Nothing is sent yet, and the recipients enqueued so far are not all.
        let all = counts.recipients.max(confirmed.unwrap_or_default());
        let values = [("done", Count(counts.recipients)), ("count", Count(all))];
        return vec![localizer.html("bot-broadcast-card-preparing", &values)];
    }
    if matches!(state, BroadcastState::Sending | BroadcastState::Paused) {
        lines.push(bar(counts));
    }
    lines.push(line("bot-broadcast-card-sent", sent));
    lines.push(line("bot-broadcast-card-unreachable", unreachable));
    lines.push(line("bot-broadcast-card-failed", failed));
    lines.push(line("bot-broadcast-card-uncertain", uncertain));
    if opted_out > 0 {
        lines.push(line("bot-broadcast-card-opted-out", opted_out));
    }
    if matches!(state, BroadcastState::Sending | BroadcastState::Paused | BroadcastState::Cancelled) {
        lines.push(line("bot-broadcast-card-remaining", counts.pending()));
    }
    if matches!(state, BroadcastState::Retracting | BroadcastState::Retracted) {
        lines.push(line("bot-broadcast-card-retracted", retracted));
        lines.push(line("bot-broadcast-card-not-deleted", not_deleted));
    }
    lines
}

/// Progress bar, such as `▓▓▓▓░░░░░░ 45 %`.
fn bar(counts: &RecipientCounts) -> String {
    let of = |whole: i64| counts.settled() * whole / counts.recipients.max(1);
    let full = usize::try_from(of(PROGRESS_BLOCKS).clamp(0, PROGRESS_BLOCKS)).unwrap_or_default();
    let blocks = usize::try_from(PROGRESS_BLOCKS).unwrap_or_default();
    format!("{}{} {} %", "▓".repeat(full), "░".repeat(blocks.saturating_sub(full)), of(100))
}

/// Lines with rate, start, end, pauses and errors.
fn times(localizer: &Localizer, broadcast: &Broadcast) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(remaining) = broadcast.remaining.filter(|_| broadcast.state == BroadcastState::Sending) {
        let length = length(localizer, remaining);
        // Below one message a second the rate is not meaningful yet.
        #[expect(clippy::cast_possible_truncation, reason = "no broadcast reaches such a rate")]
        let rate = broadcast.rate.round() as i64;
        lines.push(if rate > 0 {
            localizer.html("bot-broadcast-card-rate", &[("rate", Count(rate)), ("length", Text(&length))])
        } else {
            localizer.html("bot-broadcast-card-waiting", &[("length", Text(&length))])
        });
    }
    if let Some(flood_wait) = &broadcast.flood_wait {
        let (time, why) = (localizer.day_and_time(flood_wait.until), flood_wait.why.as_str());
        lines.push(localizer.html("bot-broadcast-card-flood-wait", &[("time", Text(&time)), ("why", Text(why))]));
    }
    if let Some(last_error) = &broadcast.last_error {
        lines.push(localizer.html("bot-broadcast-card-error", &[("why", Text(last_error))]));
    }
    for (label, at) in
        [("bot-broadcast-card-began", broadcast.started_at), ("bot-broadcast-card-ended", broadcast.finished_at)]
    {
        lines.extend(at.map(|at| localizer.html(label, &[("time", Text(&time_of(localizer, Some(at))))])));
    }
    lines
}

/// Buttons of the actions possible in the current state.
fn buttons(
    localizer: &Localizer,
    Broadcast { id, state, counts, started_at, recipient_rows, .. }: &Broadcast,
) -> Vec<Vec<InlineKeyboardButton>> {
    let tap_button = |label: &str, tap: BroadcastCallback| callback_button(localizer.text(label), tap);
    let cancel = || tap_button("bot-broadcast-button-cancel", BroadcastCallback::AskCancel(*id));
    let retract = || tap_button("bot-broadcast-button-retract", BroadcastCallback::AskRetract(*id));
    let failures = || tap_button("bot-broadcast-button-failures", BroadcastCallback::Failures(*id));
    // Without their rows, nobody can be listed and no message deleted.
    let is_stored = *recipient_rows == RecipientRows::Stored;
    let has_failures = is_stored && counts.unreachable + counts.failed + counts.uncertain + counts.not_deleted > 0;
    let mut keyboard = match state {
        BroadcastState::Draft => vec![vec![draft_button(localizer, *id)]],
        BroadcastState::Scheduled => {
            vec![vec![tap_button("bot-broadcast-button-recall", BroadcastCallback::Recall(*id)), cancel()]]
        }
        BroadcastState::Preparing | BroadcastState::Sending => {
            vec![
                vec![tap_button("bot-broadcast-button-pause", BroadcastCallback::Pause(*id)), cancel()],
                vec![retract()],
            ]
        }
        BroadcastState::Paused => {
            vec![
                vec![tap_button("bot-broadcast-button-resume", BroadcastCallback::Resume(*id)), cancel()],
                vec![retract()],
            ]
        }
        BroadcastState::Done | BroadcastState::Cancelled if started_at.is_some() && is_stored => {
            vec![vec![retract()]]
        }
        BroadcastState::Done | BroadcastState::Cancelled | BroadcastState::Retracting | BroadcastState::Retracted => {
            Vec::new()
        }
    };
    if has_failures {
        keyboard.push(vec![failures()]);
    }
    if *state != BroadcastState::Draft {
        keyboard.push(vec![copy_button(localizer, *id)]);
    }
    keyboard.push(vec![list_button(localizer)]);
    keyboard
}

/// Confirmation before a broadcast is cancelled.
pub(crate) fn ask_cancel(localizer: &Localizer, broadcast: &Broadcast) -> OutgoingMessage {
    let id = broadcast.id;
    let number = id.to_string();
    let (html, yes) = match broadcast.state {
        BroadcastState::Draft => ("bot-broadcast-ask-throw-away", "bot-broadcast-button-throw-away-yes"),
        BroadcastState::Scheduled => ("bot-broadcast-ask-cancel-scheduled", "bot-broadcast-button-cancel-yes"),
        _ => ("bot-broadcast-ask-cancel", "bot-broadcast-button-cancel-yes"),
    };
    // During fan-out the confirmed number is more accurate than the count so far.
    let left = match broadcast.state {
        BroadcastState::Preparing => broadcast.confirmed.unwrap_or_default(),
        _ => broadcast.counts.pending(),
    };
    let html = localizer.html(html, &[("id", Text(&number)), ("left", Count(left))]);
    let yes = callback_button(localizer.text(yes), BroadcastCallback::Cancel(id));
    OutgoingMessage { keyboard: confirm_or_back(localizer, id, yes), ..plain(html) }
}

/// Confirmation before sent messages are deleted.
pub(crate) fn ask_retract(localizer: &Localizer, broadcast: &Broadcast) -> OutgoingMessage {
    let id = broadcast.id;
    let values = [("id", Text(&id.to_string())), ("count", Count(broadcast.counts.sent))];
    let html = localizer.html("bot-broadcast-ask-retract", &values);
    let yes = callback_button(localizer.text("bot-broadcast-button-retract-yes"), BroadcastCallback::Retract(id));
    OutgoingMessage { keyboard: confirm_or_back(localizer, id, yes), ..plain(html) }
}

fn confirm_or_back(
    localizer: &Localizer,
    id: BroadcastId,
    yes: InlineKeyboardButton,
) -> teloxide::types::InlineKeyboardMarkup {
    let no = callback_button(localizer.text("bot-broadcast-button-no"), BroadcastCallback::Open(id));
    rows([vec![yes], vec![no]])
}

/// Duration in whole units, rounded up.
pub(crate) fn length(localizer: &Localizer, seconds: i64) -> String {
    let (text, unit) = match seconds {
        ..=89 => ("bot-broadcast-seconds", 1),
        90..=5399 => ("bot-broadcast-minutes", 60),
        _ => ("bot-broadcast-hours", 3600),
    };
    localizer.html(text, &[("count", Count((seconds.max(0) + unit - 1) / unit))])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::broadcasts::{BroadcastContent, Segment};
    use crate::model::notices::category::Category;
    use crate::model::text::texts::Texts;
    use crate::model::time::Moment;

    fn broadcast(state: BroadcastState, counts: RecipientCounts) -> Broadcast {
        Broadcast {
            id: BroadcastId(1),
            revision: 1,
            state,
            author: None,
            content: BroadcastContent::default(),
            category: Category::Service,
            segment: Segment::Plans { plans: vec!["r&d".to_owned()] },
            paid: false,
            start_at: None,
            created_at: Moment(0),
            confirmed: Some(301),
            started_at: Some(Moment(0)),
            finished_at: None,
            last_error: None,
            counts,
            recipient_rows: RecipientRows::Stored,
            rate: 0.0,
            remaining: None,
            flood_wait: None,
        }
    }

    fn shown(broadcast: &Broadcast) -> String {
        let texts = Arc::new(Texts::load().expect("the texts"));
        let plans = Plans::parse(Plans::SHIPPED).expect("the plans");
        card(&Localizer::new(texts, None, None), broadcast, &plans).html
    }

    #[test]
    fn while_it_prepares_only_that_is_counted() {
        let counts = RecipientCounts { recipients: 120, ..RecipientCounts::default() };
        let html = shown(&broadcast(BroadcastState::Preparing, counts));
        assert!(html.contains("To: people on r&amp;d — 301 people"), "{html}");
        assert!(
            html.contains("\nPreparing: 120 of 301\n") && !html.contains("Sent") && !html.contains("Remaining"),
            "{html}"
        );
        let counts = RecipientCounts { recipients: 299, sent: 120, ..RecipientCounts::default() };
        let html = shown(&broadcast(BroadcastState::Sending, counts));
        assert!(
            html.contains("299 people") && html.contains("Remaining: 179") && !html.contains("Preparing"),
            "{html}"
        );
    }
}
