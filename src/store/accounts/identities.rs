//! The ways into an account: one more, one less.

use crate::model::accounts::account::{AccountId, Identity};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::mail::MailKind;
use crate::model::notices::notice::Notice;
use crate::model::session::SessionId;
use crate::model::time::Moment;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::sign_in::email_tokens;
use crate::store::{Result, Store, Tx, Write};

/// How long an offer to merge waits for a yes, in seconds.
pub const MERGE_OFFER_LIFETIME_SECS: i64 = 600;

impl Store {
    /// Whose way in that is.
    pub async fn identity_owner(&self, kind: &str, subject: &str) -> Result<Option<AccountId>> {
        let sql = "select account_id from identity where kind = $1 and subject = $2";
        let owner: Option<(AccountId,)> = self.db.first(sql, &[&kind, &subject]).await?;
        Ok(owner.map(|(account,)| account))
    }

    /// When that session was begun.
    pub async fn session_started_at(&self, session: SessionId) -> Result<Option<Moment>> {
        let found: Option<(Moment,)> =
            self.db.first("select created_at from session where id = $1", &[&session]).await?;
        Ok(found.map(|(at,)| at))
    }
}

/// Adds a way into an account whose holder has just proven that it is theirs.
#[derive(Clone, Debug)]
pub struct LinkIdentity {
    /// To whose account.
    pub account: AccountId,
    /// The way.
    pub way: Identity,
    /// The language spoken there.
    pub speaks: Option<String>,
    /// What of the proof lets it be used once.
    pub once: ProofReplayKey,
    /// Who does it.
    pub by: ActivityActor,
    /// When this is.
    pub now: Moment,
}

/// What lets a proof be used once.
#[derive(Clone, Debug)]
pub enum ProofReplayKey {
    /// A signature, and when it may be forgotten.
    Signature(Vec<u8>, Moment),
    /// The SHA-256 of what stood in a link of a mail.
    Mail(Vec<u8>),
    /// It was spent before.
    Spent,
}

/// What became of a [`LinkIdentity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkOutcome {
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

impl Write for LinkIdentity {
    type Out = LinkOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<LinkOutcome> {
        let Self { account, way, speaks, now, .. } = self;
        if !self.spend(tx).await? {
            return Ok(LinkOutcome::Used);
        }
        // Takes the lock of the account's row: nobody merges or deletes it meanwhile.
        let sql = "update account set plan = plan where id = $1 and deleted_at is null and deletion_due_at is null";
        if tx.run(sql, &[account]).await? == 0 {
            return Ok(LinkOutcome::Gone);
        }
        let sql = "insert into identity (kind, subject, account_id, label, telegram_language, created_at)
                   values ($1, $2, $3, $4, $5, $6)
                   on conflict (kind, subject) do nothing";
        if tx.run(sql, &[&way.kind, &way.subject, account, &way.label, speaks, now]).await? == 1 {
            notify_of_new_identity(*account, way, (self.by.clone(), *now), tx).await?;
            return Ok(LinkOutcome::Done);
        }
        self.offer(tx).await
    }
}

impl LinkIdentity {
    async fn spend(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        match &self.once {
            ProofReplayKey::Signature(signature, forget_at) => {
                let sql = "insert into used_login_signature (signature, expires_at) values ($1, $2)
                           on conflict (signature) do nothing";
                Ok(tx.run(sql, &[signature, forget_at]).await? == 1)
            }
            ProofReplayKey::Mail(digest) => {
                let spent = email_tokens::spend((digest, MailKind::Link), self.now, tx).await?;
                Ok(spent.is_some_and(|spent| spent.account_id == Some(self.account)))
            }
            ProofReplayKey::Spent => Ok(true),
        }
    }

    /// The way leads somewhere already.
    async fn offer(&self, tx: &mut Tx) -> sqlx::Result<LinkOutcome> {
        let Self { account, way, now, .. } = self;
        let sql = "select a.id, a.banned_at, a.deletion_due_at from identity i join account a on a.id = i.account_id
                   where i.kind = $1 and i.subject = $2";
        let (other, banned, leaving): (AccountId, Option<Moment>, Option<Moment>) =
            tx.one(sql, &[&way.kind, &way.subject]).await?;
        if other == *account {
            return Ok(LinkOutcome::Before);
        }
        if banned.or(leaving).is_some() {
            return Ok(LinkOutcome::OtherClosed);
        }
        let sql = "insert into merge_offer (account_id, other_id, kind, subject, expires_at)
                   values ($1, $2, $3, $4, $5)
                   returning id";
        let until = now.plus(MERGE_OFFER_LIFETIME_SECS);
        let (id,): (i64,) = tx.one(sql, &[account, &other, &way.kind, &way.subject, &until]).await?;
        Ok(LinkOutcome::Offered(id))
    }
}

/// Writes down that there is another way into an account, and keeps a warning of it.
pub(in crate::store) async fn notify_of_new_identity(
    account: AccountId,
    way: &Identity,
    (by, now): (ActivityActor, Moment),
    tx: &mut Tx,
) -> sqlx::Result<()> {
    let (kind, label) = (&way.kind, way.shown());
    let event = ActivityEvent::Linked { way: kind.clone(), label: label.clone() };
    activity::keep(&[AddActivity { account, event, by, now }], tx).await?;
    let idempotency_key = format!("linked:{account}:{kind}:{}:{}", way.subject, now.0);
    let notice = Notice::Linked { way: kind.clone(), label };
    notice_queue::keep(&[AddNotice { account, notice, idempotency_key, now }], tx).await.map(drop)
}

/// Takes a way in from an account, but for the last one.
#[derive(Clone, Debug)]
pub struct UnlinkIdentity {
    /// Whose.
    pub account: AccountId,
    /// `telegram`, `email` or `google`.
    pub kind: String,
    /// The id there.
    pub subject: String,
    /// Who does it.
    pub by: ActivityActor,
    /// When this is.
    pub now: Moment,
}

/// What became of an [`UnlinkIdentity`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnlinkOutcome {
    /// It leads there no more.
    Done(Identity),
    /// The account has no such way.
    Missing,
    /// There is no other way.
    Last,
}

impl Write for UnlinkIdentity {
    type Out = UnlinkOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<UnlinkOutcome> {
        let Self { account, kind, subject, now, .. } = self;
        // Takes the lock of the account's row: two that take the last two ways are told apart.
        tx.run("update account set plan = plan where id = $1", &[account]).await?;
        let sql = "select kind, subject, label from identity where account_id = $1";
        let ways: Vec<Identity> = tx.all(sql, &[account]).await?;
        let Some(way) = ways.iter().find(|way| way.kind == *kind && way.subject == *subject) else {
            return Ok(UnlinkOutcome::Missing);
        };
        if ways.len() == 1 {
            return Ok(UnlinkOutcome::Last);
        }
        let sql = "delete from identity where kind = $1 and subject = $2 and account_id = $3";
        tx.run(sql, &[kind, subject, account]).await?;
        // Without an address nobody can sign in with it, and whoever adds one later chooses another.
        let sql = "delete from password
                   where account_id = $1
                     and not exists (select 1 from identity where account_id = $1 and kind = 'email')";
        tx.run(sql, &[account]).await?;
        let event = ActivityEvent::Unlinked { way: kind.clone(), label: way.shown() };
        let by = self.by.clone();
        activity::keep(&[AddActivity { account: *account, event, by, now: *now }], tx).await?;
        let notice = Notice::Unlinked { way: kind.clone(), label: way.shown() };
        let idempotency_key = format!("unlinked:{account}:{kind}:{subject}:{}", now.0);
        notice_queue::keep(&[AddNotice { account: *account, notice, idempotency_key, now: *now }], tx).await?;
        Ok(UnlinkOutcome::Done(way.clone()))
    }
}
