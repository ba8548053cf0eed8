//! Keys: made, listed, renamed, revoked by their owner.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{CredentialError, Error, Refusal, Result};
use crate::model::accounts::account::Account;
use crate::model::accounts::activity::ActivityEvent;
use crate::model::api_key::{ApiAccess, ApiKey, KeyId, KeyName, KeyState, PlainKey, PreviousSecret};
use crate::model::billing::plan::Plan;
use crate::store::accounts::activity::WithActivity;
use crate::store::api_keys::keys::{AddKey, AddKeyOutcome, RenameKey, RenameKeyOutcome, RevokeKey, RotateKey};
use crate::store::api_keys::keys_with_notice::{AddKeyWithNotice, RotateKeyWithNotice};

pub use crate::store::api_keys::keys::RepeatPolicy;

/// The longest a key may be asked to live, in days.
const MAX_LIFETIME_DAYS: i64 = 3650;

/// The grace of a secret that was replaced if none is asked for, in seconds: a day.
pub const DEFAULT_GRACE_SECS: i64 = 86_400;
/// The longest grace of a secret that was replaced, in seconds: a week.
pub const MAX_GRACE_SECS: i64 = 7 * 86_400;

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What its owner calls it.
    pub name: KeyName,
    /// When it stops working by itself, in days from now.
    pub expires_in_days: Option<i64>,
    /// The request it is made for. Asked again with the same, no second key is made.
    pub once: Option<String>,
    /// What the same request gets when it is made again.
    pub on_repeat: RepeatPolicy,
}

/// How a key is to be rotated.
#[derive(Clone, Debug)]
pub struct KeyRotation {
    /// How long the secret in use works on, in seconds.
    pub grace: i64,
    /// Only if its secret begins and ends like this.
    pub only: Option<String>,
    /// The request that asks. Made again, it gets another secret: its first answer may never have arrived.
    pub once: Option<String>,
}

/// A key as its owner sees it.
#[derive(Clone, Debug)]
pub struct ListedKey {
    /// What is stored of it.
    pub key: ApiKey,
    /// Whether it works now.
    pub state: KeyState,
    /// The secret before the latest rotation, while it still works.
    pub old_secret: Option<PreviousSecret>,
}

/// A key that was just made: the only time its secret is there.
#[derive(Debug)]
pub struct IssuedKey {
    /// The key as it will be listed.
    pub listed: ListedKey,
    /// The secret.
    pub plain: PlainKey,
}

/// What is written down of a key that was made.
fn made(added: &AddKeyOutcome) -> Option<ActivityEvent> {
    match added {
        AddKeyOutcome::Done(key) => Some(ActivityEvent::KeyMade { name: key.name.clone() }),
        AddKeyOutcome::NameTaken | AddKeyOutcome::TooMany | AddKeyOutcome::Before | AddKeyOutcome::Gone => None,
    }
}

/// Takes a name for a key, or refuses it by its field.
pub fn name(text: &str) -> Result<KeyName> {
    Ok(KeyName::parse(text).map_err(|message| Refusal::field("name", message))?)
}

impl Domain {
    /// The caller's live keys, oldest first.
    pub async fn keys(&self, caller: &SignedIn) -> Result<Vec<ListedKey>> {
        let keys = self.inner.store.keys(caller.account.id).await?;
        Ok(keys.into_iter().map(|key| self.listed(key, &caller.account)).collect())
    }

    /// One of the caller's live keys.
    pub async fn key(&self, caller: &SignedIn, id: KeyId) -> Result<ListedKey> {
        let key = self.inner.store.key(caller.account.id, id).await?.ok_or(Refusal::KeyNotFound)?;
        Ok(self.listed(key, &caller.account))
    }

    /// Whether the caller's plan lets them make keys: to say so before they are asked for a name.
    pub fn may_issue_key(&self, caller: &SignedIn) -> Result<()> {
        self.with_api_access(&caller.account).map(drop)
    }

    /// Makes a key. Its secret is in the answer and nowhere else.
    pub async fn issue_key(&self, caller: &SignedIn, ask: NewKey) -> Result<IssuedKey> {
        let plan = self.with_api_access(&caller.account)?;
        let expires_at = match ask.expires_in_days {
            Some(days) if (1..=MAX_LIFETIME_DAYS).contains(&days) => Some(self.now().plus(days * 86_400)),
            Some(_) => return Err(Refusal::field("expires_in_days", "must be from 1 to 3650").into()),
            None => None,
        };
        let plain = PlainKey::new(self.rng());
        let name = ask.name.as_str().to_owned();
        let add = AddKey {
            account: caller.account.id,
            name: ask.name,
            digest: plain.digest(),
            masked: plain.masked(),
            expires_at,
            limit: i64::from(plan.keys),
            idempotency_key: ask.once.map(|once| format!("{}:{once}", caller.account.id)),
            on_repeat: ask.on_repeat,
            now: self.now(),
        };
        // In chat they see it with their own eyes.
        let (account, by) = (caller.account.id, (caller.account.id, caller.by(), self.now()));
        let added = if caller.session.is_some() {
            let added =
                self.write_and_invalidate(account, WithActivity::new(AddKeyWithNotice { add }, by, made)).await?;
            self.inner.notices.notify_one();
            added
        } else {
            self.write_and_invalidate(account, WithActivity::new(add, by, made)).await?
        };
        match added {
            AddKeyOutcome::Done(key) => Ok(IssuedKey { listed: self.listed(key, &caller.account), plain }),
            AddKeyOutcome::NameTaken => Err(Refusal::KeyNameTaken(name).into()),
            AddKeyOutcome::TooMany => Err(Refusal::TooManyKeys { limit: plan.keys }.into()),
            AddKeyOutcome::Before => Err(Refusal::AlreadyDone.into()),
            AddKeyOutcome::Gone => Err(CredentialError::SessionEnded.into()),
        }
    }

    /// Gives one of the caller's keys another name.
    pub async fn rename_key(&self, caller: &SignedIn, id: KeyId, name: KeyName) -> Result<ListedKey> {
        let account = caller.account.id;
        let now = self.now();
        let rename = RenameKey { account, key: id, name: name.clone(), now };
        let rename = WithActivity::new(rename, (account, caller.by(), now), |renamed| match renamed {
            RenameKeyOutcome::Done(key) => Some(ActivityEvent::KeyRenamed { name: key.name.clone() }),
            RenameKeyOutcome::NameTaken | RenameKeyOutcome::Missing => None,
        });
        match self.write_and_invalidate(account, rename).await? {
            RenameKeyOutcome::Done(key) => Ok(self.listed(key, &caller.account)),
            RenameKeyOutcome::NameTaken => Err(Refusal::KeyNameTaken(name.as_str().to_owned()).into()),
            RenameKeyOutcome::Missing => Err(Refusal::KeyNotFound.into()),
        }
    }

    /// Revokes one of the caller's keys: once this returns, not one request with it passes.
    pub async fn revoke_key(&self, caller: &SignedIn, id: KeyId) -> Result<ApiKey> {
        let (account, now) = (caller.account.id, self.now());
        let revoke = WithActivity::new(RevokeKey { account, key: id, now }, (account, caller.by(), now), |key| {
            key.as_ref().map(|key| ActivityEvent::KeyRevoked { name: key.name.clone() })
        });
        Ok(self.write_and_invalidate(account, revoke).await?.ok_or(Refusal::KeyNotFound)?)
    }

    /// Gives one of the caller's keys another secret; the one in use works on for `grace` seconds. Asked again before the new
    /// secret was ever used (its answer may never have arrived), it makes another new one, and the one in use stays in use.
    pub async fn rotate_key(&self, caller: &SignedIn, id: KeyId, grace: i64) -> Result<IssuedKey> {
        self.rotate(caller, id, KeyRotation { grace, only: None, once: None }).await
    }

    /// The same, but only if the secret is still the one that was looked at: a second tap, or a page sent again, does nothing.
    pub async fn rotate(&self, caller: &SignedIn, id: KeyId, ask: KeyRotation) -> Result<IssuedKey> {
        let KeyRotation { grace, only, once } = ask;
        self.with_api_access(&caller.account)?;
        if !(0..=MAX_GRACE_SECS).contains(&grace) {
            return Err(Refusal::field("grace_seconds", "must be from 0 to 604800").into());
        }
        // So that the use of either secret is known.
        self.flush_last_used().await?;
        let plain = PlainKey::new(self.rng());
        let (account, digest, masked) = (caller.account.id, plain.digest(), plain.masked());
        let now = self.now();
        let rotate = RotateKey { account, key: id, digest, masked, grace, only, once, now };
        let event = |key: &Option<ApiKey>| key.as_ref().map(|key| ActivityEvent::KeyRotated { name: key.name.clone() });
        let noted = (account, caller.by(), now);
        // In chat they see it with their own eyes.
        let rotated = if caller.session.is_some() {
            let rotated = self
                .write_and_invalidate(account, WithActivity::new(RotateKeyWithNotice { rotate }, noted, event))
                .await?;
            self.inner.notices.notify_one();
            rotated
        } else {
            self.write_and_invalidate(account, WithActivity::new(rotate, noted, event)).await?
        };
        let Some(key) = rotated else {
            // It is gone, or has another secret by now.
            self.key(caller, id).await?;
            return Err(Refusal::AlreadyDone.into());
        };
        Ok(IssuedKey { listed: self.listed(key, &caller.account), plain })
    }

    /// One of the caller's live keys, by the key itself: for one that was pasted where it should not be.
    pub async fn own_key(&self, caller: &SignedIn, plain: &PlainKey) -> Result<Option<ApiKey>> {
        let found = self.inner.store.key_by_digest(&plain.digest()).await?;
        let own = found.filter(|(key, _)| key.account_id == caller.account.id && key.revoked_at.is_none());
        Ok(own.map(|(key, _)| key))
    }

    /// The account's plan, if it has API access.
    pub(in crate::domain) fn with_api_access(&self, account: &Account) -> Result<&Plan> {
        let plan = self.plan_of_account(account);
        if plan.api_access { Ok(plan) } else { Err(self.insufficient(plan)) }
    }

    /// That a plan has no API access, and where there is a better one.
    pub(in crate::domain) fn insufficient(&self, plan: &Plan) -> Error {
        let upgrade_at = format!("{}/web/billing", self.public_url());
        Refusal::InsufficientPlan { plan: plan.title.clone(), upgrade_at }.into()
    }

    /// A key as its owner sees it.
    pub(in crate::domain) fn listed(&self, key: ApiKey, owner: &Account) -> ListedKey {
        let access = if self.plan_of_account(owner).api_access { ApiAccess::Yes } else { ApiAccess::No };
        ListedKey { state: key.state(access, self.now()), old_secret: key.old_secret(self.now()), key }
    }
}
