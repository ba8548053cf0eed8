//! Words are the answer to our question, if we asked one.

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

pub(crate) async fn take(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    context: UpdateContext,
    written: MessageContent,
) -> Result<Reply> {
    let asked = domain.question(context.person).await?.unwrap_or_default();
    if let Some(question) = keys::KeyQuestion::parse(&asked, context.update_id) {
        return keys::answer(&domain, (&caller, &context), &localizer, (question, &written.text)).await;
    }
    match (BroadcastQuestion::parse(&asked), broadcasts::BroadcastEditor::of(&domain, &context, &localizer)) {
        (Some(step), Some(desk)) => broadcasts::answer(&desk, step, written).await,
        _ => Ok(Reply::Send(plain(localizer.text("bot-chatter")))),
    }
}
