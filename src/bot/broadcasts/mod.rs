//! Broadcasts in admins' chats.
//!
//! - `compose`: content and time of a draft. `segment`: its audience. `editor`: what all handlers share. `dialogue`: the
//!   questions.
//! - `confirm`: preview and confirmation by typing the number of recipients. `preview`: how previews and cards are
//!   sent.
//! - `controls`: pause, resume, cancel, retract, copy, test and the list.
//!
//! Every tap and every answer checks again that the sender is an admin. To anyone else the commands do not exist.

mod compose;
mod confirm;
mod controls;
mod dialogue;
mod editor;
mod preview;
mod segment;

use crate::bot::accounts::profile;
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::incoming::message_content::MessageContent;
use crate::bot::reply::Reply;
use crate::domain::error::BroadcastError;
use crate::domain::{Domain, Error, Refusal};
use crate::messages::callback_data::BroadcastCallback;
use crate::messages::localizer::Localizer;
use crate::model::text::telegram_html;

pub(crate) use self::dialogue::{BroadcastQuestion, Confirmation};
pub(crate) use self::editor::BroadcastEditor;

/// `/broadcast`: opens an empty draft.
pub(crate) async fn begin(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Some(editor) = BroadcastEditor::of(&domain, &context, &localizer) else {
        return profile::unknown_command(localizer).await;
    };
    compose::begin(&editor).await
}

/// `/broadcasts`: lists all broadcasts, newest first.
pub(crate) async fn list(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Some(editor) = BroadcastEditor::of(&domain, &context, &localizer) else {
        return profile::unknown_command(localizer).await;
    };
    controls::list(&editor, None).await
}

/// Takes a message as the answer to a question.
pub(crate) async fn answer(
    editor: &BroadcastEditor,
    question: BroadcastQuestion,
    content: MessageContent,
) -> Result<Reply> {
    let reply = match question {
        BroadcastQuestion::Text(id, language) => compose::take_text(editor, id, language, content).await,
        BroadcastQuestion::Buttons(id, language) => compose::take_buttons(editor, id, language, &content.text).await,
        BroadcastQuestion::Segment(id) => segment::take_segment(editor, id, &content.text).await,
        BroadcastQuestion::Condition(id, combination) => {
            segment::take_condition(editor, id, combination, &content.text).await
        }
        BroadcastQuestion::Time(id) => compose::take_time(editor, id, &content.text).await,
        BroadcastQuestion::Confirm(question) => confirm::confirm(editor, question, &content.text).await,
    };
    if let Err(Error::Refused(Refusal::Broadcast(BroadcastError::State(_) | BroadcastError::NotFound))) = &reply {
        // The broadcast has moved on, so the question no longer applies.
        editor.end_dialogue().await?;
    }
    reply
}

/// Handles a tap on a broadcast button.
pub(crate) async fn tapped(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    tap: BroadcastCallback,
) -> Result<Reply> {
    // The sender may no longer send broadcasts, or forged the button.
    let Some(editor) = BroadcastEditor::of(&domain, &context, &localizer) else {
        return Ok(Reply::Say(localizer.text("bot-not-possible")));
    };
    let id = tap.broadcast();
    let reply = match (dispatch_tap(&editor, tap).await, id) {
        (Err(Error::Refused(refusal @ Refusal::Broadcast(BroadcastError::State(_)))), Some(id)) => {
            // The broadcast has moved on since the button was sent, so show its current state.
            let text = crate::bot::reply::refusal_text::sentence(&localizer, &refusal);
            editor.open_with_toast(id, telegram_html::plain(&text).unwrap_or(text)).await?
        }
        (outcome, _) => outcome?,
    };
    if matches!(reply, Reply::Show(_) | Reply::ShowAndSay(..) | Reply::Ask(_) | Reply::AskAgain(_)) {
        // From here on the message shows something else.
        editor.release_card().await?;
    }
    Ok(reply)
}

async fn dispatch_tap(editor: &BroadcastEditor, tap: BroadcastCallback) -> Result<Reply> {
    match tap {
        BroadcastCallback::New => compose::begin(editor).await,
        BroadcastCallback::List(before) => controls::list(editor, before).await,
        BroadcastCallback::Open(id) => editor.open(id).await,
        BroadcastCallback::Texts(id) => compose::texts(editor, id).await,
        BroadcastCallback::AskText(id, language) => compose::ask_text(editor, id, language).await,
        BroadcastCallback::DropText(id, language) => compose::drop_text(editor, id, language).await,
        BroadcastCallback::DropFile(id) => compose::drop_file(editor, id).await,
        BroadcastCallback::AskButtons(id, language) => compose::ask_buttons(editor, id, language).await,
        BroadcastCallback::DropButtons(id, language) => compose::drop_buttons(editor, id, language).await,
        BroadcastCallback::Categories(id) => compose::categories(editor, id).await,
        BroadcastCallback::SetCategory(id, category) => compose::set_category(editor, id, category).await,
        BroadcastCallback::Segments(id) => segment::segments(editor, id).await,
        BroadcastCallback::SetSegment(id, choice) => segment::set_segment(editor, id, choice).await,
        BroadcastCallback::Combine(id, combination) => segment::combine(editor, id, combination).await,
        BroadcastCallback::AddCondition(id, combination, choice) => {
            segment::add_condition(editor, id, combination, choice).await
        }
        BroadcastCallback::KeepParts(id, count) => segment::keep_parts(editor, id, count).await,
        BroadcastCallback::Times(id) => compose::times(editor, id).await,
        BroadcastCallback::SetTime(id, at) => compose::set_time(editor, id, at).await,
        BroadcastCallback::Speeds(id) => compose::speeds(editor, id).await,
        BroadcastCallback::SetSpeed(id, speed) => compose::set_speed(editor, id, speed).await,
        BroadcastCallback::Review(id) => confirm::review(editor, id).await,
        BroadcastCallback::AskCancel(id) => controls::ask_cancel(editor, id).await,
        BroadcastCallback::Cancel(id) => controls::cancel(editor, id).await,
        BroadcastCallback::Pause(id) => controls::pause(editor, id).await,
        BroadcastCallback::Resume(id) => controls::resume(editor, id).await,
        BroadcastCallback::Recall(id) => controls::recall(editor, id).await,
        BroadcastCallback::AskRetract(id) => controls::ask_retract(editor, id).await,
        BroadcastCallback::Retract(id) => controls::retract(editor, id).await,
        BroadcastCallback::Failures(id) => controls::failures(editor, id).await,
        BroadcastCallback::Copy(id) => controls::copy(editor, id).await,
        BroadcastCallback::Test(id) => controls::test(editor, id).await,
    }
}
