//! API keys of an account: issue, list, rename, rotate, revoke.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::billing::plan_upgrade::PlanNeed;
use crate::domain::error::{CredentialError, Error, Refusal, Result};
use crate::domain::rate_limits::write_limits::WriteCost;
use crate::model::accounts::account::Account;
use crate::model::accounts::activity::ActivityEvent;
use crate::model::api_key::{ApiAccess, ApiKey, KeyId, KeyName, KeyState, PlainKey, PreviousSecret};
use crate::model::billing::plan::Plan;
use crate::store::accounts::activity::WithActivity;
use crate::store::api_keys::keys::{AddKey, AddKeyOutcome, RenameKey, RenameKeyOutcome, RevokeKey};
use crate::store::api_keys::keys_with_notice::{AddKeyWithNotice, RotateKeyWithNotice};
use crate::store::api_keys::rotation::RotateKey;

pub use crate::store::api_keys::keys::RepeatPolicy;

/// Longest lifetime of a key, in days.
const MAX_LIFETIME_DAYS: i64 = 3650;

/// Default grace period of a rotation, in seconds: one day.
pub const DEFAULT_GRACE_SECS: i64 = 86_400;
/// Longest grace period of a rotation, in seconds: one week.
pub const MAX_GRACE_SECS: i64 = 7 * 86_400;

/// Request for a new key.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Name of the key, unique among the account's live keys.
    pub name: KeyName,
    /// Days until the key expires; `None` for no expiry.
    pub expires_in_days: Option<i64>,
    /// Idempotency key. A repeated request creates no second key.
    pub idempotency_key: Option<String>,
    /// Answer to a repeated request.
    pub on_repeat: RepeatPolicy,
}

/// Request to rotate a key.
#[derive(Clone, Debug)]
pub struct KeyRotation {
    /// Time for which the present secret stays valid, in seconds.
    pub grace: i64,
    /// Masked form of the present secret; the rotation applies only if it still matches.
    pub shown_masked: Option<String>,
    /// Idempotency key. A repeated request gets another secret because its first answer may have been lost.
    pub idempotency_key: Option<String>,
}

/// A key as its owner sees it.
#[derive(Clone, Debug)]
pub struct ListedKey {
    /// Stored record of the key.
    pub key: ApiKey,
    /// State of the key now.
    pub state: KeyState,
    /// Secret from before the latest rotation, while its grace period lasts.
    pub old_secret: Option<PreviousSecret>,
}

/// A key that was just created. Its secret is available only here.
#[derive(Debug)]
pub struct IssuedKey {
    /// The key as it will be listed.
    pub listed: ListedKey,
    /// Plain secret; only its digest is stored.
    pub plain: PlainKey,
}

/// Activity event of a key that was created.
fn created_event(added: &AddKeyOutcome) -> Option<ActivityEvent> {
    match added {
        AddKeyOutcome::Done(key) => Some(ActivityEvent::KeyCreated { name: key.name.clone() }),
        AddKeyOutcome::NameTaken | AddKeyOutcome::TooMany | AddKeyOutcome::Before | AddKeyOutcome::Gone => None,
    }
}

/// Parses the name of a key. Refuses the field `name` if it is invalid.
pub fn name(text: &str) -> Result<KeyName> {
    Ok(KeyName::parse(text).map_err(|message| Refusal::field("name", message))?)
}

/// Checks the lifetime of a key. The error completes the sentence "field …".
pub fn check_lifetime_days(days: i64) -> std::result::Result<(), &'static str> {
    if (1..=MAX_LIFETIME_DAYS).contains(&days) { Ok(()) } else { Err("must be from 1 to 3650") }
}

/// Checks the grace period of a rotation. The error completes the sentence "field …".
pub fn check_grace_secs(seconds: i64) -> std::result::Result<(), &'static str> {
    if (0..=MAX_GRACE_SECS).contains(&seconds) { Ok(()) } else { Err("must be from 0 to 604800") }
}

impl Domain {
    /// Returns the caller's live keys, oldest first.
    pub async fn keys(&self, caller: &SignedIn) -> Result<Vec<ListedKey>> {
        let keys = self.inner.store.keys(caller.account.id).await?;
        Ok(keys.into_iter().map(|key| self.listed(key, &caller.account)).collect())
    }

    /// Returns one of the caller's live keys.
    pub async fn key(&self, caller: &SignedIn, id: KeyId) -> Result<ListedKey> {
        let key = self.inner.store.key(caller.account.id, id).await?.ok_or(Refusal::KeyNotFound)?;
        Ok(self.listed(key, &caller.account))
    }

    /// Refuses if the caller's plan does not include API access, so that nobody is asked about a key first.
    pub fn may_use_keys(&self, caller: &SignedIn) -> Result<()> {
        self.with_api_access(&caller.account).map(drop)
    }

    /// Refuses if the caller cannot have another key, so that nobody is asked for a name first.
    pub async fn may_issue_key(&self, caller: &SignedIn) -> Result<()> {
        let plan = self.with_api_access(&caller.account)?;
        let keys = self.keys(caller).await?;
        let count = keys.iter().filter(|listed| listed.state != KeyState::Expired).count();
        let is_full = u32::try_from(count).is_ok_and(|count| count >= plan.keys);
        if is_full { Err(self.too_many_keys(plan)) } else { Ok(()) }
    }

    /// Issues a key. Its secret is in the answer and is stored nowhere.
    pub async fn issue_key(&self, caller: &SignedIn, request: NewKey) -> Result<IssuedKey> {
        self.require_key_rights(caller)?;
        let plan = self.with_api_access(&caller.account)?;
        self.admit_chat_write(caller, WriteCost::Expensive).await?;
        let lifetime = request.expires_in_days.map_or(Ok(()), check_lifetime_days);
        lifetime.map_err(|message| Refusal::field("expires_in_days", message))?;
        let expires_at = request.expires_in_days.map(|days| self.now().plus(days * 86_400));
        let plain = PlainKey::new(self.rng());
        let name = request.name.as_str().to_owned();
        let add = AddKey {
            account: caller.account.id,
            name: request.name,
            digest: plain.digest(),
            masked: plain.masked(),
            expires_at,
            limit: i64::from(plan.keys),
            idempotency_key: request.idempotency_key.map(|key| format!("{}:{key}", caller.account.id)),
            on_repeat: request.on_repeat,
            now: self.now(),
        };
        // No notice in chat: the answer itself is visible there.
        let (account, by) = (caller.account.id, caller.by());
        let added = if caller.session.is_some() || caller.app.is_some() {
            let add = AddKeyWithNotice { add, app: caller.app.as_ref().map(|app| app.name.clone()) };
            let added = self.write_and_invalidate(account, WithActivity::new(add, by, created_event)).await?;
            self.inner.notices.notify_one();
            added
        } else {
            self.write_and_invalidate(account, WithActivity::new(add, by, created_event)).await?
        };
        match added {
            AddKeyOutcome::Done(key) => Ok(IssuedKey { listed: self.listed(key, &caller.account), plain }),
            AddKeyOutcome::NameTaken => Err(Refusal::KeyNameTaken(name).into()),
            AddKeyOutcome::TooMany => Err(self.too_many_keys(plan)),
            AddKeyOutcome::Before => Err(Refusal::AlreadyDone.into()),
            AddKeyOutcome::Gone => Err(CredentialError::SessionEnded.into()),
        }
    }

    /// Renames one of the caller's keys.
    pub async fn rename_key(&self, caller: &SignedIn, id: KeyId, name: KeyName) -> Result<ListedKey> {
        self.admit_chat_write(caller, WriteCost::Ordinary).await?;
        let account = caller.account.id;
        let now = self.now();
        let rename = RenameKey { account, key: id, name: name.clone(), now };
        let rename = WithActivity::new(rename, caller.by(), |renamed| match renamed {
            RenameKeyOutcome::Done(key) => Some(ActivityEvent::KeyRenamed { name: key.name.clone() }),
            RenameKeyOutcome::Unchanged(_) | RenameKeyOutcome::NameTaken | RenameKeyOutcome::Missing => None,
        });
        match self.write_and_invalidate(account, rename).await? {
            RenameKeyOutcome::Done(key) | RenameKeyOutcome::Unchanged(key) => Ok(self.listed(key, &caller.account)),
            RenameKeyOutcome::NameTaken => Err(Refusal::KeyNameTaken(name.as_str().to_owned()).into()),
            RenameKeyOutcome::Missing => Err(Refusal::KeyNotFound.into()),
        }
    }

    /// Revokes one of the caller's keys. Once this returns, no request with it passes.
    pub async fn revoke_key(&self, caller: &SignedIn, id: KeyId) -> Result<ApiKey> {
        let (account, now) = (caller.account.id, self.now());
        let revoke = WithActivity::new(RevokeKey { account, key: id, now }, caller.by(), |key| {
            key.as_ref().map(|key| ActivityEvent::KeyRevoked { name: key.name.clone() })
        });
        Ok(self.write_and_invalidate(account, revoke).await?.ok_or(Refusal::KeyNotFound)?)
    }

    /// Replaces the secret of one of the caller's keys; the present one stays valid for `grace` seconds. If repeated
    /// before the new secret was used, it replaces the unused one, and the secret in use stays. The first answer may
    /// have been lost.
    pub async fn rotate_key(&self, caller: &SignedIn, id: KeyId, grace: i64) -> Result<IssuedKey> {
        self.rotate(caller, id, KeyRotation { grace, shown_masked: None, idempotency_key: None }).await
    }

    /// Like [`Self::rotate_key`], with the conditions of [`KeyRotation`]: a second tap or a form sent again does
    /// nothing.
    pub async fn rotate(&self, caller: &SignedIn, id: KeyId, request: KeyRotation) -> Result<IssuedKey> {
        self.require_key_rights(caller)?;
        let KeyRotation { grace, shown_masked, idempotency_key } = request;
        self.with_api_access(&caller.account)?;
        check_grace_secs(grace).map_err(|message| Refusal::field("grace_seconds", message))?;
        self.admit_chat_write(caller, WriteCost::Expensive).await?;
        // The rotation depends on which secret was used last, so pending uses are written first.
        self.flush_last_used().await?;
        let plain = PlainKey::new(self.rng());
        let (account, digest, masked) = (caller.account.id, plain.digest(), plain.masked());
        let now = self.now();
        let rotate = RotateKey { account, key: id, digest, masked, grace, shown_masked, idempotency_key, now };
        let event = |key: &Option<ApiKey>| key.as_ref().map(|key| ActivityEvent::KeyRotated { name: key.name.clone() });
        let by = caller.by();
        // No notice in chat: the answer itself is visible there.
        let rotated = if caller.session.is_some() || caller.app.is_some() {
            let rotate = RotateKeyWithNotice { rotate, app: caller.app.as_ref().map(|app| app.name.clone()) };
            let rotated = self.write_and_invalidate(account, WithActivity::new(rotate, by, event)).await?;
            self.inner.notices.notify_one();
            rotated
        } else {
            self.write_and_invalidate(account, WithActivity::new(rotate, by, event)).await?
        };
        let Some(key) = rotated else {
            // The key no longer exists, or has another secret by now.
            self.key(caller, id).await?;
            return Err(Refusal::AlreadyDone.into());
        };
        Ok(IssuedKey { listed: self.listed(key, &caller.account), plain })
    }

    /// Returns the account's plan if it includes API access.
    pub(in crate::domain) fn with_api_access(&self, account: &Account) -> Result<&Plan> {
        let plan = self.plan_of_account(account);
        if plan.api_access { Ok(plan) } else { Err(self.insufficient(plan)) }
    }

    /// Refusal for a plan without API access, with the plans that have it and where to get one.
    pub(in crate::domain) fn insufficient(&self, plan: &Plan) -> Error {
        let with_access = self.plans().iter().filter(|plan| plan.api_access).map(|plan| plan.title.clone());
        let (plan, upgrade) = (plan.title.clone(), self.plan_upgrade());
        Refusal::InsufficientPlan { plan, plans: with_access.collect(), upgrade }.into()
    }

    /// Refusal for a plan whose keys are all used, with the way to more if any plan has more.
    pub(in crate::domain) fn too_many_keys(&self, plan: &Plan) -> Error {
        let upgrade = self.has_larger_plan(plan, PlanNeed::MoreKeys).then(|| self.plan_upgrade());
        Refusal::TooManyKeys { limit: plan.keys, upgrade }.into()
    }

    /// Presents a key to its owner.
    pub(in crate::domain) fn listed(&self, key: ApiKey, owner: &Account) -> ListedKey {
        let access = if self.plan_of_account(owner).api_access { ApiAccess::Yes } else { ApiAccess::No };
        ListedKey { state: key.state(access, self.now()), old_secret: key.old_secret(self.now()), key }
    }
}
