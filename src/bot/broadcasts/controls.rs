//! Broadcasts that were started, and all there are.

use crate::bot::broadcasts::Desk;
use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::broadcasts::Failure;
use crate::domain::broadcasts::failures::{CSV_HEAD, MOST_FAILURES};
use crate::messages::broadcasts::editor;
use crate::messages::plain;
use crate::model::broadcasts::{Broadcast, BroadcastId, State};
use crate::model::text::texts::Value::{Count, Text};

/// How many are listed at a time.
const PAGE: i64 = 10;

pub(super) async fn list(desk: &Desk, before: Option<BroadcastId>) -> Result<Reply> {
    let mut page = desk.domain.broadcasts(&desk.admin, before, PAGE + 1).await?;
    let more = i64::try_from(page.len()).is_ok_and(|length| length > PAGE);
    page.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = page.last().filter(|_| more).map(|last| last.id);
    // Drafts that were thrown away are of no more interest.
    page.retain(|broadcast| broadcast.state != State::Cancelled || broadcast.confirmed.is_some());
    Ok(Reply::Show(crate::messages::broadcasts::card::list(&desk.speaker, &page, next)))
}

pub(super) async fn ask_cancel(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    let broadcast = desk.get(id).await?;
    if matches!(broadcast.state, State::Done | State::Cancelled | State::Retracting | State::Retracted) {
        return desk.show(&broadcast).await;
    }
    Ok(Reply::Show(crate::messages::broadcasts::card::ask_cancel(&desk.speaker, &broadcast)))
}

pub(super) async fn cancel(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    let broadcast = desk.domain.cancel_broadcast(&desk.admin, id).await?;
    if broadcast.confirmed.is_some() {
        return desk.show(&broadcast).await;
    }
    let gone = desk.speaker.html("bot-bc-draft-gone", &[("id", Text(&id.to_string()))]);
    Ok(Reply::Show(editor::with_list(&desk.speaker, plain(gone))))
}

pub(super) async fn pause(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    desk.show(&desk.domain.pause_broadcast(&desk.admin, id).await?).await
}

pub(super) async fn resume(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    desk.show(&desk.domain.resume_broadcast(&desk.admin, id).await?).await
}

pub(super) async fn recall(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    desk.show(&desk.domain.recall_broadcast(&desk.admin, id).await?).await
}

pub(super) async fn ask_retract(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    let broadcast = desk.get(id).await?;
    let is_there = |Broadcast { started_at, state, .. }: &Broadcast| {
        started_at.is_some() && !matches!(state, State::Retracting | State::Retracted)
    };
    if is_there(&broadcast) {
        return Ok(Reply::Show(crate::messages::broadcasts::card::ask_retract(&desk.speaker, &broadcast)));
    }
    desk.show(&broadcast).await
}

pub(super) async fn retract(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    desk.show(&desk.domain.retract_broadcast(&desk.admin, id).await?).await
}

/// Who did not get it, as a file.
pub(super) async fn failures(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    let failures = desk.domain.all_failures(&desk.admin, id, MOST_FAILURES).await?;
    if failures.is_empty() {
        return Ok(Reply::Say(desk.speaker.say("bot-bc-no-failures")));
    }
    let count = i64::try_from(failures.len()).unwrap_or(i64::MAX);
    let caption = desk.speaker.html("bot-bc-failures", &[("id", Text(&id.to_string())), ("count", Count(count))]);
    let lines: String = failures.iter().map(Failure::csv_line).collect();
    Ok(Reply::File { name: format!("broadcast-{id}-failures.csv"), content: format!("{CSV_HEAD}{lines}"), caption })
}
