//! Sign-in methods in chat: list, add and unlink.

use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::reply::Reply;
use crate::bot::sign_in;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::IdentityError;
use crate::domain::{Domain, Refusal};
use crate::messages::accounts::identities;
use crate::messages::callback_data::IdentityRef;
use crate::messages::localizer::Localizer;
use crate::model::text::texts::TextArg::Text;

/// Lists the person's sign-in methods.
pub(crate) async fn list(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(identities::list(&localizer, &domain.identities(&caller).await?)))
}

/// Sends a sign-in link to the page where another sign-in method can be added.
pub(crate) async fn add(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let token = domain.make_sign_in_link(&caller).await?;
    let link = sign_in::address(&domain, &token, "&next=%2Fweb%2Fprofile%2Fsecurity");
    Ok(Reply::Link(identities::add(&localizer, &link), token))
}

/// Asks for confirmation before a sign-in method is unlinked.
pub(crate) async fn ask_unlink(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    identity: IdentityRef,
) -> Result<Reply> {
    let own = domain.identities(&caller).await?;
    if own.len() < 2 {
        return Err(Refusal::Identity(IdentityError::Last).into());
    }
    let identity = identity.find(&own).ok_or(Refusal::Identity(IdentityError::NotFound))?;
    Ok(Reply::Show(identities::ask_unlink(&localizer, identity)))
}

/// Unlinks a sign-in method.
pub(crate) async fn unlink(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    identity: IdentityRef,
) -> Result<Reply> {
    let own = domain.identities(&caller).await?;
    let Some(identity) = identity.find(&own) else {
        // After a double tap it is already unlinked, which is what the person wanted.
        return Ok(Reply::ShowAndSay(identities::list(&localizer, &own), localizer.text("bot-identity-not-found")));
    };
    let removed = domain.unlink(&caller, &identity.kind, &identity.subject).await?;
    let toast = localizer.html("bot-identity-removed", &[("what", Text(&removed.display_name()))]);
    Ok(Reply::ShowAndSay(identities::list(&localizer, &domain.identities(&caller).await?), toast))
}

/// Undoes a change of the sign-in methods. The person may have no other account than the one that lost their Telegram.
pub(crate) async fn undo(domain: Domain, context: UpdateContext, localizer: Localizer, id: i64) -> Result<Reply> {
    let undone = domain.undo_in_chat(context.person, id).await?;
    Ok(Reply::Show(identities::undone(&localizer, &undone)))
}
