//! Broadcasts that were started, and all there are.

use crate::bot::broadcasts::BroadcastEditor;
use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::broadcasts::FailedRecipient;
use crate::domain::broadcasts::failures::{CSV_HEADER, MAX_EXPORTED_FAILURES};
use crate::messages::broadcasts::editor;
use crate::messages::plain;
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState};
use crate::model::text::texts::TextArg::{Count, Text};

/// How many are listed at a time.
const PAGE_LINES: i64 = 10;

pub(super) async fn list(desk: &BroadcastEditor, before: Option<BroadcastId>) -> Result<Reply> {
    let mut page = desk.domain.broadcasts(&desk.admin, before, PAGE_LINES + 1).await?;
    let more = i64::try_from(page.len()).is_ok_and(|length| length > PAGE_LINES);
    page.truncate(usize::try_from(PAGE_LINES).unwrap_or(usize::MAX));
    let next = page.last().filter(|_| more).map(|last| last.id);
    // Drafts that were thrown away are of no more interest.
    page.retain(|broadcast| broadcast.state != BroadcastState::Cancelled || broadcast.confirmed.is_some());
    Ok(Reply::Show(crate::messages::broadcasts::card::list(&desk.localizer, &page, next)))
}

pub(super) async fn ask_cancel(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let broadcast = desk.get(id).await?;
    if matches!(
        broadcast.state,
        BroadcastState::Done | BroadcastState::Cancelled | BroadcastState::Retracting | BroadcastState::Retracted
    ) {
        return desk.show(&broadcast).await;
    }
    Ok(Reply::Show(crate::messages::broadcasts::card::ask_cancel(&desk.localizer, &broadcast)))
}

pub(super) async fn cancel(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let broadcast = desk.domain.cancel_broadcast(&desk.admin, id).await?;
    if broadcast.confirmed.is_some() {
        return desk.show(&broadcast).await;
    }
    let gone = desk.localizer.html("bot-broadcast-draft-gone", &[("id", Text(&id.to_string()))]);
    Ok(Reply::Show(editor::with_list(&desk.localizer, plain(gone))))
}

pub(super) async fn pause(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    desk.show(&desk.domain.pause_broadcast(&desk.admin, id).await?).await
}

pub(super) async fn resume(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    desk.show(&desk.domain.resume_broadcast(&desk.admin, id).await?).await
}

pub(super) async fn recall(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    desk.show(&desk.domain.unschedule_broadcast(&desk.admin, id).await?).await
}

pub(super) async fn ask_retract(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let broadcast = desk.get(id).await?;
    let is_there = |Broadcast { started_at, state, .. }: &Broadcast| {
        started_at.is_some() && !matches!(state, BroadcastState::Retracting | BroadcastState::Retracted)
    };
    if is_there(&broadcast) {
        return Ok(Reply::Show(crate::messages::broadcasts::card::ask_retract(&desk.localizer, &broadcast)));
    }
    desk.show(&broadcast).await
}

pub(super) async fn retract(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    desk.show(&desk.domain.retract_broadcast(&desk.admin, id).await?).await
}

/// Who did not get it, as a file.
pub(super) async fn failures(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let failures = desk.domain.all_failures(&desk.admin, id, MAX_EXPORTED_FAILURES).await?;
    if failures.is_empty() {
        return Ok(Reply::Say(desk.localizer.text("bot-broadcast-no-failures")));
    }
    let count = i64::try_from(failures.len()).unwrap_or(i64::MAX);
    let caption =
        desk.localizer.html("bot-broadcast-failures", &[("id", Text(&id.to_string())), ("count", Count(count))]);
    let lines: String = failures.iter().map(FailedRecipient::csv_line).collect();
    Ok(Reply::File { name: format!("broadcast-{id}-failures.csv"), content: format!("{CSV_HEADER}{lines}"), caption })
}
