//! First steps with a new key: the "ready" card after its secret was saved, and the check if it has made a request.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::api_keys::ready;
use crate::messages::localizer::Localizer;
use crate::model::api_key::KeyId;
use crate::model::text::telegram_html;

/// Deletes the message with the secret and sends the "ready" card.
pub(crate) async fn saved(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    let listed = domain.key(&caller, id).await;
    // A key that was revoked meanwhile has no card, but its message is deleted all the same.
    let card = listed.ok().map(|listed| ready::ready(&localizer, &listed.key, &domain.snippet_url()));
    Ok(Reply::DeleteTapped(localizer.text("bot-deleted"), card))
}

/// Says if the key has made a request, and what is left of the limit.
pub(crate) async fn test(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    let readiness = domain.key_readiness(&caller, id).await?;
    let answer = ready::answer(&localizer, &readiness);
    let card = ready::tested(&localizer, &readiness, &domain.snippet_url());
    let toast = telegram_html::plain(&answer).unwrap_or(answer);
    Ok(Reply::ShowAndSay(card, toast))
}
