//! Output of the commands: one fact a line, and CSV.

use crate::domain::admin::access::Admin;
use crate::domain::broadcasts::MAX_PAGE_LINES;
use crate::domain::broadcasts::failures::CSV_HEADER;
use crate::domain::broadcasts::segments::Audience;
use crate::domain::{self, Domain};
use crate::model::broadcasts::{AttachmentKind, Broadcast, BroadcastId, BroadcastState};
use crate::model::text::language::Language;

/// Length of the excerpt of a text in one-line output, in characters.
const EXCERPT_CHARS: usize = 60;

/// Content, audience and progress, one fact a line. For a draft it ends with the command that sends it.
pub(super) async fn describe(domain: &Domain, admin: &Admin, broadcast: &Broadcast) -> domain::Result<String> {
    let (mut lines, content) = (vec![summary_line(broadcast)], &broadcast.content);
    for (language, text) in &content.texts {
        lines.push(format!("  {}: {}", language.code(), text.html.replace('\n', "\n      ")));
        lines.extend(text.buttons.iter().map(|button| format!("      [{button}]")));
        let has_preview = content.link_previews.get(language).is_some_and(|preview| !preview.is_disabled);
        lines.extend(has_preview.then(|| "      with a link preview".to_owned()));
    }
    if let Some(file) = &content.file {
        let kind = if file.kind == AttachmentKind::Photo { "photo" } else { "document" };
        lines.push(format!("  {kind}: {}", file.file_id));
    }
    lines.extend(content.buttons.iter().map(|button| format!("  button: {button}")));
    let paid = if broadcast.paid { ", for Stars" } else { "" };
    let at = broadcast.start_at.map_or_else(|| "immediately".to_owned(), |at| format!("at {at}"));
    lines.push(format!("  to: {}, about: {}, {at}{paid}", broadcast.segment, broadcast.category.as_str()));
    if broadcast.state == BroadcastState::Draft {
        let Audience { recipients, without_text } = domain.audience(admin, broadcast).await?;
        lines.extend(without_text.iter().map(|readers| {
            format!("  warning: {} of them read {}, which has no text", readers.count, readers.language.code())
        }));
        lines.push(format!("  reaches {recipients} people now; send it with:"));
        let id = broadcast.id;
        lines.push(format!("  neuralbox-auth admin broadcast start {id} --recipients {recipients}"));
    } else {
        lines.extend(progress(broadcast));
    }
    Ok(lines.join("\n") + "\n")
}

/// Line about a test that is being sent.
pub(super) fn test(test: &Broadcast) -> String {
    format!("test #{} is being sent to {} admins\n", test.id, test.counts.recipients)
}

/// Recipient counts, pace, pauses and times of a broadcast that has started.
fn progress(broadcast: &Broadcast) -> Vec<String> {
    let counts = &broadcast.counts;
    if broadcast.state == BroadcastState::Preparing {
        let all = counts.recipients.max(broadcast.confirmed.unwrap_or_default());
        return vec![format!("  preparing: {} of {all}", counts.recipients)];
    }
    let mut lines = vec![format!(
        "  sent {}, unreachable {}, failed {}, uncertain {}, opted out {}, remaining {}",
        counts.sent,
        counts.unreachable,
        counts.failed,
        counts.uncertain,
        counts.opted_out,
        counts.pending()
    )];
    if matches!(broadcast.state, BroadcastState::Retracting | BroadcastState::Retracted) {
        lines.push(format!("  deleted {}, not deleted {}", counts.retracted, counts.not_deleted));
    }
    if let Some(remaining) = broadcast.remaining {
        lines.push(format!("  {:.0} messages a second, about {remaining} s remaining", broadcast.rate));
    }
    if let Some(flood_wait) = &broadcast.flood_wait {
        lines.push(format!("  paused until {}: {}", flood_wait.until, flood_wait.why));
    }
    lines.extend(broadcast.last_error.as_ref().map(|why| format!("  {why}")));
    for (event, at) in [("started", broadcast.started_at), ("finished", broadcast.finished_at)] {
        lines.extend(at.map(|at| format!("  {event} {at}")));
    }
    lines
}

/// Number, state, author and excerpt on one line.
fn summary_line(broadcast: &Broadcast) -> String {
    let by = broadcast.author.map_or_else(|| "the operator".to_owned(), |author| author.to_string());
    let Broadcast { id, state, .. } = broadcast;
    let excerpt = broadcast.content.excerpt(Language::English, EXCERPT_CHARS);
    format!("#{id} {}, by {by}: {excerpt}", state.as_str())
}

pub(super) async fn list(domain: &Domain, admin: &Admin, before: Option<i64>, limit: i64) -> domain::Result<String> {
    let page = domain.broadcasts(admin, before.map(BroadcastId), limit).await?;
    Ok(page.iter().map(|broadcast| summary_line(broadcast) + "\n").collect())
}

/// CSV of all failed and uncertain recipients. Reads page by page, so the result has no row limit.
pub(super) async fn failures(domain: &Domain, admin: &Admin, id: BroadcastId) -> domain::Result<String> {
    let mut csv = CSV_HEADER.to_owned();
    let mut after = 0;
    loop {
        let page = domain.broadcast_failures(admin, id, after, MAX_PAGE_LINES).await?;
        let Some(last) = page.last() else { return Ok(csv) };
        after = last.position;
        for failure in &page {
            csv.push_str(&failure.csv_line());
        }
    }
}
