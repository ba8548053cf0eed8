//! The ways into an account: one more, one less.

use crate::model::account::{AccountId, Identity};
use crate::model::event::{By, Event};
use crate::model::mail::Errand;
use crate::model::notice::Notice;
use crate::model::session::SessionId;
use crate::model::time::Moment;
use crate::store::events::{self, AddEvent};
use crate::store::mail_links;
use crate::store::notices::{self, AddNotice};
use crate::store::{Result, Store, Tx, Write};

/// How long an offer to merge waits for a yes, in seconds.
pub const OFFERED: i64 = 600;

impl Store {
    /// Whose way in that is.
    pub async fn owner_of_way(&self, kind: &str, subject: &str) -> Result<Option<AccountId>> {
        let sql = "select account_id from identity where kind = $1 and subject = $2";
        let owner: Option<(AccountId,)> = self.db.first(sql, &[&kind, &subject]).await?;
        Ok(owner.map(|(account,)| account))
    }

    /// When that session was begun.
    pub async fn session_begun_at(&self, session: SessionId) -> Result<Option<Moment>> {
        let found: Option<(Moment,)> =
            self.db.first("select created_at from session where id = $1", &[&session]).await?;
        Ok(found.map(|(at,)| at))
    }
}

/// Adds a way into an account whose holder has just proven that it is theirs.
#[derive(Clone, Debug)]
pub struct Link {
    /// To whose account.
    pub account: AccountId,
    /// The way.
    pub way: Identity,
    /// The language spoken there.
    pub speaks: Option<String>,
    /// What of the proof lets it be used once.
    pub once: Once,
    /// Who does it.
    pub by: By,
    /// When this is.
    pub now: Moment,
}

/// What lets a proof be used once.
#[derive(Clone, Debug)]
pub enum Once {
    /// A signature, and when it may be forgotten.
    Signature(Vec<u8>, Moment),
    /// The SHA-256 of what stood in a link of a mail.
    Mail(Vec<u8>),
    /// It was spent before.
    Spent,
}

/// What became of a [`Link`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// It leads there now.
    Done,
    /// It did before.
    Before,
    /// It leads into another account, and that one could be merged: the number of the offer.
    Offered(i64),
    /// It leads into another account, which may not be used, or is to be deleted.
    OtherClosed,
    /// The proof was used before.
    Used,
    /// The account is gone, or is to be deleted.
    Gone,
}

impl Write for Link {
    type Out = Linked;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Linked> {
        let Self { account, way, speaks, now, .. } = self;
        if !self.spend(tx).await? {
            return Ok(Linked::Used);
        }
        // Takes the lock of the account's row: nobody merges or deletes it meanwhile.
        let sql = "update account set plan = plan where id = $1 and deleted_at is null and deletion_due_at is null";
        if tx.run(sql, &[account]).await? == 0 {
            return Ok(Linked::Gone);
        }
        let sql = "insert into identity (kind, subject, account_id, label, telegram_language, created_at)
                   values ($1, $2, $3, $4, $5, $6)
                   on conflict (kind, subject) do nothing";
        if tx.run(sql, &[&way.kind, &way.subject, account, &way.label, speaks, now]).await? == 1 {
            tell_of_new_way(*account, way, (self.by.clone(), *now), tx).await?;
            return Ok(Linked::Done);
        }
        self.offer(tx).await
    }
}

impl Link {
    async fn spend(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        match &self.once {
            Once::Signature(signature, forget_at) => {
                let sql = "insert into used_login_signature (signature, expires_at) values ($1, $2)
                           on conflict (signature) do nothing";
                Ok(tx.run(sql, &[signature, forget_at]).await? == 1)
            }
            Once::Mail(digest) => {
                let spent = mail_links::spend((digest, Errand::Link), self.now, tx).await?;
                Ok(spent.is_some_and(|spent| spent.account_id == Some(self.account)))
            }
            Once::Spent => Ok(true),
        }
    }

    /// The way leads somewhere already.
    async fn offer(&self, tx: &mut Tx) -> sqlx::Result<Linked> {
        let Self { account, way, now, .. } = self;
        let sql = "select a.id, a.banned_at, a.deletion_due_at from identity i join account a on a.id = i.account_id
                   where i.kind = $1 and i.subject = $2";
        let (other, banned, leaving): (AccountId, Option<Moment>, Option<Moment>) =
            tx.one(sql, &[&way.kind, &way.subject]).await?;
        if other == *account {
            return Ok(Linked::Before);
        }
        if banned.or(leaving).is_some() {
            return Ok(Linked::OtherClosed);
        }
        let sql = "insert into merge_offer (account_id, other_id, kind, subject, expires_at)
                   values ($1, $2, $3, $4, $5)
                   returning id";
        let until = now.plus(OFFERED);
        let (id,): (i64,) = tx.one(sql, &[account, &other, &way.kind, &way.subject, &until]).await?;
        Ok(Linked::Offered(id))
    }
}

/// Writes down that there is another way into an account, and keeps a warning of it.
pub(super) async fn tell_of_new_way(
    account: AccountId,
    way: &Identity,
    (by, now): (By, Moment),
    tx: &mut Tx,
) -> sqlx::Result<()> {
    let (kind, label) = (&way.kind, way.shown());
    let event = Event::Linked { way: kind.clone(), label: label.clone() };
    events::keep(&[AddEvent { account, event, by, now }], tx).await?;
    let once_key = format!("linked:{account}:{kind}:{}:{}", way.subject, now.0);
    let notice = Notice::Linked { way: kind.clone(), label };
    notices::keep(&[AddNotice { account, notice, once_key, now }], tx).await.map(drop)
}

/// Takes a way in from an account, but for the last one.
#[derive(Clone, Debug)]
pub struct Unlink {
    /// Whose.
    pub account: AccountId,
    /// `telegram`, `email` or `google`.
    pub kind: String,
    /// The id there.
    pub subject: String,
    /// Who does it.
    pub by: By,
    /// When this is.
    pub now: Moment,
}

/// What became of an [`Unlink`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unlinked {
    /// It leads there no more.
    Done(Identity),
    /// The account has no such way.
    Missing,
    /// There is no other way.
    Last,
}

impl Write for Unlink {
    type Out = Unlinked;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Unlinked> {
        let Self { account, kind, subject, now, .. } = self;
        // Takes the lock of the account's row: two that take the last two ways are told apart.
        tx.run("update account set plan = plan where id = $1", &[account]).await?;
        let sql = "select kind, subject, label from identity where account_id = $1";
        let ways: Vec<Identity> = tx.all(sql, &[account]).await?;
        let Some(way) = ways.iter().find(|way| way.kind == *kind && way.subject == *subject) else {
            return Ok(Unlinked::Missing);
        };
        if ways.len() == 1 {
            return Ok(Unlinked::Last);
        }
        let sql = "delete from identity where kind = $1 and subject = $2 and account_id = $3";
        tx.run(sql, &[kind, subject, account]).await?;
        // Without an address nobody can sign in with it, and whoever adds one later chooses another.
        let sql = "delete from password
                   where account_id = $1
                     and not exists (select 1 from identity where account_id = $1 and kind = 'email')";
        tx.run(sql, &[account]).await?;
        let event = Event::Unlinked { way: kind.clone(), label: way.shown() };
        let by = self.by.clone();
        events::keep(&[AddEvent { account: *account, event, by, now: *now }], tx).await?;
        let notice = Notice::Unlinked { way: kind.clone(), label: way.shown() };
        let once_key = format!("unlinked:{account}:{kind}:{subject}:{}", now.0);
        notices::keep(&[AddNotice { account: *account, notice, once_key, now: *now }], tx).await?;
        Ok(Unlinked::Done(way.clone()))
    }
}
