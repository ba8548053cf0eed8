//! Dialogues: a message is the answer to the bot's last question, if there is one.

use crate::bot::admin::questions::{self, AdminQuestion};
use crate::bot::api_keys::keys::{self, KeyQuestion};
use crate::bot::broadcasts::{self, BroadcastEditor, BroadcastQuestion};
use crate::bot::context::Result;
use crate::bot::incoming::message_content::MessageContent;
use crate::bot::reply::{Reply, ReplyContext};
use crate::domain::Domain;
use crate::messages::plain;

/// Hands the message to the question it answers.
pub(crate) async fn take(domain: Domain, context: ReplyContext, content: MessageContent) -> Result<Reply> {
    let ReplyContext { update, localizer, .. } = &context;
    let dialogue = domain.question(update.person).await?.unwrap_or_default();
    if let Some(question) = KeyQuestion::parse(&dialogue, update.update_id) {
        return keys::answer(&domain, &context, question, &content.text).await;
    }
    if let Some(question) = AdminQuestion::parse(&dialogue) {
        return questions::answer(&domain, &context, question, content).await;
    }
    match (BroadcastQuestion::parse(&dialogue), BroadcastEditor::of(&domain, update, localizer)) {
        (Some(question), Some(editor)) => broadcasts::answer(&editor, question, content).await,
        _ => Ok(Reply::Send(plain(localizer.text("bot-chatter")))),
    }
}
