//! Another secret for a key, in chat.

use crate::bot::Result;
use crate::bot::reply::{Reply, Unseen};
use crate::bot::screens;
use crate::bot::speaker::Speaker;
use crate::domain::Domain;
use crate::domain::people::SignedIn;
use crate::model::api_key::KeyId;

pub(crate) async fn ask_grace(domain: Domain, caller: SignedIn, speaker: Speaker, id: KeyId) -> Result<Reply> {
    domain.may_issue_key(&caller)?;
    Ok(Reply::Show(screens::rotation::ask_grace(&speaker, &domain.key(&caller, id).await?.key)))
}

/// Rotates the key whose secret ends like that. After a second tap it ends otherwise, and stays.
pub(crate) async fn rotate(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    (id, grace, end): (KeyId, i64, String),
) -> Result<Reply> {
    let listed = domain.key(&caller, id).await?;
    if !listed.key.masked.ends_with(&end) {
        let card = screens::key(&speaker, &listed, domain.now());
        return Ok(Reply::ShowAndSay(card, speaker.say("bot-rotated-before")));
    }
    let issued = domain.rotate_key(&caller, id, grace).await?;
    Ok(Reply::Reveal(screens::rotation::rotated(&speaker, &issued, domain.now()), Unseen::Next(id, grace)))
}
