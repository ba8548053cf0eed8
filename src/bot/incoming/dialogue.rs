//! Words are the answer to our question, if we asked one.

use crate::bot::api_keys::keys;
use crate::bot::broadcasts::{self, Step};
use crate::bot::context::Result;
use crate::bot::incoming::Turn;
use crate::bot::incoming::message_content::Written;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::localizer::Speaker;
use crate::messages::plain;

pub(crate) async fn take(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    turn: Turn,
    written: Written,
) -> Result<Reply> {
    let asked = domain.question(turn.person).await?.unwrap_or_default();
    if let Some(question) = keys::Question::parse(&asked, turn.update_id) {
        return keys::answer(&domain, (&caller, &turn), &speaker, (question, &written.text)).await;
    }
    match (Step::parse(&asked), broadcasts::Desk::of(&domain, &turn, &speaker)) {
        (Some(step), Some(desk)) => broadcasts::answer(&desk, step, written).await,
        _ => Ok(Reply::Send(plain(speaker.say("bot-chatter")))),
    }
}
