//! A broadcast that is about to go out, and how it goes.

use teloxide::types::InlineKeyboardButton;

use crate::messages::broadcasts::editor::{
    back_to_draft, beginning, draft_button, in_language, list_button, seconds, stars, tap, time_of,
};
use crate::messages::broadcasts::segment;
use crate::messages::callback_data::BroadcastTap;
use crate::messages::keyboard::rows;
use crate::messages::localizer::Speaker;
use crate::messages::{Screen, plain};
use crate::model::billing::plan::Plans;
use crate::model::broadcasts::{Broadcast, BroadcastId, Counts, State};
use crate::model::text::language::Language;
use crate::model::text::texts::Value::{Count, Text};

/// How many blocks a bar has.
const BLOCKS: i64 = 10;
/// How much of a text stands in the list, in characters.
const GLIMPSE: usize = 32;

/// That is how it looks, and so many get it: what is the number?
pub(crate) fn confirm(speaker: &Speaker, draft: &Broadcast, (count, rate, plans): (i64, i64, &Plans)) -> Screen {
    let segment = segment::described(speaker, &draft.segment, plans);
    let mut lines = vec![speaker.html("bot-bc-confirm", &[("count", Count(count)), ("segment", Text(&segment))])];
    let languages: Vec<_> = draft.content.texts.keys().map(|it| in_language(speaker, *it)).collect();
    if languages.len() > 1 {
        lines.push(speaker.html("bot-bc-confirm-languages", &[("languages", Text(&languages.join(", ")))]));
    }
    let (time, length) = (time_of(speaker, draft.start_at), length(speaker, seconds(count, rate)));
    lines.push(speaker.html("bot-bc-confirm-when", &[("time", Text(&time)), ("length", Text(&length))]));
    if draft.paid {
        lines.push(speaker.html("bot-bc-confirm-paid", &[("stars", Count(stars(count)))]));
    }
    let typed = speaker.html("bot-bc-confirm-type", &[("number", Text(&count.to_string()))]);
    let html = format!("{}\n\n{typed}", lines.join("\n"));
    Screen { keyboard: back_to_draft(speaker, draft.id), ..plain(html) }
}

/// They typed another number.
pub(crate) fn wrong_number(speaker: &Speaker, id: BroadcastId, count: i64) -> Screen {
    let html = speaker.html("bot-bc-wrong-number", &[("number", Text(&count.to_string()))]);
    Screen { keyboard: back_to_draft(speaker, id), ..plain(html) }
}

/// Telegram does not take the message.
pub(crate) fn refused(speaker: &Speaker, id: BroadcastId, (language, why): (Language, &str)) -> Screen {
    let named = in_language(speaker, language);
    let html = speaker.html("bot-bc-refused", &[("language", Text(&named)), ("why", Text(why))]);
    Screen { keyboard: back_to_draft(speaker, id), ..plain(html) }
}

/// How it goes.
pub(crate) fn card(speaker: &Speaker, broadcast: &Broadcast, plans: &Plans) -> Screen {
    let Broadcast { id, state, counts, .. } = broadcast;
    let state_text = speaker.say(&format!("bot-broadcast-state-{}", state.as_str()));
    let title = speaker.html("bot-bc-card", &[("id", Text(&id.to_string())), ("state", Text(&state_text))]);
    let said = beginning(speaker, broadcast);
    let segment = segment::described(speaker, &broadcast.segment, plans);
    let people = Count(counts.recipients.max(broadcast.confirmed.unwrap_or_default()));
    let to = speaker.html("bot-bc-card-to", &[("segment", Text(&segment)), ("count", people)]);
    let mut lines = vec![title, said, to];
    if *state == State::Scheduled {
        let time = time_of(speaker, broadcast.start_at);
        lines.push(speaker.html("bot-bc-card-begins", &[("time", Text(&time))]));
    }
    if broadcast.started_at.is_some() {
        lines.push(String::new());
        lines.extend(progress(speaker, broadcast));
    }
    lines.extend(times(speaker, broadcast));
    Screen { keyboard: rows(buttons(speaker, broadcast)), ..plain(lines.join("\n")) }
}

/// How many are how far.
fn progress(speaker: &Speaker, Broadcast { state, counts, .. }: &Broadcast) -> Vec<String> {
    let Counts { sent, unreachable, failed, uncertain, unwanted, retracted, kept, .. } = *counts;
    let line = |label: &str, count: i64| speaker.html(label, &[("count", Count(count))]);
    let mut lines = Vec::new();
    if matches!(state, State::Running | State::Paused) {
        lines.push(bar(counts));
    }
    lines.push(line("bot-bc-card-sent", sent));
    lines.push(line("bot-bc-card-unreachable", unreachable));
    lines.push(line("bot-bc-card-failed", failed));
    lines.push(line("bot-bc-card-uncertain", uncertain));
    if unwanted > 0 {
        lines.push(line("bot-bc-card-unwanted", unwanted));
    }
    if matches!(state, State::Laying | State::Running | State::Paused | State::Cancelled) {
        lines.push(line("bot-bc-card-left", counts.pending()));
    }
    if matches!(state, State::Retracting | State::Retracted) {
        lines.push(line("bot-bc-card-retracted", retracted));
        lines.push(line("bot-bc-card-kept", kept));
    }
    lines
}

/// `▓▓▓▓░░░░░░ 45 %`
fn bar(counts: &Counts) -> String {
    let of = |whole: i64| counts.settled() * whole / counts.recipients.max(1);
    let full = usize::try_from(of(BLOCKS).clamp(0, BLOCKS)).unwrap_or_default();
    let blocks = usize::try_from(BLOCKS).unwrap_or_default();
    format!("{}{} {} %", "▓".repeat(full), "░".repeat(blocks.saturating_sub(full)), of(100))
}

/// How fast it is, when it began and ended, and what is in its way.
fn times(speaker: &Speaker, broadcast: &Broadcast) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(to_go) = broadcast.to_go.filter(|_| broadcast.state == State::Running) {
        let length = length(speaker, to_go);
        // Below one a second there is no rate to speak of yet.
        #[expect(clippy::cast_possible_truncation, reason = "nobody is told at such rates")]
        let rate = broadcast.rate.round() as i64;
        lines.push(if rate > 0 {
            speaker.html("bot-bc-card-rate", &[("rate", Count(rate)), ("length", Text(&length))])
        } else {
            speaker.html("bot-bc-card-waiting", &[("length", Text(&length))])
        });
    }
    if let Some(held) = &broadcast.held {
        let (time, why) = (held.until.minute(), held.why.as_str());
        lines.push(speaker.html("bot-bc-card-held", &[("time", Text(&time)), ("why", Text(why))]));
    }
    if let Some(trouble) = &broadcast.trouble {
        lines.push(speaker.html("bot-bc-card-trouble", &[("why", Text(trouble))]));
    }
    for (label, at) in [("bot-bc-card-began", broadcast.started_at), ("bot-bc-card-ended", broadcast.finished_at)] {
        lines.extend(at.map(|at| speaker.html(label, &[("time", Text(&time_of(speaker, Some(at))))])));
    }
    lines
}

/// What can be done to it.
fn buttons(
    speaker: &Speaker,
    Broadcast { id, state, counts, started_at, .. }: &Broadcast,
) -> Vec<Vec<InlineKeyboardButton>> {
    use BroadcastTap as To;
    let leads = |label: &str, to: To| tap(speaker.say(label), to);
    let cancel = || leads("bot-bc-button-cancel", To::AskCancel(*id));
    let retract = || leads("bot-bc-button-retract", To::AskRetract(*id));
    let failures = || leads("bot-bc-button-failures", To::Failures(*id));
    let has_failures = counts.unreachable + counts.failed + counts.uncertain + counts.kept > 0;
    let mut keyboard = match state {
        State::Draft => vec![vec![draft_button(speaker, *id)]],
        State::Scheduled => vec![vec![leads("bot-bc-button-recall", To::Recall(*id)), cancel()]],
        State::Laying | State::Running => {
            vec![vec![leads("bot-bc-button-pause", To::Pause(*id)), cancel()], vec![retract()]]
        }
        State::Paused => vec![vec![leads("bot-bc-button-resume", To::Resume(*id)), cancel()], vec![retract()]],
        State::Done | State::Cancelled if started_at.is_some() => vec![vec![retract()]],
        State::Done | State::Cancelled | State::Retracting | State::Retracted => Vec::new(),
    };
    if has_failures {
        keyboard.push(vec![failures()]);
    }
    keyboard.push(vec![list_button(speaker)]);
    keyboard
}

/// Stop it for good?
pub(crate) fn ask_cancel(speaker: &Speaker, broadcast: &Broadcast) -> Screen {
    let id = broadcast.id;
    let number = id.to_string();
    let (html, yes) = match broadcast.state {
        State::Draft => ("bot-bc-ask-throw-away", "bot-bc-button-throw-away-yes"),
        State::Scheduled => ("bot-bc-ask-cancel-scheduled", "bot-bc-button-cancel-yes"),
        _ => ("bot-bc-ask-cancel", "bot-bc-button-cancel-yes"),
    };
    // While people are still counted in, the confirmed number is nearer to the truth.
    let left = match broadcast.state {
        State::Laying => broadcast.confirmed.unwrap_or_default(),
        _ => broadcast.counts.pending(),
    };
    let html = speaker.html(html, &[("id", Text(&number)), ("left", Count(left))]);
    Screen { keyboard: yes_or_no(speaker, yes, (BroadcastTap::Cancel(id), id)), ..plain(html) }
}

/// Delete what was sent?
pub(crate) fn ask_retract(speaker: &Speaker, broadcast: &Broadcast) -> Screen {
    let id = broadcast.id;
    let values = [("id", Text(&id.to_string())), ("count", Count(broadcast.counts.sent))];
    let html = speaker.html("bot-bc-ask-retract", &values);
    let keyboard = yes_or_no(speaker, "bot-bc-button-retract-yes", (BroadcastTap::Retract(id), id));
    Screen { keyboard, ..plain(html) }
}

fn yes_or_no(
    speaker: &Speaker,
    yes: &str,
    (to, id): (BroadcastTap, BroadcastId),
) -> teloxide::types::InlineKeyboardMarkup {
    let no = tap(speaker.say("bot-bc-button-no"), BroadcastTap::Open(id));
    rows([vec![tap(speaker.say(yes), to)], vec![no]])
}

/// All there are, the latest first.
pub(crate) fn list(speaker: &Speaker, page: &[Broadcast], next: Option<BroadcastId>) -> Screen {
    let line = |broadcast: &Broadcast| {
        let glimpse = broadcast.content.beginning(speaker.language(), GLIMPSE);
        let glimpse = if glimpse.is_empty() { "…".to_owned() } else { crate::messages::localizer::visible(&glimpse) };
        let label = format!("{} #{} · {glimpse}", mark(broadcast.state), broadcast.id);
        vec![tap(label, BroadcastTap::Open(broadcast.id))]
    };
    let mut buttons: Vec<_> = page.iter().map(line).collect();
    if let Some(last) = next {
        buttons.push(vec![tap(speaker.say("bot-bc-button-older"), BroadcastTap::List(Some(last)))]);
    }
    buttons.push(vec![tap(speaker.say("bot-bc-button-new"), BroadcastTap::New)]);
    let html = speaker.say(if page.is_empty() && next.is_none() { "bot-bc-list-none" } else { "bot-bc-list" });
    Screen { keyboard: rows(buttons), ..plain(html) }
}

const fn mark(state: State) -> &'static str {
    match state {
        State::Draft => "✏️",
        State::Scheduled => "🕒",
        State::Laying | State::Running => "▶️",
        State::Paused => "⏸",
        State::Done => "✅",
        State::Cancelled => "⏹",
        State::Retracting | State::Retracted => "↩️",
    }
}

/// A length of time in whole units, rounded up.
pub(crate) fn length(speaker: &Speaker, seconds: i64) -> String {
    let (text, unit) = match seconds {
        ..=89 => ("bot-bc-seconds", 1),
        90..=5399 => ("bot-bc-minutes", 60),
        _ => ("bot-bc-hours", 3600),
    };
    speaker.html(text, &[("count", Count((seconds.max(0) + unit - 1) / unit))])
}
