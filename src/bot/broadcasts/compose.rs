//! Composing a broadcast. Each part is asked for and validated separately.

use crate::bot::broadcasts::{BroadcastEditor, BroadcastQuestion};
use crate::bot::context::Result;
use crate::bot::incoming::message_content::{MessageContent, UnsupportedContent};
use crate::bot::reply::Reply;
use crate::domain::broadcasts::DraftChange;
use crate::messages::broadcasts::editor;
use crate::messages::broadcasts::speed::{self, SpeedRates};
use crate::messages::broadcasts::validation;
use crate::model::broadcasts::validation::{DraftError, MAX_BUTTONS, schedule_error};
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState, LinkButton, LocalizedText, SendSpeed};
use crate::model::notices::category::Category;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// Number of latest broadcasts searched for an empty draft to reuse.
const MAX_LISTED: i64 = 20;

/// Opens an empty draft: an earlier one of the admin's that is still empty, or a new one.
pub(super) async fn begin(editor: &BroadcastEditor) -> Result<Reply> {
    let latest = editor.domain.broadcasts(&editor.admin, None, MAX_LISTED).await?;
    let is_blank = |draft: &&Broadcast| {
        draft.state == BroadcastState::Draft && draft.author == Some(editor.context.person) && draft.revision == 0
    };
    let id = if let Some(blank) = latest.iter().find(is_blank) {
        blank.id
    } else {
        let idempotency_key = editor.context.idempotency_key();
        editor.domain.draft_broadcast(&editor.admin, Some(&idempotency_key)).await?.id
    };
    ask_text(editor, id, editor.localizer.language()).await
}

pub(super) async fn texts(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    Ok(Reply::Show(editor::texts(&editor.localizer, &editor.load(id).await?)))
}

pub(super) async fn ask_text(editor: &BroadcastEditor, id: BroadcastId, language: Language) -> Result<Reply> {
    editor.ask(BroadcastQuestion::Text(id, language)).await?;
    Ok(Reply::Show(editor::ask_text(&editor.localizer, id, language)))
}

/// Takes the message as the text in that language, and its photo or document as the file for every language. If it
/// cannot be sent, says why and keeps the question open.
pub(super) async fn take_text(
    editor: &BroadcastEditor,
    id: BroadcastId,
    language: Language,
    message: MessageContent,
) -> Result<Reply> {
    if let Some(unsupported) = message.unsupported {
        let why = if unsupported == UnsupportedContent::Album {
            "bot-broadcast-invalid-album"
        } else {
            "bot-broadcast-invalid-kind"
        };
        return Ok(Reply::Show(editor::again(&editor.localizer, id, &editor.localizer.text(why))));
    }
    let mut content = editor.load(id).await?.content;
    let mut changes = Vec::new();
    if !message.html.is_empty() {
        let buttons = content.texts.get(&language).map(|text| text.buttons.clone()).unwrap_or_default();
        changes.push(DraftChange::Text(language, Some(LocalizedText { html: message.html, buttons })));
        changes.push(DraftChange::LinkPreview(language, message.link_preview));
    }
    if let Some(file) = message.file {
        changes.push(DraftChange::File(Some(file)));
        changes.push(DraftChange::MediaLayout(message.layout));
    }
    for change in &changes {
        content.apply(change);
    }
    match content.errors().first() {
        Some(error) => Ok(again(editor, id, error)),
        None => done(editor, id, &changes).await,
    }
}

pub(super) async fn drop_text(editor: &BroadcastEditor, id: BroadcastId, language: Language) -> Result<Reply> {
    let draft = editor.edit(id, &[DraftChange::Text(language, None)]).await?;
    Ok(Reply::Show(editor::texts(&editor.localizer, &draft)))
}

pub(super) async fn drop_file(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = editor.edit(id, &[DraftChange::File(None)]).await?;
    Ok(Reply::Show(editor::texts(&editor.localizer, &draft)))
}

pub(super) async fn ask_buttons(
    editor: &BroadcastEditor,
    id: BroadcastId,
    language: Option<Language>,
) -> Result<Reply> {
    let draft = editor.load(id).await?;
    editor.ask(BroadcastQuestion::Buttons(id, language)).await?;
    Ok(Reply::Show(editor::ask_buttons(&editor.localizer, &draft, language)))
}

pub(super) async fn take_buttons(
    editor: &BroadcastEditor,
    id: BroadcastId,
    language: Option<Language>,
    text: &str,
) -> Result<Reply> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() > MAX_BUTTONS {
        return Ok(again(editor, id, &DraftError::TooManyButtons(language)));
    }
    let mut buttons = Vec::new();
    for (place, line) in lines.into_iter().enumerate() {
        match LinkButton::parse(line) {
            Ok(button) => buttons.push(button),
            Err(error) => return Ok(again(editor, id, &DraftError::Button(language, place + 1, error))),
        }
    }
    set_buttons(editor, id, language, buttons).await
}

pub(super) async fn drop_buttons(
    editor: &BroadcastEditor,
    id: BroadcastId,
    language: Option<Language>,
) -> Result<Reply> {
    set_buttons(editor, id, language, Vec::new()).await
}

async fn set_buttons(
    editor: &BroadcastEditor,
    id: BroadcastId,
    language: Option<Language>,
    buttons: Vec<LinkButton>,
) -> Result<Reply> {
    let Some(language) = language else { return done(editor, id, &[DraftChange::Buttons(buttons)]).await };
    let html = editor.load(id).await?.content.texts.get(&language).map(|words| words.html.clone());
    // Buttons of a language belong to the text in that language, so they need one.
    let Some(html) = html else { return Ok(again(editor, id, &DraftError::NoText(language))) };
    done(editor, id, &[DraftChange::Text(language, Some(LocalizedText { html, buttons }))]).await
}

pub(super) async fn categories(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    Ok(Reply::Show(editor::categories(&editor.localizer, &editor.load(id).await?)))
}

pub(super) async fn set_category(editor: &BroadcastEditor, id: BroadcastId, category: Category) -> Result<Reply> {
    done(editor, id, &[DraftChange::Category(category)]).await
}

pub(super) async fn times(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = editor.load(id).await?;
    editor.ask(BroadcastQuestion::Time(id)).await?;
    Ok(Reply::Show(editor::times(&editor.localizer, &draft, editor.domain.now())))
}

pub(super) async fn set_time(editor: &BroadcastEditor, id: BroadcastId, at: Option<Moment>) -> Result<Reply> {
    // The button may be old, and its time past.
    if let Some(error) = at.and_then(|at| schedule_error(at, editor.domain.now())) {
        return Ok(again(editor, id, &error));
    }
    done(editor, id, &[DraftChange::StartAt(at)]).await
}

pub(super) async fn take_time(editor: &BroadcastEditor, id: BroadcastId, text: &str) -> Result<Reply> {
    match Moment::parse(text) {
        Some(at) => set_time(editor, id, Some(at)).await,
        None => {
            Ok(Reply::Show(editor::again(&editor.localizer, id, &editor.localizer.text("bot-broadcast-invalid-time"))))
        }
    }
}

pub(super) async fn speeds(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = editor.load(id).await?;
    let count = editor.count(&draft).await?;
    let rates = SpeedRates { free: editor.domain.rate(SendSpeed::Free), paid: editor.domain.rate(SendSpeed::Paid) };
    Ok(Reply::Show(speed::speeds(&editor.localizer, &draft, count, rates)))
}

pub(super) async fn set_speed(editor: &BroadcastEditor, id: BroadcastId, speed: SendSpeed) -> Result<Reply> {
    done(editor, id, &[DraftChange::Paid(speed == SendSpeed::Paid)]).await
}

/// Applies the changes, ends the dialogue and shows the draft.
pub(super) async fn done(editor: &BroadcastEditor, id: BroadcastId, changes: &[DraftChange]) -> Result<Reply> {
    let draft = editor.edit(id, changes).await?;
    editor.end_dialogue().await?;
    editor.show(&draft).await
}

/// Explains what is invalid. The question stays open.
pub(super) fn again(editor: &BroadcastEditor, id: BroadcastId, error: &DraftError) -> Reply {
    Reply::Show(editor::again(&editor.localizer, id, &validation::sentence(&editor.localizer, error)))
}
