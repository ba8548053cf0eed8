//! Another secret for a key, in chat.

use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::reply::{Reply, UndeliveredSecret};
use crate::domain::accounts::profile::SignedIn;
use crate::domain::api_keys::keys::KeyRotation;
use crate::domain::{Domain, Error, Refusal};
use crate::messages;
use crate::messages::localizer::Localizer;
use crate::model::api_key::KeyId;

pub(crate) async fn ask_grace(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    domain.may_issue_key(&caller)?;
    Ok(Reply::Show(messages::api_keys::rotation::ask_grace(&localizer, &domain.key(&caller, id).await?.key)))
}

/// Rotates the key whose secret ends like that. After a second tap it ends otherwise, and stays; the same tap, delivered again
/// because we died over it, gets another secret, for nobody may have seen the first.
pub(crate) async fn rotate(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    context: UpdateContext,
    (id, grace, end): (KeyId, i64, String),
) -> Result<Reply> {
    let masked = domain.key(&caller, id).await?.key.masked;
    // No secret looks like nothing.
    let only = Some(if masked.ends_with(&end) { masked } else { String::new() });
    let once = Some(format!("telegram:{}", context.update_id));
    match domain.rotate(&caller, id, KeyRotation { grace, only, once }).await {
        Err(Error::Refused(Refusal::AlreadyDone)) => {
            let card = messages::api_keys::keys::card(&localizer, &domain.key(&caller, id).await?, (0, domain.now()));
            Ok(Reply::ShowAndSay(card, localizer.text("bot-already-rotated")))
        }
        issued => {
            let screen = messages::api_keys::rotation::rotated(&localizer, &issued?, domain.now());
            Ok(Reply::Reveal(screen, UndeliveredSecret::Next(id, grace)))
        }
    }
}
