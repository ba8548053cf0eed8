//! Broadcasts, in admins' chats: written, looked at, sent, watched. To everyone else none of it exists; who asks is looked at
//! again at every tap and every answer.

mod compose;
mod confirm;
mod controls;
mod dialogue;
mod editor;
mod preview;

use crate::bot::accounts::profile;
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::incoming::message_content::MessageContent;
use crate::bot::reply::Reply;
use crate::domain::{Domain, Error, Refusal};
use crate::messages::callback_data::BroadcastCallback;
use crate::messages::localizer::Localizer;
use crate::model::text::telegram_html;

pub(crate) use self::dialogue::BroadcastQuestion;
pub(crate) use self::editor::BroadcastEditor;

/// `/broadcast`
pub(crate) async fn begin(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Some(desk) = BroadcastEditor::of(&domain, &context, &localizer) else {
        return profile::unknown_command(localizer).await;
    };
    compose::begin(&desk).await
}

/// `/broadcasts`
pub(crate) async fn list(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Some(desk) = BroadcastEditor::of(&domain, &context, &localizer) else {
        return profile::unknown_command(localizer).await;
    };
    controls::list(&desk, None).await
}

/// Words that answer a question of ours.
pub(crate) async fn answer(desk: &BroadcastEditor, step: BroadcastQuestion, written: MessageContent) -> Result<Reply> {
    let answered = match step {
        BroadcastQuestion::Text(id, language) => compose::take_text(desk, (id, language), written).await,
        BroadcastQuestion::Buttons(id, language) => compose::take_buttons(desk, (id, language), &written.text).await,
        BroadcastQuestion::Segment(id) => compose::take_segment(desk, id, &written.text).await,
        BroadcastQuestion::Time(id) => compose::take_time(desk, id, &written.text).await,
        BroadcastQuestion::Confirm(id, revision, count) => {
            confirm::confirm(desk, (id, revision, count), &written.text).await
        }
    };
    if let Err(Error::Refused(Refusal::BroadcastState(_) | Refusal::BroadcastNotFound)) = &answered {
        // The question makes no sense any more.
        desk.forget().await?;
    }
    answered
}

/// A tap.
pub(crate) async fn tapped(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    tap: BroadcastCallback,
) -> Result<Reply> {
    // The button of somebody who was an admin, or made it up.
    let Some(desk) = BroadcastEditor::of(&domain, &context, &localizer) else {
        return Ok(Reply::Say(localizer.text("bot-not-possible")));
    };
    let id = tap.broadcast();
    let reply = match (turned(&desk, tap).await, id) {
        (Err(Error::Refused(refusal @ Refusal::BroadcastState(_))), Some(id)) => {
            // It is further than the button knew: here is how far.
            let said = crate::bot::reply::refusal_text::sentence(&localizer, &refusal);
            desk.open_saying(id, telegram_html::plain(&said).unwrap_or(said)).await?
        }
        (outcome, _) => outcome?,
    };
    if matches!(reply, Reply::Show(_) | Reply::ShowAndSay(..)) {
        // The message shows something else from here on.
        desk.let_go().await?;
    }
    Ok(reply)
}

async fn turned(desk: &BroadcastEditor, tap: BroadcastCallback) -> Result<Reply> {
    use BroadcastCallback as Tap;
    match tap {
        Tap::New => compose::begin(desk).await,
        Tap::List(before) => controls::list(desk, before).await,
        Tap::Open(id) => desk.open(id).await,
        Tap::Texts(id) => compose::texts(desk, id).await,
        Tap::AskText(id, language) => compose::ask_text(desk, id, language).await,
        Tap::DropText(id, language) => compose::drop_text(desk, id, language).await,
        Tap::DropFile(id) => compose::drop_file(desk, id).await,
        Tap::AskButtons(id, language) => compose::ask_buttons(desk, id, language).await,
        Tap::DropButtons(id, language) => compose::drop_buttons(desk, id, language).await,
        Tap::Categories(id) => compose::categories(desk, id).await,
        Tap::SetCategory(id, category) => compose::set_category(desk, id, category).await,
        Tap::Segments(id) => compose::segments(desk, id).await,
        Tap::SetSegment(id, choice) => compose::set_segment(desk, id, choice).await,
        Tap::Times(id) => compose::times(desk, id).await,
        Tap::SetTime(id, at) => compose::set_time(desk, id, at).await,
        Tap::Speeds(id) => compose::speeds(desk, id).await,
        Tap::SetPaid(id, paid) => compose::set_paid(desk, id, paid).await,
        Tap::Review(id) => confirm::review(desk, id).await,
        Tap::AskCancel(id) => controls::ask_cancel(desk, id).await,
        Tap::Cancel(id) => controls::cancel(desk, id).await,
        Tap::Pause(id) => controls::pause(desk, id).await,
        Tap::Resume(id) => controls::resume(desk, id).await,
        Tap::Recall(id) => controls::recall(desk, id).await,
        Tap::AskRetract(id) => controls::ask_retract(desk, id).await,
        Tap::Retract(id) => controls::retract(desk, id).await,
        Tap::Failures(id) => controls::failures(desk, id).await,
    }
}
