//! Identities: linking and unlinking the sign-in methods of an account.

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::accounts::identity::{DatedIdentity, Identity, IdentityKey};
use crate::model::mail::MailKind;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::accounts::identity_disabling::{ConfirmIdentity, RESET_PROTECTION_SECS};
use crate::store::accounts::identity_removal;
use crate::store::notices::identity_change::{IdentityChange, RemovedIdentity};
use crate::store::sign_in::email_tokens;
use crate::store::sign_in::proof_signature::ProofSignature;
use crate::store::{Result, Store, Tx, Write};

/// Lifetime of a merge offer, in seconds.
pub const MERGE_OFFER_LIFETIME_SECS: i64 = 600;

impl Store {
    /// Returns the account that an identity belongs to.
    pub async fn identity_owner(&self, kind: &str, subject: &str) -> Result<Option<AccountId>> {
        let sql = "select account_id from identity where kind = $1 and subject = $2";
        let owner: Option<(AccountId,)> = self.db.first(sql, &[&kind, &subject]).await?;
        Ok(owner.map(|(account,)| account))
    }

    /// Returns an identity, whatever account it belongs to.
    pub async fn identity(&self, key: &IdentityKey) -> Result<Option<Identity>> {
        let sql = "select kind, subject, label, disabled_at from identity where kind = $1 and subject = $2";
        Ok(self.db.first(sql, &[&key.kind, &key.subject]).await?)
    }

    /// Returns the identities of an account with their ages.
    pub async fn dated_identities(&self, account: AccountId) -> Result<Vec<DatedIdentity>> {
        let sql =
            "select kind, subject, label, disabled_at, created_at, added_order from identity where account_id = $1";
        Ok(self.db.all(sql, &[&account]).await?)
    }
}

/// Links an identity to an account whose holder has just proven to own it.
#[derive(Clone, Debug)]
pub struct LinkIdentity {
    /// The account to link it to.
    pub account: AccountId,
    /// The identity to link.
    pub identity: Identity,
    /// Language of the person's Telegram app.
    pub telegram_language: Option<String>,
    /// Makes the proof single-use.
    pub replay_key: ProofReplayKey,
    /// Actor recorded in the account activity.
    pub by: ActivityActor,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Part of a proof that makes it single-use.
#[derive(Clone, Debug)]
pub enum ProofReplayKey {
    /// Signature of a payload, or digest of an authorization code.
    Signature(ProofSignature),
    /// SHA-256 of the token from a mailed link.
    Mail(Vec<u8>),
    /// The caller has already spent the proof.
    Spent,
}

/// Outcome of a [`LinkIdentity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkOutcome {
    /// The identity was linked.
    Done,
    /// The identity was already linked to this account. If it was disabled, the proof has confirmed it.
    Before,
    /// The identity belongs to another account that can be merged; id of the merge offer.
    Offered(i64),
    /// The identity belongs to another account, which is banned or scheduled for deletion.
    OtherClosed,
    /// The identity is a young one of another account: it may not give that account away.
    TooNew,
    /// The identity belongs to another account, whose password reset disabled it.
    Disabled,
    /// The proof was used before.
    Used,
    /// The account was deleted or merged, or is scheduled for deletion.
    Gone,
}

impl Write for LinkIdentity {
    type Out = LinkOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<LinkOutcome> {
        let Self { account, identity, telegram_language, now, .. } = self;
        if !self.spend(tx).await? {
            return Ok(LinkOutcome::Used);
        }
        // Locks the account's row, so that it is not merged or deleted concurrently.
        let sql = "update account set plan = plan where id = $1 and deleted_at is null and deletion_due_at is null";
        if tx.run(sql, &[account]).await? == 0 {
            return Ok(LinkOutcome::Gone);
        }
        let before = dated(*account, tx).await?;
        let sql = "insert into identity (kind, subject, account_id, label, telegram_language, created_at, added_order)
                   values ($1, $2, $3, $4, $5, $6,
                     (select coalesce(max(o.added_order) + 1, 0) from identity o where o.account_id = $3))
                   on conflict (kind, subject) do nothing";
        if tx.run(sql, &[&identity.kind, &identity.subject, account, &identity.label, telegram_language, now]).await?
            == 1
        {
            let linked = NewIdentity { account: *account, identity, before, by: self.by.clone(), now: *now };
            linked.notify(tx).await?;
            return Ok(LinkOutcome::Done);
        }
        self.offer(tx).await
    }
}

impl LinkIdentity {
    async fn spend(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        match &self.replay_key {
            ProofReplayKey::Signature(signature) => signature.spend(tx).await,
            ProofReplayKey::Mail(digest) => {
                let spent = email_tokens::spend(digest, MailKind::Link, self.now, tx).await?;
                Ok(spent.is_some_and(|spent| spent.account_id == Some(self.account)))
            }
            ProofReplayKey::Spent => Ok(true),
        }
    }

    /// Handles an identity that is already linked: offers a merge if it belongs to another account.
    async fn offer(&self, tx: &mut Tx) -> sqlx::Result<LinkOutcome> {
        let Self { account, identity, now, .. } = self;
        let sql = "select a.id, coalesce(a.banned_at, a.deletion_due_at) as closed_at, i.disabled_at
                   from identity i join account a on a.id = i.account_id
                   where i.kind = $1 and i.subject = $2";
        let (other, closed, disabled): (AccountId, Option<Moment>, Option<Moment>) =
            tx.one(sql, &[&identity.kind, &identity.subject]).await?;
        if other == *account {
            let (kind, subject) = (identity.kind.clone(), identity.subject.clone());
            ConfirmIdentity { account: *account, kind, subject, by: self.by.clone(), now: *now }.run(tx).await?;
            return Ok(LinkOutcome::Before);
        }
        if closed.is_some() {
            return Ok(LinkOutcome::OtherClosed);
        }
        // The holder of a disabled identity may no longer act for that account, and so cannot join it with another one.
        if disabled.is_some() {
            return Ok(LinkOutcome::Disabled);
        }
        let all = dated(other, tx).await?;
        let proven =
            all.iter().find(|found| found.identity.kind == identity.kind && found.identity.subject == identity.subject);
        if proven.is_some_and(|own| own.is_young(*now) && all.iter().any(|older| older.is_older_than(own))) {
            return Ok(LinkOutcome::TooNew);
        }
        let sql = "insert into merge_offer (account_id, other_id, kind, subject, expires_at)
                   values ($1, $2, $3, $4, $5)
                   returning id";
        let until = now.plus(MERGE_OFFER_LIFETIME_SECS);
        let (id,): (i64,) = tx.one(sql, &[account, &other, &identity.kind, &identity.subject, &until]).await?;
        Ok(LinkOutcome::Offered(id))
    }
}

/// An identity that was just linked.
pub(in crate::store) struct NewIdentity<'a> {
    pub(in crate::store) account: AccountId,
    pub(in crate::store) identity: &'a Identity,
    /// Identities that the account had before.
    pub(in crate::store) before: Vec<DatedIdentity>,
    pub(in crate::store) by: ActivityActor,
    pub(in crate::store) now: Moment,
}

impl NewIdentity<'_> {
    /// Records the identity in the account activity and adds the notices.
    pub(in crate::store) async fn notify(self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { account, identity, before, by, now } = self;
        let (kind, label) = (&identity.kind, identity.display_name());
        let event = ActivityEvent::Linked { provider: kind.clone(), label: label.clone() };
        activity::add(&[AddActivity { account, event, by: by.clone(), now }], tx).await?;
        let idempotency_key = format!("linked:{account}:{kind}:{}:{}", identity.subject, now.0);
        let notice = Notice::Linked { provider: kind.clone(), label, undo: None };
        IdentityChange { account, before, removed: None, by, now }.notify(&notice, &idempotency_key, tx).await
    }
}

/// Unlinks an identity, unless it is the last one of the account.
#[derive(Clone, Debug)]
pub struct UnlinkIdentity {
    /// The account concerned.
    pub account: AccountId,
    /// The identity to unlink.
    pub identity: IdentityKey,
    /// The identity that the caller signed in with. A young one cannot unlink an older one.
    pub remover: IdentityKey,
    /// Actor recorded in the account activity.
    pub by: ActivityActor,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of an [`UnlinkIdentity`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnlinkOutcome {
    /// The identity that was unlinked.
    Done(Identity),
    /// The account has no such identity.
    Missing,
    /// No other identity of the account signs in.
    Last,
    /// The identity is older than that of the caller, which is young.
    TooNew,
    /// A password was reset by this address, and the caller's session was not begun by email.
    Protected,
}

impl Write for UnlinkIdentity {
    type Out = UnlinkOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<UnlinkOutcome> {
        let Self { account, identity: IdentityKey { kind, subject }, now, .. } = self;
        // Locks the account's row, so that two concurrent calls cannot remove the last two identities.
        tx.run("update account set plan = plan where id = $1", &[account]).await?;
        let identities = dated(*account, tx).await?;
        let Some(found) = identities.iter().find(|identity| identity.is(&self.identity)) else {
            return Ok(UnlinkOutcome::Missing);
        };
        if !identities.iter().any(|other| other.identity.disabled_at.is_none() && !other.is(&self.identity)) {
            return Ok(UnlinkOutcome::Last);
        }
        if !self.has_power_over(found, &identities) {
            return Ok(UnlinkOutcome::TooNew);
        }
        if self.is_protected(tx).await? {
            return Ok(UnlinkOutcome::Protected);
        }
        let (found, identity) = (found.clone(), found.identity.clone());
        let sql = "select telegram_language from identity where kind = $1 and subject = $2";
        let (language,): (Option<String>,) = tx.one(sql, &[kind, subject]).await?;
        identity_removal::remove(*account, &self.identity, tx).await?;
        identity_removal::end_access_by(*account, &self.identity, *now, tx).await?;
        let label = identity.display_name();
        let event = ActivityEvent::Unlinked { provider: kind.clone(), label: label.clone() };
        let by = self.by.clone();
        activity::add(&[AddActivity { account: *account, event, by: by.clone(), now: *now }], tx).await?;
        let notice = Notice::Unlinked { provider: kind.clone(), label, undo: None };
        let idempotency_key = format!("unlinked:{account}:{kind}:{subject}:{}", now.0);
        let removed = Some(RemovedIdentity { dated: found.clone(), telegram_language: language });
        let change = IdentityChange { account: *account, before: identities, removed, by, now: *now };
        change.notify(&notice, &idempotency_key, tx).await?;
        Ok(UnlinkOutcome::Done(found.identity.clone()))
    }
}

impl UnlinkIdentity {
    /// False if the identity of the caller is young and `other` is older. An identity that is no longer of the account
    /// has power over none: its sessions have ended.
    fn has_power_over(&self, other: &DatedIdentity, all: &[DatedIdentity]) -> bool {
        let own = all.iter().find(|identity| identity.is(&self.remover));
        own.is_some_and(|own| !other.is_older_than(own) || !own.is_young(self.now))
    }

    /// True if a password was reset by this address within [`RESET_PROTECTION_SECS`]. Only a session begun by email, which
    /// takes the new password, may remove it then.
    async fn is_protected(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { account, identity: IdentityKey { kind, subject }, now, .. } = self;
        let sql = "select 1 = 1 from identity
                   where kind = $1 and subject = $2 and account_id = $3 and reset_at > $4";
        let since = now.minus(RESET_PROTECTION_SECS);
        let is_reset = tx.first::<(bool,)>(sql, &[kind, subject, account, &since]).await?.is_some();
        Ok(is_reset && self.remover.kind != "email")
    }
}

/// Identities of an account with their ages, within a transaction.
pub(in crate::store) async fn dated(account: AccountId, tx: &mut Tx) -> sqlx::Result<Vec<DatedIdentity>> {
    let sql = "select kind, subject, label, disabled_at, created_at, added_order from identity where account_id = $1
               order by added_order, created_at, kind, subject";
    tx.all(sql, &[&account]).await
}
