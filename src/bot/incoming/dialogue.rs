//! Dialogues: a message is the answer to the bot's last question, if there is one.

use crate::bot::api_keys::keys;
use crate::bot::broadcasts::{self, BroadcastQuestion};
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::incoming::message_content::MessageContent;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::localizer::Localizer;
use crate::messages::plain;

/// Hands the message to the question it answers.
pub(crate) async fn take(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    context: UpdateContext,
    content: MessageContent,
) -> Result<Reply> {
    let dialogue = domain.question(context.person).await?.unwrap_or_default();
    if let Some(question) = keys::KeyQuestion::parse(&dialogue, context.update_id) {
        return keys::answer(&domain, (&caller, &context), &localizer, (question, &content.text)).await;
    }
    match (BroadcastQuestion::parse(&dialogue), broadcasts::BroadcastEditor::of(&domain, &context, &localizer)) {
        (Some(question), Some(editor)) => broadcasts::answer(&editor, question, content).await,
        _ => Ok(Reply::Send(plain(localizer.text("bot-chatter")))),
    }
}
