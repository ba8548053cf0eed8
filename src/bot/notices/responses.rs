//! Responses to a warning: "it was me", or "not me", which ends the session.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::localizer::Localizer;
use crate::messages::notices::warnings;
use crate::model::api_key::KeyId;
use crate::model::session::SessionId;

pub(crate) async fn was_me(domain: Domain, caller: SignedIn, localizer: Localizer, id: SessionId) -> Result<Reply> {
    let session = domain.disputed_session(&caller, id).await?;
    Ok(Reply::Show(warnings::was_me(&localizer, session.as_ref())))
}

/// Confirms the use of a key from a new network.
pub(crate) async fn key_use_was_me(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    Ok(Reply::Show(warnings::key_was_me(&localizer, &domain.key(&caller, id).await?.key)))
}

pub(crate) async fn not_me(domain: Domain, caller: SignedIn, localizer: Localizer, id: SessionId) -> Result<Reply> {
    let session = domain.disown_session(&caller, id).await?;
    Ok(Reply::Show(warnings::not_me(&localizer, session.as_ref(), domain.public_url())))
}
