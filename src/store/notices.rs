//! Notices: kept from the transaction of what they tell of until they are said.

use sqlx::FromRow;

use crate::model::account::AccountId;
use crate::model::notice::{Notice, NoticeId};
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

/// How long saying a notice may take before whoever took it counts as dead, in seconds: beyond every patience of the gateway.
const LEASE: i64 = 120;
/// How long a settled notice is kept, in days.
const KEPT: i64 = 90;

impl Store {
    /// Whether a notice may be taken in hand.
    pub async fn has_due_notices(&self, now: Moment) -> Result<bool> {
        let sql = "select 1 = 1 from notice where due_at <= $1 limit 1";
        Ok(self.db.first::<(bool,)>(sql, &[&now]).await?.is_some())
    }

    /// Where on Telegram the person of an account is told, and in which language.
    pub async fn listener(&self, account: AccountId) -> Result<Option<Listener>> {
        let sql = "select i.subject, i.speaks, a.language
                   from identity i join account a on a.id = i.account_id
                   where i.account_id = $1 and i.kind = 'telegram'
                   order by i.created_at, i.subject
                   limit 1";
        Ok(self.db.first(sql, &[&account]).await?)
    }
}

/// Who listens to notices of an account.
#[derive(Clone, Debug, FromRow)]
pub struct Listener {
    /// Their Telegram id, as text.
    pub subject: String,
    /// The language of their Telegram, when they last wrote.
    pub speaks: Option<String>,
    /// The language they chose.
    pub language: Option<String>,
}

/// Keeps a notice to be said, unless the same was kept before.
#[derive(Clone, Debug)]
pub struct AddNotice {
    /// Whom it is for.
    pub account: AccountId,
    /// What there is to say.
    pub notice: Notice,
    /// What lets it be said once.
    pub once_key: String,
    /// When this is.
    pub now: Moment,
}

/// Whether it is new.
impl Write for AddNotice {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "insert into notice (account_id, category, content, once_key, created_at, due_at)
                   values ($1, $2, $3, $4, $5, $5)
                   on conflict (once_key) do nothing";
        let (category, content) = (self.notice.category().as_str(), self.notice.to_json());
        Ok(tx.run(sql, &[&self.account, &category, &content, &self.once_key, &self.now]).await? == 1)
    }
}

/// Takes notices in hand that are due, the longest waiting first.
#[derive(Clone, Debug)]
pub struct TakeNotices {
    /// How many at most.
    pub limit: i64,
    /// When this is.
    pub now: Moment,
}

/// A notice in hand.
#[derive(Clone, Debug, FromRow)]
pub struct TakenNotice {
    /// Its number.
    pub id: NoticeId,
    /// Whom it is for.
    pub account_id: AccountId,
    /// What there is to say, as JSON.
    pub content: String,
    /// How often it was taken in hand, this time included.
    pub attempts: i64,
    /// When what it tells of happened.
    pub created_at: Moment,
}

impl Write for TakeNotices {
    type Out = Vec<TakenNotice>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Vec<TakenNotice>> {
        // The last line decides between two instances that chose the same rows: the second finds them no longer due.
        let sql = "update notice set due_at = $2, attempts = attempts + 1
                   where id in (select n.id from notice n where n.due_at <= $1 order by n.due_at, n.id limit $3)
                     and due_at <= $1
                   returning id, account_id, content, attempts, created_at";
        tx.all(sql, &[&self.now, &self.now.plus(LEASE), &self.limit]).await
    }
}

/// Says how it went with a notice in hand.
#[derive(Clone, Debug)]
pub struct SettleNotice {
    /// Which.
    pub id: NoticeId,
    /// Its [`TakenNotice::attempts`]: who took it before and was thought dead has no say any more.
    pub attempt: i64,
    /// How it went.
    pub how: Settled,
    /// When this is.
    pub now: Moment,
}

/// How it went with a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The person was told.
    Sent,
    /// They cannot be told.
    GivenUp,
    /// They could not be told now: again from that time on.
    Later(Moment),
}

/// Whether it was ours to settle.
impl Write for SettleNotice {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let at = match self.how {
            Settled::Later(at) => at,
            Settled::Sent | Settled::GivenUp => self.now,
        };
        let sql = match self.how {
            Settled::Sent => {
                "update notice set sent_at = $3, due_at = null where id = $1 and attempts = $2 and due_at is not null"
            }
            Settled::GivenUp => {
                "update notice set gave_up_at = $3, due_at = null where id = $1 and attempts = $2 and due_at is not null"
            }
            Settled::Later(_) => "update notice set due_at = $3 where id = $1 and attempts = $2 and due_at is not null",
        };
        Ok(tx.run(sql, &[&self.id, &self.attempt, &at]).await? == 1)
    }
}

/// Forgets notices that were settled long ago. What they told of cannot happen to the same key or session again.
#[derive(Clone, Debug)]
pub struct ForgetNotices {
    /// When this is.
    pub now: Moment,
}

impl Write for ForgetNotices {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let sql = "delete from notice where due_at is null and created_at < $1";
        tx.run(sql, &[&self.now.minus(KEPT * 86_400)]).await
    }
}
