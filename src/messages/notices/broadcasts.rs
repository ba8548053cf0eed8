//! Notices to admins about broadcasts.

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::broadcasts::editor::callback_button;
use crate::messages::callback_data::BroadcastCallback;
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::broadcasts::BroadcastId;
use crate::model::notices::broadcast_sums::BroadcastSums;
use crate::model::notices::notice::Notice;
use crate::model::text::texts::TextArg::{Count, Text};

/// Notice about a broadcast, with buttons that show it and who did not get it.
pub(crate) fn notice(localizer: &Localizer, notice: &Notice) -> OutgoingMessage {
    let (id, html) = match notice {
        Notice::BroadcastStarted { broadcast, recipients, admin } => {
            let who = admin.map_or_else(|| localizer.text("bot-notice-broadcast-operator"), |id| id.to_string());
            let values = [("id", Count(*broadcast)), ("recipients", Count(*recipients)), ("who", Text(&who))];
            (*broadcast, localizer.html("bot-notice-broadcast-started", &values))
        }
        Notice::BroadcastHeld { broadcast } => {
            (*broadcast, localizer.html("bot-notice-broadcast-held", &[("id", Count(*broadcast))]))
        }
        Notice::BroadcastDone { broadcast, sums } => (*broadcast, done(localizer, *broadcast, sums)),
        Notice::BroadcastStalled { broadcast, recipients, sent, why } => {
            let values = [("id", Count(*broadcast)), ("sent", Count(*sent)), ("count", Count(*recipients))];
            let stalled = localizer.html("bot-notice-broadcast-stalled", &values);
            let why = why.as_ref().map(|why| localizer.html("bot-broadcast-card-error", &[("why", Text(why))]));
            (*broadcast, [Some(stalled), why].into_iter().flatten().collect::<Vec<_>>().join("\n\n"))
        }
        _ => return plain(String::new()),
    };
    let tap = |label: &str, callback| vec![callback_button(localizer.text(label), callback)];
    let open = tap("bot-button-open-broadcast", BroadcastCallback::Open(BroadcastId(id)));
    let failures = has_failures(notice)
        .then(|| tap("bot-broadcast-button-failures", BroadcastCallback::Failures(BroadcastId(id))));
    OutgoingMessage { keyboard: rows([open].into_iter().chain(failures)), ..plain(html) }
}

fn has_failures(notice: &Notice) -> bool {
    let Notice::BroadcastDone { sums, .. } = notice else { return false };
    sums.unreachable + sums.failed + sums.uncertain > 0
}

/// Sums of a broadcast that is done, such as `298 of 301 sent, 3 unreachable: 2 blocked the bot, 1 deactivated`.
fn done(localizer: &Localizer, id: i64, sums: &BroadcastSums) -> String {
    let counted = |counts: &[(&str, i64)]| -> Vec<String> {
        let present = counts.iter().filter(|(_, count)| *count > 0);
        present.map(|(text, count)| localizer.html(text, &[("count", Count(*count))])).collect()
    };
    let values = [("id", Count(id)), ("sent", Count(sums.sent)), ("count", Count(sums.recipients))];
    let mut parts = vec![localizer.html("bot-notice-broadcast-done", &values)];
    parts.extend(counted(&[
        ("bot-notice-broadcast-failed", sums.failed),
        ("bot-notice-broadcast-uncertain", sums.uncertain),
        ("bot-notice-broadcast-opted-out", sums.opted_out),
        ("bot-notice-broadcast-unreachable", sums.unreachable),
    ]));
    let reasons = counted(&[
        ("bot-notice-broadcast-blocked", sums.blocked),
        ("bot-notice-broadcast-deactivated", sums.deactivated),
        ("bot-notice-broadcast-never-started", sums.never_started),
    ]);
    let all = parts.join(", ");
    if reasons.is_empty() { all } else { format!("{all}: {}", reasons.join(", ")) }
}
