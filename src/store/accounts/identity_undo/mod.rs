//! Undo of a change of sign-in methods, by an identity that the account had before the change.

mod restoration;

use sqlx::FromRow;

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::accounts::identity::{DatedIdentity, Identity, IdentityKey};
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::accounts::activity::AddActivity;
use crate::store::accounts::{account_merge, activity, identities, identity_removal};
use crate::store::notices::identity_change::{IdentityChange, RemovedIdentity};
use crate::store::{Result, Store, Tx, Write};

/// Columns of an [`UndoRow`], from the alias `u`.
macro_rules! undo_columns {
    () => {
        "u.id, u.account_id, u.holder_kind, u.holder_subject, u.removed_kind, u.removed_subject, u.removed_label,
         u.removed_language, u.removed_at, u.removed_created_at, u.removed_added_order, u.since, u.expires_at, u.settled_at"
    };
}

/// An undo as stored.
#[derive(Clone, Debug, FromRow)]
pub struct UndoRow {
    id: i64,
    /// Account whose sign-in methods changed.
    pub account_id: AccountId,
    holder_kind: String,
    holder_subject: String,
    removed_kind: Option<String>,
    removed_subject: Option<String>,
    removed_label: Option<String>,
    removed_language: Option<String>,
    removed_at: Option<Moment>,
    removed_created_at: Option<Moment>,
    removed_added_order: Option<i64>,
    since: Moment,
    /// Time after which the change can no longer be undone.
    pub expires_at: Moment,
    /// Time at which it was undone or became invalid.
    pub settled_at: Option<Moment>,
}

impl UndoRow {
    /// Returns the identity that may undo the change.
    #[must_use]
    pub fn holder(&self) -> IdentityKey {
        IdentityKey::new(&self.holder_kind, &self.holder_subject)
    }

    /// Returns the identity that was removed; `None` if one was added.
    #[must_use]
    pub fn removed(&self) -> Option<Identity> {
        let (kind, subject) = self.removed_kind.as_ref().zip(self.removed_subject.as_ref())?;
        Some(Identity::new(kind, subject.clone(), self.removed_label.clone()))
    }
}

impl Store {
    /// Returns the undo of a mailed token.
    pub async fn undo_of_token(&self, digest: &[u8]) -> Result<Option<UndoRow>> {
        let sql = concat!(
            "select ",
            undo_columns!(),
            " from identity_undo_token t join identity_undo u on u.id = t.undo_id where t.digest = $1"
        );
        Ok(self.db.first(sql, &[&digest]).await?)
    }

    /// Returns the undo that a button in chat offers, if this person holds it.
    pub async fn undo_of_person(&self, id: i64, person: TelegramId) -> Result<Option<UndoRow>> {
        let sql = concat!(
            "select ",
            undo_columns!(),
            " from identity_undo u where u.id = $1 and u.holder_kind = 'telegram' and u.holder_subject = $2"
        );
        Ok(self.db.first(sql, &[&id, &person.to_string()]).await?)
    }
}

/// Stores the token of a mail that is about to be sent.
#[derive(Clone, Debug)]
pub struct AddUndoToken {
    /// SHA-256 of the token.
    pub digest: Vec<u8>,
    /// The undo it belongs to.
    pub undo_id: i64,
}

/// Output: true if the change can still be undone.
impl Write for AddUndoToken {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "insert into identity_undo_token (digest, undo_id)
                   select $1, id from identity_undo where id = $2 and settled_at is null";
        Ok(tx.run(sql, &[&self.digest, &self.undo_id]).await? == 1)
    }
}

/// Undoes a change: restores a removed identity, removes the identities added since, and ends everything that gives access.
#[derive(Clone, Debug)]
pub struct UndoIdentityChange {
    /// The undo, whose holder has proven themselves.
    pub undo: UndoRow,
    /// The account that has the removed identity now, if it is another one.
    pub other: Option<AccountId>,
    /// Actor recorded in the account activity.
    pub by: ActivityActor,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of an [`UndoIdentityChange`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UndoOutcome {
    /// The identities that were removed.
    Done(Vec<Identity>),
    /// It was undone before, has expired, or its holder was removed since.
    Over,
    /// The removed identity is in use by another account.
    InUse,
}

impl Write for UndoIdentityChange {
    type Out = UndoOutcome;

    fn order(&self) -> i64 {
        self.undo.account_id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<UndoOutcome> {
        let Self { undo, now, .. } = self;
        let account = undo.account_id;
        // Locks the account's row, so that its identities do not change concurrently.
        let sql = "update account set plan = plan where id = $1 and deleted_at is null returning id";
        if tx.first::<(AccountId,)>(sql, &[&account]).await?.is_none() {
            return Ok(UndoOutcome::Over);
        }
        let before = identities::dated(account, tx).await?;
        let removed = undo.removed();
        let holder = undo.holder();
        let is_removed = |key: &IdentityKey| removed.as_ref().is_some_and(|identity| is(identity, key));
        if !is_removed(&holder)
            && !before.iter().any(|identity| identity.is(&holder) && identity.identity.disabled_at.is_none())
        {
            return Ok(UndoOutcome::Over);
        }
        if !self.may_take(tx).await? {
            return Ok(UndoOutcome::InUse);
        }
        let sql = "update identity_undo set settled_at = $2 where id = $1 and settled_at is null and expires_at > $2";
        if tx.run(sql, &[&undo.id, now]).await? == 0 {
            return Ok(UndoOutcome::Over);
        }
        self.absorb(tx).await?;
        self.restore(tx).await?;
        let gone = self.remove_added(&holder, tx).await?;
        account_merge::end(tx, account, *now).await?;
        self.end_links(&gone, tx).await?;
        self.report(&before, &gone, tx).await?;
        Ok(UndoOutcome::Done(gone.into_iter().map(|dated| dated.identity).collect()))
    }
}

fn is(identity: &Identity, key: &IdentityKey) -> bool {
    identity.kind == key.kind && identity.subject == key.subject
}

impl UndoIdentityChange {
    /// Removes the identities added since the change, except the holder's and those it is not older than.
    async fn remove_added(&self, holder: &IdentityKey, tx: &mut Tx) -> sqlx::Result<Vec<DatedIdentity>> {
        let account = self.undo.account_id;
        let all = identities::dated(account, tx).await?;
        let Some(own) = all.iter().find(|identity| identity.is(holder)) else { return Ok(Vec::new()) };
        let removed = self.undo.removed();
        let is_restored = |key: &IdentityKey| removed.as_ref().is_some_and(|identity| is(identity, key));
        let since = self.undo.since;
        let goes = |identity: &&DatedIdentity| {
            identity.is_added()
                && identity.created_at >= since
                && own.is_older_than(identity)
                && !is_restored(&identity.key())
        };
        let gone: Vec<DatedIdentity> = all.iter().filter(goes).cloned().collect();
        for identity in &gone {
            identity_removal::remove(account, &identity.key(), tx).await?;
        }
        Ok(gone)
    }

    /// Invalidates mailed links to this account, and the undos of this change and of removed identities.
    async fn end_links(&self, gone: &[DatedIdentity], tx: &mut Tx) -> sqlx::Result<()> {
        let account = self.undo.account_id;
        let sql = "update email_token set used_at = $2
                   where account_id = $1 and kind = 'link_address' and used_at is null";
        tx.run(sql, &[&account, &self.now]).await?;
        tx.run("delete from mail where account_id = $1 and kind = 'link_address'", &[&account]).await?;
        // The other holders of this change have nothing left to undo, and whatever was added since is gone.
        let sql = "update identity_undo set settled_at = $2
                   where account_id = $1 and settled_at is null
                     and (expires_at = $3 and coalesce(removed_subject, '') = $4
                          or removed_subject is null and since >= $5)";
        let removed = self.undo.removed_subject.as_deref().unwrap_or_default();
        tx.run(sql, &[&account, &self.now, &self.undo.expires_at, &removed, &self.undo.since]).await?;
        for identity in gone {
            let IdentityKey { kind, subject } = identity.key();
            let sql = "update identity_undo set settled_at = $4
                       where account_id = $1 and holder_kind = $2 and holder_subject = $3 and settled_at is null";
            tx.run(sql, &[&account, &kind, &subject, &self.now]).await?;
        }
        Ok(())
    }

    /// Records the outcome in the account activity, and notifies every chat and address. Nobody may undo an undo.
    async fn report(&self, before: &[DatedIdentity], gone: &[DatedIdentity], tx: &mut Tx) -> sqlx::Result<()> {
        let (account, now) = (self.undo.account_id, self.now);
        let key = format!("undone:{}", self.undo.id);
        let change = |removed: Option<RemovedIdentity>| IdentityChange {
            account,
            before: Vec::new(),
            removed,
            by: self.by.clone(),
            now,
        };
        let was_there = |identity: &Identity| before.iter().any(|before| before.identity == *identity);
        if let Some(identity) = self.undo.removed().filter(|identity| !was_there(identity)) {
            let (provider, label) = (identity.kind.clone(), identity.display_name());
            let event = ActivityEvent::Linked { provider: provider.clone(), label: label.clone() };
            activity::add(&[AddActivity { account, event, by: self.by.clone(), now }], tx).await?;
            let notice = Notice::Linked { provider, label, undo: None };
            change(None).notify(&notice, &format!("{key}:restored"), tx).await?;
        }
        for dated in gone {
            let (provider, label) = (dated.identity.kind.clone(), dated.identity.display_name());
            let event = ActivityEvent::Unlinked { provider: provider.clone(), label: label.clone() };
            activity::add(&[AddActivity { account, event, by: self.by.clone(), now }], tx).await?;
            let notice = Notice::Unlinked { provider, label, undo: None };
            let removed = Some(RemovedIdentity { dated: dated.clone(), telegram_language: None });
            change(removed).notify(&notice, &format!("{key}:{}", dated.identity.subject), tx).await?;
        }
        Ok(())
    }
}
