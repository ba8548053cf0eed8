//! The ways into an account, what happened to it, and leaving.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::bot::sign_in;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::{Domain, Refusal};
use crate::messages;
use crate::messages::accounts::identities;
use crate::messages::localizer::Speaker;
use crate::model::text::texts::Value::Text;

/// Events in one message: more would not be read.
const SHOWN: usize = 12;

/// The ways in.
pub(crate) async fn list(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    Ok(Reply::Show(identities::list(&speaker, &domain.ways(&caller).await?)))
}

/// A link that opens the page on which another way is added.
pub(crate) async fn add(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let token = domain.make_sign_in_link(&caller).await?;
    let link = sign_in::address(&domain, &token, "&next=%2Fweb%2Fprofile%2Fsecurity");
    // In a message of its own: one that is edited cannot be kept from being forwarded.
    Ok(Reply::Send(identities::add(&speaker, &link)))
}

/// Take that way in away? Asks.
pub(crate) async fn ask_unlink(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    (kind, subject): (String, String),
) -> Result<Reply> {
    let ways = domain.ways(&caller).await?;
    if ways.len() < 2 {
        return Err(Refusal::LastWay.into());
    }
    let way = ways.iter().find(|way| way.kind == kind && identities::mark(&way.subject) == subject);
    Ok(Reply::Show(identities::ask_unlink(&speaker, way.ok_or(Refusal::NoSuchWay)?)))
}

/// Yes, take it away.
pub(crate) async fn unlink(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    (kind, subject): (String, String),
) -> Result<Reply> {
    let ways = domain.ways(&caller).await?;
    let Some(way) = ways.iter().find(|way| way.kind == kind && identities::mark(&way.subject) == subject) else {
        // A second tap finds it gone, and that is what it wanted.
        return Ok(Reply::ShowAndSay(identities::list(&speaker, &ways), speaker.say("bot-way-missing")));
    };
    let gone = domain.unlink(&caller, &way.kind, &way.subject).await?;
    let word = speaker.html("bot-way-gone", &[("what", Text(&gone.shown()))]);
    Ok(Reply::ShowAndSay(identities::list(&speaker, &domain.ways(&caller).await?), word))
}

/// What happened to the account.
pub(crate) async fn activity(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let found = domain.events(&caller, None, SHOWN).await?;
    Ok(Reply::Show(identities::activity(&speaker, &found.lines, (domain.now(), domain.public_url()))))
}

/// Delete the account? Asks.
pub(crate) async fn ask_leave(domain: Domain, speaker: Speaker) -> Result<Reply> {
    Ok(Reply::Show(identities::ask_leave(&speaker, domain.now())))
}

/// Yes, delete it.
pub(crate) async fn leave(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let at = domain.leave(&caller).await?;
    Ok(Reply::Show(identities::leaving(&speaker, at)))
}

/// Keep it after all. A second tap finds it kept.
pub(crate) async fn keep(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    domain.stay(&caller).await?;
    let (user, plan) = (domain.user(caller.account()), domain.plan_of(caller.account()));
    Ok(Reply::ShowAndSay(messages::menu(&speaker, &user, plan), speaker.say("bot-kept")))
}

/// What whoever asked for deletion is told, whatever they want; nothing to whoever did not.
pub(crate) fn instead(caller: &SignedIn, speaker: &Speaker) -> Option<messages::Screen> {
    caller.account().leaving_at.map(|at| identities::leaving(speaker, at))
}
