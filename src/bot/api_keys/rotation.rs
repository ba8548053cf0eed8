//! Key rotation buttons: a key gets a new secret, and the old one stays valid through a grace period.

use crate::bot::context::Result;
use crate::bot::reply::{Reply, ReplyContext, SecretReveal, UndeliveredSecret};
use crate::domain::accounts::profile::SignedIn;
use crate::domain::api_keys::keys::KeyRotation;
use crate::domain::{Domain, Error, Refusal};
use crate::messages;
use crate::messages::callback_data::RotationChoice;
use crate::messages::localizer::Localizer;
use crate::model::api_key::KeyId;

pub(crate) async fn ask_grace(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    domain.may_use_keys(&caller)?;
    Ok(Reply::Show(messages::api_keys::rotation::ask_grace(&localizer, &domain.key(&caller, id).await?.key)))
}

/// Rotates a key if its current secret still ends with `end`.
///
/// A double tap finds another ending and changes nothing. The same tap redelivered after a crash gets another secret,
/// because the first one may never have been shown.
pub(crate) async fn rotate(domain: Domain, context: ReplyContext, choice: RotationChoice) -> Result<Reply> {
    let ReplyContext { update, caller, localizer, .. } = &context;
    let RotationChoice { key, grace, end } = choice;
    let masked = domain.key(caller, key).await?.key.masked;
    // The empty string matches no secret.
    let shown_masked = Some(if masked.ends_with(&end) { masked } else { String::new() });
    let idempotency_key = Some(update.idempotency_key());
    match domain.rotate(caller, key, KeyRotation { grace, shown_masked, idempotency_key }).await {
        Err(Error::Refused(Refusal::AlreadyDone)) => {
            let card = messages::api_keys::keys::card(localizer, &domain.key(caller, key).await?, 0, domain.now());
            Ok(Reply::ShowAndSay(card, localizer.text("bot-already-rotated")))
        }
        issued => {
            let issued = issued?;
            Ok(Reply::Reveal(Box::new(SecretReveal {
                screen: messages::api_keys::rotation::rotated(localizer, &issued, domain.now()),
                secret: UndeliveredSecret::Next(key, grace),
                result: messages::api_keys::rotation::done(localizer, &issued.listed, domain.now()),
            })))
        }
    }
}
