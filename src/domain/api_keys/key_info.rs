//! A key asks about itself.

use crate::domain::Domain;
use crate::domain::accounts::profile::User;
use crate::domain::api_keys::key_cache::Look;
use crate::domain::api_keys::keys::ListedKey;
use crate::domain::error::{BadToken, Refusal, Result};
use crate::domain::rate_limits::Quota;
use crate::model::api_key::{KeyState, PlainKey, Which};

/// What a key may know of itself.
#[derive(Clone, Debug)]
pub struct AboutKey {
    /// The key, `active` or `disabled`.
    pub listed: ListedKey,
    /// Its owner.
    pub user: User,
    /// What is left of the owner's requests; nothing is said where none may be made.
    pub quota: Option<Quota>,
    /// Which of its secrets asks.
    pub which: Which,
}

impl Domain {
    /// Tells a key about itself; it costs nothing of the limit and does not count as a use. A key of a plan without API access
    /// is told so, and nothing more is wrong with it; one that is no good is refused as a request with it would be.
    pub async fn about_key(&self, key: &str) -> Result<AboutKey> {
        let plain = PlainKey::parse(key).ok_or(BadToken::KeyUnknown)?;
        if matches!(self.parts.keyring.look(&plain.digest(), self.now()), Look::Unknown) {
            return Err(BadToken::KeyUnknown.into());
        }
        let (key, which) = self.parts.store.key_by_digest(&plain.digest()).await?.ok_or(BadToken::KeyUnknown)?;
        let owner = self.parts.store.account(key.account_id).await?.ok_or(BadToken::KeyUnknown)?;
        if key.revoked_at.is_some() {
            return Err(BadToken::KeyRevoked.into());
        }
        if !key.works_by(which, self.now()) {
            return Err(BadToken::KeyExpired.into());
        }
        if owner.banned_at.is_some() {
            return Err(Refusal::Banned.into());
        }
        if owner.leaving_at.is_some() {
            return Err(Refusal::Leaving.into());
        }
        let listed = self.listed(key, &owner);
        let quota = match listed.state {
            KeyState::Active => {
                Some(self.look_at_quota(&self.parts.keyring.holder(owner.id), self.plan_of(&owner)).await)
            }
            _ => None,
        };
        Ok(AboutKey { listed, user: self.user(&owner), quota, which })
    }
}
