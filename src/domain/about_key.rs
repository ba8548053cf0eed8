//! A key asks about itself.

use crate::domain::Domain;
use crate::domain::error::{BadToken, Refusal, Result};
use crate::domain::keys::ListedKey;
use crate::domain::limits::Quota;
use crate::domain::people::User;
use crate::model::api_key::{ApiAccess, KeyState, PlainKey};

/// What a key may know of itself.
#[derive(Clone, Debug)]
pub struct AboutKey {
    /// The key, `active` or `disabled`.
    pub listed: ListedKey,
    /// Its owner.
    pub user: User,
    /// What is left of the owner's requests; nothing is said where none may be made.
    pub quota: Option<Quota>,
}

impl Domain {
    /// Tells a key about itself; it costs nothing of the limit and does not count as a use. A key of a plan without API access
    /// is told so, and nothing more is wrong with it; one that is no good is refused as a request with it would be.
    pub async fn about_key(&self, key: &str) -> Result<AboutKey> {
        let plain = PlainKey::parse(key).ok_or(BadToken::KeyUnknown)?;
        let (key, owner) = self.parts.store.key_by_digest(&plain.digest()).await?.ok_or(BadToken::KeyUnknown)?;
        let plan = self.plan_of(&owner);
        let access = if plan.api_access { ApiAccess::Yes } else { ApiAccess::No };
        let state = key.state(access, self.now());
        match state {
            KeyState::Revoked => return Err(BadToken::KeyRevoked.into()),
            KeyState::Expired => return Err(BadToken::KeyExpired.into()),
            KeyState::Active | KeyState::Disabled if owner.banned_at.is_some() => return Err(Refusal::Banned.into()),
            KeyState::Active | KeyState::Disabled => {}
        }
        let millis = self.parts.nature.clock.millis();
        let quota = (state == KeyState::Active).then(|| self.parts.limits.peek(owner.id, plan, millis));
        Ok(AboutKey { listed: ListedKey { key, state }, user: self.user(&owner), quota })
    }
}
