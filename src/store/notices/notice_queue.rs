//! Notices: kept from the transaction of what they tell of until they are said.

use serde_json::json;
use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::notices::notice::{Notice, NoticeId};
use crate::model::notices::quiet_hours::QuietHours;
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

/// How long saying a notice may take before whoever took it counts as dead, in seconds: beyond every patience of the gateway.
const NOTICE_LEASE_SECS: i64 = 120;
/// How long a settled notice is kept, in days.
const NOTICE_RETENTION_DAYS: i64 = 90;

impl Store {
    /// Whether a notice may be taken in hand.
    pub async fn has_due_notices(&self, now: Moment) -> Result<bool> {
        let sql = "select 1 = 1 from notice where due_at <= $1 limit 1";
        Ok(self.db.first::<(bool,)>(sql, &[&now]).await?.is_some())
    }

    /// Where on Telegram the person of an account is told of a category, in which language, and whether they want to be.
    pub async fn notice_recipient(&self, account: AccountId, category: &str) -> Result<Option<NoticeRecipient>> {
        let sql = "select i.subject, i.telegram_language, i.unreachable_at, a.language,
                     o.category is not null as switched_off,
                     q.start_hour, q.end_hour, coalesce(q.utc_offset_minutes, 0) as utc_offset_minutes
                   from identity i join account a on a.id = i.account_id
                   left join notice_opt_out o on o.account_id = a.id and o.category = $2
                   left join quiet_hours q on q.account_id = a.id
                   where i.account_id = $1 and i.kind = 'telegram'
                   order by i.created_at, i.subject
                   limit 1";
        Ok(self.db.first(sql, &[&account, &category]).await?)
    }
}

/// Who listens to notices of an account.
#[derive(Clone, Debug, FromRow)]
pub struct NoticeRecipient {
    /// Their Telegram id, as text.
    pub subject: String,
    /// The language of their Telegram, when they last wrote.
    #[sqlx(rename = "telegram_language")]
    pub speaks: Option<String>,
    /// The language they chose.
    pub language: Option<String>,
    /// Since when the bot cannot write to them.
    pub unreachable_at: Option<Moment>,
    /// Whether they do not want to be told of this category.
    pub switched_off: bool,
    /// When they do not want to be disturbed.
    #[sqlx(flatten)]
    pub quiet: QuietHours,
}

/// Keeps a notice to be said, unless the same was kept before.
#[derive(Clone, Debug)]
pub struct AddNotice {
    /// Whom it is for.
    pub account: AccountId,
    /// What there is to say.
    pub notice: Notice,
    /// What lets it be said once.
    pub idempotency_key: String,
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
        Ok(keep(std::slice::from_ref(self), tx).await? == 1)
    }
}

/// Keeps notices to be said, each unless the same was kept before; says how many are new. No notices cost nothing.
pub(in crate::store) async fn keep(notices: &[AddNotice], tx: &mut Tx) -> sqlx::Result<u64> {
    if notices.is_empty() {
        return Ok(0);
    }
    // `where true`: without it SQLite takes `on` for a join's.
    let sql = "insert into notice (account_id, category, content, idempotency_key, created_at, due_at)
               select cast(value ->> 'account' as bigint), value ->> 'category', value ->> 'content', value ->> 'once',
                 cast(value ->> 'now' as bigint), cast(value ->> 'now' as bigint)
               from json_each($1) where true
               on conflict (idempotency_key) do nothing";
    let row = |AddNotice { account, notice, idempotency_key, now }: &AddNotice| {
        let (category, content) = (notice.category().as_str(), notice.to_json());
        json!({"account": account, "category": category, "content": content, "once": idempotency_key, "now": now.0})
    };
    tx.run(sql, &[&list(notices.iter().map(row))?]).await
}

/// Takes notices in hand that are due, the longest waiting first.
#[derive(Clone, Debug)]
pub struct LeaseNotices {
    /// How many at most.
    pub limit: i64,
    /// When this is.
    pub now: Moment,
}

/// A notice in hand.
#[derive(Clone, Debug, FromRow)]
pub struct LeasedNotice {
    /// Its number.
    pub id: NoticeId,
    /// Whom it is for.
    pub account_id: AccountId,
    /// What it is about.
    pub category: String,
    /// What there is to say, as JSON.
    pub content: String,
    /// How often it was taken in hand, this time included.
    pub attempts: i64,
    /// When what it tells of happened.
    pub created_at: Moment,
}

impl Write for LeaseNotices {
    type Out = Vec<LeasedNotice>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Vec<LeasedNotice>> {
        // The last line decides between two instances that chose the same rows: the second finds them no longer due.
        let sql = "update notice set due_at = $2, attempts = attempts + 1, awaits_reachability = false
                   where id in (select n.id from notice n where n.due_at <= $1 order by n.due_at, n.id limit $3)
                     and due_at <= $1
                   returning id, account_id, category, content, attempts, created_at";
        tx.all(sql, &[&self.now, &self.now.plus(NOTICE_LEASE_SECS), &self.limit]).await
    }
}

/// Says how it went with a notice in hand.
#[derive(Clone, Debug)]
pub struct RecordNoticeResult {
    /// Which.
    pub id: NoticeId,
    /// Its [`LeasedNotice::attempts`]: who took it before and was thought dead has no say any more.
    pub attempt: i64,
    /// How it went.
    pub how: NoticeResult,
    /// When this is.
    pub now: Moment,
}

/// How it went with a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeResult {
    /// The person was told.
    Sent,
    /// They cannot be told.
    GivenUp,
    /// They could not be told now: again from that time on.
    Later(Moment),
    /// They cannot be reached: again when they are back, or at that time for the last time.
    Held(Moment),
}

/// Whether it was ours to settle.
impl Write for RecordNoticeResult {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let at = match self.how {
            NoticeResult::Later(at) | NoticeResult::Held(at) => at,
            NoticeResult::Sent | NoticeResult::GivenUp => self.now,
        };
        let sql = match self.how {
            NoticeResult::Sent => {
                "update notice set sent_at = $3, due_at = null where id = $1 and attempts = $2 and due_at is not null"
            }
            NoticeResult::GivenUp => {
                "update notice set abandoned_at = $3, due_at = null
                 where id = $1 and attempts = $2 and due_at is not null"
            }
            NoticeResult::Later(_) => {
                "update notice set due_at = $3 where id = $1 and attempts = $2 and due_at is not null"
            }
            NoticeResult::Held(_) => {
                "update notice set due_at = $3, awaits_reachability = true
                 where id = $1 and attempts = $2 and due_at is not null"
            }
        };
        Ok(tx.run(sql, &[&self.id, &self.attempt, &at]).await? == 1)
    }
}

/// Forgets notices that were settled long ago. What they told of cannot happen to the same key or session again.
#[derive(Clone, Debug)]
pub struct PurgeNotices {
    /// When this is.
    pub now: Moment,
}

impl Write for PurgeNotices {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let sql = "delete from notice where due_at is null and created_at < $1";
        tx.run(sql, &[&self.now.minus(NOTICE_RETENTION_DAYS * 86_400)]).await
    }
}
