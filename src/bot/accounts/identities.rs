//! The ways into an account, what happened to it, and leaving.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::bot::sign_in;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::{Domain, Refusal};
use crate::messages;
use crate::messages::accounts::identities;
use crate::messages::localizer::Localizer;
use crate::model::text::texts::TextArg::Text;

/// Events in one message: more would not be read.
const ACTIVITY_LINES: usize = 12;

/// The ways in.
pub(crate) async fn list(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(identities::list(&localizer, &domain.ways(&caller).await?)))
}

/// A link that opens the page on which another way is added.
pub(crate) async fn add(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let token = domain.make_sign_in_link(&caller).await?;
    let link = sign_in::address(&domain, &token, "&next=%2Fweb%2Fprofile%2Fsecurity");
    // In a message of its own: one that is edited cannot be kept from being forwarded.
    Ok(Reply::Send(identities::add(&localizer, &link)))
}

/// Take that way in away? Asks.
pub(crate) async fn ask_unlink(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    (kind, subject): (String, String),
) -> Result<Reply> {
    let ways = domain.ways(&caller).await?;
    if ways.len() < 2 {
        return Err(Refusal::LastIdentity.into());
    }
    let way = ways.iter().find(|way| way.kind == kind && identities::mark(&way.subject) == subject);
    Ok(Reply::Show(identities::ask_unlink(&localizer, way.ok_or(Refusal::IdentityNotFound)?)))
}

/// Yes, take it away.
pub(crate) async fn unlink(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    (kind, subject): (String, String),
) -> Result<Reply> {
    let ways = domain.ways(&caller).await?;
    let Some(way) = ways.iter().find(|way| way.kind == kind && identities::mark(&way.subject) == subject) else {
        // A second tap finds it gone, and that is what it wanted.
        return Ok(Reply::ShowAndSay(identities::list(&localizer, &ways), localizer.text("bot-identity-not-found")));
    };
    let gone = domain.unlink(&caller, &way.kind, &way.subject).await?;
    let word = localizer.html("bot-identity-removed", &[("what", Text(&gone.shown()))]);
    Ok(Reply::ShowAndSay(identities::list(&localizer, &domain.ways(&caller).await?), word))
}

/// What happened to the account.
pub(crate) async fn activity(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let found = domain.events(&caller, None, ACTIVITY_LINES).await?;
    Ok(Reply::Show(identities::activity(&localizer, &found.lines, (domain.now(), domain.public_url()))))
}

/// Delete the account? Asks.
pub(crate) async fn ask_deletion(domain: Domain, localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(identities::ask_deletion(&localizer, domain.now())))
}

/// Yes, delete it.
pub(crate) async fn leave(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let at = domain.leave(&caller).await?;
    Ok(Reply::Show(identities::leaving(&localizer, at)))
}

/// Keep it after all. A second tap finds it kept.
pub(crate) async fn keep(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    domain.cancel_deletion(&caller).await?;
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::ShowAndSay(messages::menu(&localizer, &user, plan), localizer.text("bot-deletion-cancelled")))
}

/// What whoever asked for deletion is told, whatever they want; nothing to whoever did not.
pub(crate) fn instead(caller: &SignedIn, localizer: &Localizer) -> Option<messages::Screen> {
    caller.account().leaving_at.map(|at| identities::leaving(localizer, at))
}
