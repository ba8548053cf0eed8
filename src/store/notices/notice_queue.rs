//! Notice queue. A notice is written in the transaction of its event and stored until it is sent.

use serde_json::{Value, json};
use sqlx::FromRow;

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::notices::notice::{Notice, NoticeId};
use crate::model::notices::quiet_hours::QuietHours;
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::engine::lease_queue::{LeaseQueue, has_due, lease_due, settle_leased};
use crate::store::{Result, Store, Tx, Write};

/// Lease of a notice, in seconds. Longer than all timeouts and retries of the gateway.
const NOTICE_LEASE_SECS: i64 = 120;

static NOTICES: LeaseQueue<LeasedNotice> = LeaseQueue::new(
    NOTICE_LEASE_SECS,
    has_due!("notice", "due_at"),
    lease_due!(
        "notice",
        "id",
        "due_at",
        "id, account_id, category, content, attempts, created_at, chat_id",
        "attempts = attempts + 1, awaits_reachability = false"
    ),
);

impl Store {
    /// Leases due notices, the longest overdue first.
    pub async fn lease_notices(&self, limit: i64, now: Moment) -> Result<Vec<LeasedNotice>> {
        self.lease(&NOTICES, limit, now.0).await
    }

    /// Returns the Telegram recipient of an account's notices, with language and preferences for a category. An identity
    /// that a password reset disabled is none.
    pub async fn notice_recipient(&self, account: AccountId, category: &str) -> Result<Option<NoticeRecipient>> {
        let sql = "select i.subject, i.telegram_language, i.unreachable_at, a.language,
                     o.category is not null as switched_off,
                     q.start_hour, q.end_hour, coalesce(q.utc_offset_minutes, 0) as utc_offset_minutes
                   from identity i join account a on a.id = i.account_id
                   left join notice_opt_out o on o.account_id = a.id and o.category = $2
                   left join quiet_hours q on q.account_id = a.id
                   where i.account_id = $1 and i.kind = 'telegram' and i.disabled_at is null
                   order by i.created_at, i.subject
                   limit 1";
        Ok(self.db.first(sql, &[&account, &category]).await?)
    }
}

impl Store {
    /// Like [`Self::notice_recipient`], for a recipient that was fixed with the event. Their identity may have been removed
    /// since; the account's language and preferences still apply.
    pub async fn fixed_notice_recipient(
        &self,
        account: AccountId,
        category: &str,
        person: TelegramId,
    ) -> Result<Option<NoticeRecipient>> {
        let sql = "select cast($3 as text) as subject, i.telegram_language, i.unreachable_at, a.language,
                     o.category is not null as switched_off,
                     q.start_hour, q.end_hour, coalesce(q.utc_offset_minutes, 0) as utc_offset_minutes
                   from account a
                   left join identity i on i.kind = 'telegram' and i.subject = cast($3 as text)
                   left join notice_opt_out o on o.account_id = a.id and o.category = $2
                   left join quiet_hours q on q.account_id = a.id
                   where a.id = $1";
        Ok(self.db.first(sql, &[&account, &category, &person.to_string()]).await?)
    }
}

/// Recipient of an account's notices.
#[derive(Clone, Debug, FromRow)]
pub struct NoticeRecipient {
    /// Telegram id, as text.
    pub subject: String,
    /// Language of the person's Telegram app at their last message.
    pub telegram_language: Option<String>,
    /// Language chosen by the person.
    pub language: Option<String>,
    /// Time since which the bot cannot write to the person.
    pub unreachable_at: Option<Moment>,
    /// True if the person switched off the category.
    pub switched_off: bool,
    /// Quiet hours of the person.
    #[sqlx(flatten)]
    pub quiet: QuietHours,
}

/// Queues a notice, unless one with the same key was queued before.
#[derive(Clone, Debug)]
pub struct AddNotice {
    /// Recipient of the notice.
    pub account: AccountId,
    /// Kind and fields of the notice.
    pub notice: Notice,
    /// Makes a repetition a no-op.
    pub idempotency_key: String,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if the notice is new.
impl Write for AddNotice {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        Ok(add(std::slice::from_ref(self), tx).await? == 1)
    }
}

/// Queues notices, skipping repeated keys. Returns the number of new ones. An empty list costs nothing.
pub(in crate::store) async fn add(notices: &[AddNotice], tx: &mut Tx) -> sqlx::Result<u64> {
    let (fixed, loose): (Vec<_>, Vec<_>) =
        notices.iter().partition(|notice| notice.notice.category().has_fixed_recipients());
    Ok(add_fixed(&fixed, tx).await? + add_loose(&loose, tx).await?)
}

fn row(AddNotice { account, notice, idempotency_key, now }: &AddNotice) -> Value {
    let (category, content) = (notice.category().as_str(), notice.to_json());
    json!({"account": account, "category": category, "content": content, "once": idempotency_key, "now": now.0})
}

/// Queues a notice for every Telegram identity that the account has now. A sign-in is not reported to the unreachable: most
/// of them never write to the bot.
async fn add_fixed(notices: &[&AddNotice], tx: &mut Tx) -> sqlx::Result<u64> {
    if notices.is_empty() {
        return Ok(0);
    }
    // `cross join`: SQLite keeps that join order. `where true`: otherwise it parses `on` as a join condition.
    let sql = "insert into notice (account_id, category, content, idempotency_key, created_at, due_at, chat_id)
               select i.account_id, j.value ->> 'category', j.value ->> 'content', j.value ->> 'once' || ':' || i.subject,
                 cast(j.value ->> 'now' as bigint), cast(j.value ->> 'now' as bigint), cast(i.subject as bigint)
               from json_each($1) j cross join identity i
               where i.account_id = cast(j.value ->> 'account' as bigint) and i.kind = 'telegram'
                 and (i.unreachable_at is null or j.value ->> 'category' <> 'sign_in')
               on conflict (idempotency_key) do nothing";
    tx.run(sql, &[&list(notices.iter().map(|notice| row(notice)))?]).await
}

/// Queues a notice for one Telegram user, unless one with the same key was queued before. It is due at its time.
pub(in crate::store) async fn add_to(person: TelegramId, notice: AddNotice, tx: &mut Tx) -> sqlx::Result<()> {
    let AddNotice { account, notice, idempotency_key, now } = notice;
    let (category, content) = (notice.category().as_str(), notice.to_json());
    let sql = "insert into notice (account_id, category, content, idempotency_key, created_at, due_at, chat_id)
               values ($1, $2, $3, $4, $5, $5, $6)
               on conflict (idempotency_key) do nothing";
    tx.run(sql, &[&account, &category, &content, &idempotency_key, &now, &person]).await.map(drop)
}

/// Withdraws a notice to one Telegram user, who sees the event where they caused it.
pub(in crate::store) async fn withdraw(idempotency_key: &str, person: TelegramId, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "delete from notice where idempotency_key = $1";
    tx.run(sql, &[&format!("{idempotency_key}:{person}")]).await.map(drop)
}

/// Queues notices whose recipient is looked up at delivery.
async fn add_loose(notices: &[&AddNotice], tx: &mut Tx) -> sqlx::Result<u64> {
    if notices.is_empty() {
        return Ok(0);
    }
    // `where true`: otherwise SQLite parses `on` as a join condition.
    let sql = "insert into notice (account_id, category, content, idempotency_key, created_at, due_at)
               select cast(value ->> 'account' as bigint), value ->> 'category', value ->> 'content', value ->> 'once',
                 cast(value ->> 'now' as bigint), cast(value ->> 'now' as bigint)
               from json_each($1) where true
               on conflict (idempotency_key) do nothing";
    tx.run(sql, &[&list(notices.iter().map(|notice| row(notice)))?]).await
}

/// A leased notice.
#[derive(Clone, Debug, FromRow)]
pub struct LeasedNotice {
    /// Identifies the notice when its result is recorded.
    pub id: NoticeId,
    /// Recipient of the notice.
    pub account_id: AccountId,
    /// Category, as stored.
    pub category: String,
    /// Kind and fields, as JSON.
    pub content: String,
    /// Number of leases, including this one.
    pub attempts: i64,
    /// Time of the event.
    pub created_at: Moment,
    /// The Telegram user who receives it; `None` for the account's first one.
    pub chat_id: Option<TelegramId>,
}

/// Records the result of sending a leased notice.
#[derive(Clone, Debug)]
pub struct RecordNoticeResult {
    /// Id of the notice.
    pub id: NoticeId,
    /// [`LeasedNotice::attempts`] of the lease: the result of an expired lease is ignored.
    pub attempt: i64,
    /// Result to record.
    pub result: NoticeResult,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Result of sending a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeResult {
    /// The person received it.
    Sent,
    /// It cannot be delivered.
    Abandoned,
    /// It could not be sent now; retried from that time.
    Later(Moment),
    /// The person is unreachable. Sent when they return, or attempted a last time at that time.
    AwaitsReachability(Moment),
}

/// Output: true if the lease was valid.
impl Write for RecordNoticeResult {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let at = match self.result {
            NoticeResult::Later(at) | NoticeResult::AwaitsReachability(at) => at,
            NoticeResult::Sent | NoticeResult::Abandoned => self.now,
        };
        let sql = match self.result {
            NoticeResult::Sent => settle_leased!("notice", "sent_at = $3, due_at = null"),
            NoticeResult::Abandoned => settle_leased!("notice", "abandoned_at = $3, due_at = null"),
            NoticeResult::Later(_) => settle_leased!("notice", "due_at = $3"),
            NoticeResult::AwaitsReachability(_) => settle_leased!("notice", "due_at = $3, awaits_reachability = true"),
        };
        Ok(tx.run(sql, &[&self.id, &self.attempt, &at]).await? == 1)
    }
}
