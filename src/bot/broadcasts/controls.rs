//! Controls of started broadcasts, and the list of all broadcasts.

use crate::bot::broadcasts::BroadcastEditor;
use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::broadcasts::FailedRecipient;
use crate::domain::broadcasts::failures::{CSV_HEADER, MAX_EXPORTED_FAILURES};
use crate::gateway::telegram::GeneratedFile;
use crate::messages::broadcasts::{editor, validation};
use crate::messages::plain;
use crate::model::broadcasts::validation::DraftError;
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState, RecipientRows};
use crate::model::text::texts::TextArg::{Count, Text};

/// Broadcasts per page of the list.
const PAGE_LINES: i64 = 10;

pub(super) async fn list(editor: &BroadcastEditor, before: Option<BroadcastId>) -> Result<Reply> {
    let mut page = editor.domain.broadcasts(&editor.admin, before, PAGE_LINES + 1).await?;
    let more = i64::try_from(page.len()).is_ok_and(|length| length > PAGE_LINES);
    page.truncate(usize::try_from(PAGE_LINES).unwrap_or(usize::MAX));
    let next = page.last().filter(|_| more).map(|last| last.id);
    // Deleted drafts are not listed.
    page.retain(|broadcast| broadcast.state != BroadcastState::Cancelled || broadcast.confirmed.is_some());
    Ok(Reply::Show(crate::messages::broadcasts::list::list(&editor.localizer, &page, next)))
}

pub(super) async fn ask_cancel(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let broadcast = editor.load(id).await?;
    if matches!(
        broadcast.state,
        BroadcastState::Done | BroadcastState::Cancelled | BroadcastState::Retracting | BroadcastState::Retracted
    ) {
        return editor.show(&broadcast).await;
    }
    Ok(Reply::Show(crate::messages::broadcasts::card::ask_cancel(&editor.localizer, &broadcast)))
}

pub(super) async fn cancel(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let broadcast = editor.domain.cancel_broadcast(&editor.admin, id).await?;
    if broadcast.confirmed.is_some() {
        return editor.show(&broadcast).await;
    }
    let html = editor.localizer.html("bot-broadcast-draft-gone", &[("id", Text(&id.to_string()))]);
    Ok(Reply::Show(editor::with_list(&editor.localizer, plain(html))))
}

pub(super) async fn pause(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    editor.show(&editor.domain.pause_broadcast(&editor.admin, id).await?).await
}

pub(super) async fn resume(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    editor.show(&editor.domain.resume_broadcast(&editor.admin, id).await?).await
}

pub(super) async fn recall(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    editor.show(&editor.domain.unschedule_broadcast(&editor.admin, id).await?).await
}

pub(super) async fn ask_retract(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let broadcast = editor.load(id).await?;
    let is_retractable = |Broadcast { started_at, state, recipient_rows, .. }: &Broadcast| {
        started_at.is_some()
            && *recipient_rows == RecipientRows::Stored
            && !matches!(state, BroadcastState::Retracting | BroadcastState::Retracted)
    };
    if is_retractable(&broadcast) {
        return Ok(Reply::Show(crate::messages::broadcasts::card::ask_retract(&editor.localizer, &broadcast)));
    }
    editor.show(&broadcast).await
}

pub(super) async fn retract(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    editor.show(&editor.domain.retract_broadcast(&editor.admin, id).await?).await
}

/// Opens a new draft with the same content. A second tap opens the copy of the first, unless it was changed since.
pub(super) async fn copy(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let broadcast = editor.load(id).await?;
    let is_same = |other: &&Broadcast| {
        let is_mine = other.state == BroadcastState::Draft && other.author == Some(editor.context.person);
        is_mine
            && other.id > id
            && other.revision == 1
            && other.content == broadcast.content
            && other.segment == broadcast.segment
            && other.category == broadcast.category
    };
    let latest = editor.domain.broadcasts(&editor.admin, None, PAGE_LINES).await?;
    if let Some(copy) = latest.iter().find(is_same) {
        return editor.show(copy).await;
    }
    let idempotency_key = editor.context.idempotency_key();
    let copied = editor.domain.copy_broadcast(&editor.admin, id, Some(&idempotency_key)).await?;
    editor.show(&copied.draft).await
}

/// Sends the draft to all admins as its recipients would get it.
pub(super) async fn test(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = editor.load(id).await?;
    if draft.state == BroadcastState::Draft && draft.content.is_empty() {
        let why = validation::sentence(&editor.localizer, &DraftError::Empty);
        return Ok(Reply::Say(why));
    }
    let test = editor.domain.test_broadcast(&editor.admin, id).await?;
    Ok(Reply::Say(editor::test_sent(&editor.localizer, test.counts.recipients)))
}

/// Sends the list of failed and uncertain recipients as a CSV file.
pub(super) async fn failures(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let failures = editor.domain.all_failures(&editor.admin, id, MAX_EXPORTED_FAILURES).await?;
    if failures.is_empty() {
        return Ok(Reply::Say(editor.localizer.text("bot-broadcast-no-failures")));
    }
    let count = i64::try_from(failures.len()).unwrap_or(i64::MAX);
    let caption =
        editor.localizer.html("bot-broadcast-failures", &[("id", Text(&id.to_string())), ("count", Count(count))]);
    let lines: String = failures.iter().map(FailedRecipient::csv_line).collect();
    let name = format!("broadcast-{id}-failures.csv");
    Ok(Reply::File(GeneratedFile { name, content: format!("{CSV_HEADER}{lines}"), caption }))
}
