//! Copies of a broadcast: a new draft with its content, and a test of a draft that goes to the admins.

use serde_json::json;

use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::{BroadcastId, Segment};
use crate::model::notices::category::Category;
use crate::model::time::Moment;
use crate::store::broadcasts::BroadcastAudit;
use crate::store::broadcasts::results::finish;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

/// Those of the people of `$1` who started the bot and have not blocked it. `cross join`: SQLite keeps that join order.
macro_rules! reachable {
    () => {
        " from json_each($1) j cross join identity i
          where i.kind = 'telegram' and i.subject = j.value ->> 'id' and i.last_seen_at is not null
            and i.unreachable_at is null"
    };
}

/// Creates a draft with the content, category and segment of a broadcast, or returns the one that the same request
/// created before.
#[derive(Clone, Debug)]
pub struct CopyBroadcast {
    /// The broadcast to copy, in any state.
    pub id: BroadcastId,
    /// Telegram id of the admin; `None` for the operator at the command line.
    pub author: Option<TelegramId>,
    /// Identifies the request: a repetition creates no second draft.
    pub idempotency_key: Option<String>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of a [`CopyBroadcast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyOutcome {
    /// The new draft.
    Copied(BroadcastId),
    /// The draft that the same request created before.
    Existing(BroadcastId),
}

impl Write for CopyBroadcast {
    type Out = CopyOutcome;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<CopyOutcome> {
        let Self { id, author, idempotency_key, now } = self;
        // Its first revision is 1: a draft of revision 0 is blank.
        let sql =
            "insert into broadcast (idempotency_key, author, state, revision, content, category, segment, created_at)
                   select $1, $2, 'draft', 1, content, category, segment, $3 from broadcast where id = $4
                   on conflict (idempotency_key) do nothing
                   returning id";
        if let Some((copy,)) = tx.first(sql, &[idempotency_key, author, now, id]).await? {
            let detail = Some(format!("of #{id}"));
            BroadcastAudit { admin: *author, action: "copy", detail, now: *now }.record(copy, tx).await?;
            return Ok(CopyOutcome::Copied(copy));
        }
        let sql = "select id from broadcast where idempotency_key = $1";
        let (existing,) = tx.one(sql, &[idempotency_key]).await?;
        Ok(CopyOutcome::Existing(existing))
    }
}

impl Store {
    /// Counts those of these people who can be messaged.
    pub async fn count_reachable(&self, people: &[TelegramId]) -> Result<i64> {
        let sql = concat!("select count(*)", reachable!());
        let (count,) = self.db.one(sql, &[&ids(people)?]).await?;
        Ok(count)
    }
}

fn ids(people: &[TelegramId]) -> sqlx::Result<String> {
    list(people.iter().map(|person| json!({ "id": person.to_string() })))
}

/// Sends the message of a draft to the admins, as a broadcast of its own that is listed nowhere.
#[derive(Clone, Debug)]
pub struct StartTest {
    /// The draft to test.
    pub draft: BroadcastId,
    /// Recipients of the test.
    pub admins: Vec<TelegramId>,
    /// Makes a second tap a no-op.
    pub idempotency_key: String,
    /// Entry for the audit log of the draft, with the current time.
    pub audit: BroadcastAudit,
}

/// Output: the test, also one of the same key; `None` if the broadcast is no longer a draft.
impl Write for StartTest {
    type Out = Option<BroadcastId>;

    fn order(&self) -> i64 {
        self.draft.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<BroadcastId>> {
        let Some(test) = self.add(tx).await? else {
            let sql = "select id from broadcast where idempotency_key = $1";
            let existing: Option<(BroadcastId,)> = tx.first(sql, &[&self.idempotency_key]).await?;
            return Ok(existing.map(|(id,)| id));
        };
        let sql = concat!(
            "insert into broadcast_recipient (broadcast_id, position, chat_id)
             select $2, row_number() over (order by i.subject), cast(i.subject as bigint)",
            reachable!()
        );
        let recipients = i64::try_from(tx.run(sql, &[&ids(&self.admins)?, &test]).await?).unwrap_or(i64::MAX);
        let sql = "update broadcast set recipients = $2, confirmed_recipients = $2 where id = $1";
        tx.run(sql, &[&test, &recipients]).await?;
        finish(test, self.audit.now, tx).await?;
        BroadcastAudit { detail: Some(format!("#{test}")), ..self.audit.clone() }.record(self.draft, tx).await?;
        Ok(Some(test))
    }
}

impl StartTest {
    /// Adds the test without recipients. Nobody can switch off messages about the service, and tests are not paid for.
    async fn add(&self, tx: &mut Tx) -> sqlx::Result<Option<BroadcastId>> {
        let (category, BroadcastAudit { admin, now, .. }) = (Category::Service.as_str(), &self.audit);
        let segment = Segment::People { ids: self.admins.iter().map(|admin| admin.get()).collect() }.to_json();
        let sql =
            "insert into broadcast (idempotency_key, author, started_by, state, content, category, segment, created_at,
                     started_at, fan_out_done, test_of, progress_at, reported)
                   select $6, $2, $2, 'sending', content, $3, $4, $5, $5, 1 = 1, id, cast($5 as bigint) * 1000, 1 = 1
                   from broadcast
                   where id = $1 and state = 'draft'
                   on conflict (idempotency_key) do nothing
                   returning id";
        let (draft, key) = (&self.draft, &self.idempotency_key);
        let test: Option<(BroadcastId,)> = tx.first(sql, &[draft, admin, &category, &segment, now, key]).await?;
        Ok(test.map(|(id,)| id))
    }
}
