//! Words are the answer to our question, if we asked one.

use crate::bot::ask::Turn;
use crate::bot::broadcasts::{self, Step};
use crate::bot::reply::Reply;
use crate::bot::screens::plain;
use crate::bot::speaker::Speaker;
use crate::bot::written::Written;
use crate::bot::{Result, keys};
use crate::domain::Domain;
use crate::domain::people::SignedIn;

pub(crate) async fn take(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    turn: Turn,
    written: Written,
) -> Result<Reply> {
    let asked = domain.question(turn.person).await?.unwrap_or_default();
    if let Some(question) = keys::Question::parse(&asked) {
        return keys::answer(&domain, (&caller, &turn), &speaker, (question, &written.text)).await;
    }
    match (Step::parse(&asked), broadcasts::Desk::of(&domain, &turn, &speaker)) {
        (Some(step), Some(desk)) => broadcasts::answer(&desk, step, written).await,
        _ => Ok(Reply::Send(plain(speaker.say("bot-chatter")))),
    }
}
