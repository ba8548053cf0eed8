//! Dialogues: a message is the answer to the bot's last question, if there is one.

use crate::bot::admin::questions::{self, AdminQuestion};
use crate::bot::api_keys::keys::{self, KeyQuestion};
use crate::bot::broadcasts::{self, BroadcastEditor, BroadcastQuestion};
use crate::bot::context::Result;
use crate::bot::incoming::message_content::MessageContent;
use crate::bot::reply::{Reply, ReplyContext};
use crate::domain::Domain;
use crate::domain::bot_state::dialogue::OpenQuestion;
use crate::messages::localizer::Localizer;
use crate::messages::with_menu;

/// True if the question still waits for an answer, or was answered by this update.
pub(in crate::bot) fn waits(question: &OpenQuestion, update_id: i64) -> bool {
    let step = &question.step;
    KeyQuestion::parse(step, update_id).is_some()
        || AdminQuestion::parse(step).is_some()
        || BroadcastQuestion::parse(step).is_some()
}

/// Hands the message to the question it answers.
pub(crate) async fn take(domain: Domain, context: ReplyContext, content: MessageContent) -> Result<Reply> {
    let ReplyContext { update, localizer, .. } = &context;
    let dialogue = domain.question(update.person).await?.unwrap_or_default().step;
    if let Some(question) = KeyQuestion::parse(&dialogue, update.update_id) {
        if content.is_file() {
            return Ok(unread(localizer, "bot-file"));
        }
        return keys::answer(&domain, &context, question, &content.text).await;
    }
    if let Some(question) = AdminQuestion::parse(&dialogue) {
        return questions::answer(&domain, &context, question, content).await;
    }
    match (BroadcastQuestion::parse(&dialogue), BroadcastEditor::of(&domain, update, localizer)) {
        (Some(question), Some(editor)) => broadcasts::answer(&editor, question, content).await,
        _ if content.is_file() => Ok(unread(localizer, "bot-file")),
        _ => Ok(unread(localizer, "bot-chatter")),
    }
}

/// Reply to a message that answers no question and is not a word the bot knows.
fn unread(localizer: &Localizer, text: &str) -> Reply {
    Reply::Send(with_menu(localizer, localizer.text(text)))
}
