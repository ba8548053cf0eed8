//! Keys that were pasted into a chat: the state of each, and a warning to the owner of one that was posted in a group.

use std::collections::BTreeSet;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::Result;
use crate::model::api_key::{ApiKey, KeyDigest, KeySlot, KeyState};
use crate::model::notices::notice::Notice;
use crate::store::notices::notice_queue::AddNotice;

/// A pasted key of the person who pasted it.
#[derive(Clone, Debug)]
pub struct PastedKey {
    /// The key.
    pub key: ApiKey,
    /// State of the pasted secret.
    pub state: PastedKeyState,
}

/// State of a pasted secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PastedKeyState {
    /// It works.
    Valid,
    /// It works again with a plan that has API access.
    Paused,
    /// The key has expired.
    Expired,
    /// The key was revoked.
    Revoked,
    /// A rotation replaced it, and its grace period is over.
    Replaced,
}

/// Fate of a message in a group that contained keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostedMessage {
    /// The bot deleted it.
    Deleted,
    /// It is still there.
    Remains,
}

impl Domain {
    /// Returns the caller's key that has, or once had, this secret.
    pub async fn pasted_key(&self, caller: &SignedIn, digest: &KeyDigest) -> Result<Option<PastedKey>> {
        let (store, owner) = (&self.inner.store, &caller.account);
        let found = match store.key_by_digest(digest).await? {
            Some((key, slot)) => {
                let is_over = slot == KeySlot::Previous && key.old_secret(self.now()).is_none();
                Some((key, is_over))
            }
            None => store.key_of_replaced_secret(digest).await?.map(|key| (key, true)),
        };
        let Some((key, is_replaced)) = found.filter(|(key, _)| key.account_id == owner.id) else { return Ok(None) };
        let listed = self.listed(key, owner);
        let state = match listed.state {
            KeyState::Revoked => PastedKeyState::Revoked,
            _ if is_replaced => PastedKeyState::Replaced,
            KeyState::Expired => PastedKeyState::Expired,
            KeyState::Disabled => PastedKeyState::Paused,
            KeyState::Active => PastedKeyState::Valid,
        };
        Ok(Some(PastedKey { key: listed.key, state }))
    }

    /// Warns the owners of keys that were posted in a group, each key once a day. Keys that no longer work are passed over.
    pub async fn warn_of_posted_keys(&self, digests: &[KeyDigest], message: PostedMessage) -> Result<()> {
        let (now, mut warned) = (self.now(), BTreeSet::new());
        for digest in digests {
            let found = self.inner.store.key_by_digest(digest).await?;
            let Some((key, _)) = found.filter(|(key, slot)| key.works_until(*slot, now)) else { continue };
            if !warned.insert(key.id) {
                continue;
            }
            let idempotency_key = format!("key_posted:{}:{}", key.id, now.midnight().0);
            let deleted = message == PostedMessage::Deleted;
            let notice = Notice::KeyPosted { key: key.id.0, name: key.name, masked: key.masked, deleted };
            self.inner.store.write(AddNotice { account: key.account_id, notice, idempotency_key, now }).await?;
        }
        if !warned.is_empty() {
            self.inner.notices.notify_one();
        }
        Ok(())
    }
}
