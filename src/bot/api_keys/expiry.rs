//! Expiry of keys in chat: chosen when a key is made, and changed later.

use crate::bot::api_keys::keys::{self, KeyQuestion};
use crate::bot::context::Result;
use crate::bot::reply::{Reply, ReplyContext};
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::api_keys::expiry;
use crate::messages::api_keys::keys::{detailed_card, page_of};
use crate::messages::callback_data::{ExpiryChoice, ExpiryDays};
use crate::messages::localizer::Localizer;
use crate::model::api_key::KeyId;

/// Creates the key whose name the person gave last. A second tap finds no open question and shows the keys.
pub(crate) async fn issue(domain: Domain, context: ReplyContext, days: ExpiryDays) -> Result<Reply> {
    let dialogue = domain.question(context.update.person).await?.unwrap_or_default().step;
    if let Some(KeyQuestion::Expiry(name)) = KeyQuestion::parse(&dialogue, context.update.update_id) {
        return keys::issue(&domain, &context, &name, days.0).await;
    }
    let screen = keys::page_screen(&domain, &context.caller, &context.localizer, 0).await?;
    Ok(Reply::ShowAndSay(screen, context.localizer.text("bot-stale")))
}

/// Asks when a key should expire.
pub(crate) async fn ask(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    Ok(Reply::Show(expiry::ask(&localizer, &domain.key(&caller, id).await?)))
}

/// Changes when a key expires, and shows its card.
pub(crate) async fn set(domain: Domain, caller: SignedIn, localizer: Localizer, choice: ExpiryChoice) -> Result<Reply> {
    let ExpiryChoice { key, days } = choice;
    domain.set_key_expiry(&caller, key, days.0).await?;
    let page = page_of(&domain.keys(&caller).await?, key);
    let card = detailed_card(&localizer, &domain.key_details(&caller, key).await?, page, domain.now());
    Ok(Reply::ShowAndSay(card, localizer.text("bot-key-expiry-set")))
}
