//! Fan-out: enqueues one row per recipient, page by page.

use serde_json::json;
use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::BroadcastId;
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::broadcasts::segment::{SegmentFilter, reached};
use crate::store::broadcasts::{cards, results};
use crate::store::engine::db::{BindValue, list};
use crate::store::notices::admin_notice::AdminNotice;
use crate::store::{Result, Store, Tx, Write};

/// A broadcast whose fan-out is in progress.
#[derive(Clone, Debug, FromRow)]
pub struct FanOut {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Category of notices that recipients can switch off.
    pub category: String,
    /// Audience, as JSON.
    pub segment: String,
    /// Start of the broadcast. Membership in the segment is judged at this time.
    pub started_at: Moment,
    /// Cursor: the last Telegram id examined, as text.
    pub fan_out_cursor: String,
}

impl Store {
    /// Returns the earliest started broadcast whose fan-out is in progress.
    pub async fn fan_out_in_progress(&self) -> Result<Option<FanOut>> {
        let sql = "select id, category, segment, started_at, fan_out_cursor from broadcast
                   where state = 'preparing'
                   order by started_at, id
                   limit 1";
        Ok(self.db.first(sql, &[]).await?)
    }

    /// True if the start of a scheduled broadcast is due.
    pub async fn has_due_broadcasts(&self, now: Moment) -> Result<bool> {
        let sql = "select 1 = 1 from broadcast where state = 'scheduled' and start_at <= $1 limit 1";
        Ok(self.db.first::<(bool,)>(sql, &[&now]).await?.is_some())
    }

    /// Returns the last Telegram id, as text, of the page of `limit` people after `after`.
    pub async fn page_of_people(&self, after: &str, limit: i64) -> Result<Option<String>> {
        let sql = "select max(subject) from
                     (select subject from identity where kind = 'telegram' and subject > $1 order by subject limit $2) as page";
        let (end,): (Option<String>,) = self.db.one(sql, &[&after, &limit]).await?;
        Ok(end)
    }
}

/// Starts scheduled broadcasts that are due. Pauses those whose author, or the admin who confirmed the start, is no longer
/// an admin.
#[derive(Clone, Debug)]
pub struct StartScheduled {
    /// Present admins. All are notified.
    pub admins: Vec<TelegramId>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// A scheduled broadcast that was due.
#[derive(Clone, Debug, FromRow)]
pub struct DueBroadcast {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// `preparing`, or `paused` if it is held.
    pub state: String,
    started_by: Option<TelegramId>,
    confirmed_recipients: Option<i64>,
}

impl Write for StartScheduled {
    type Out = Vec<DueBroadcast>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Vec<DueBroadcast>> {
        let held = "update broadcast set state = 'paused', last_error = 'its author is no longer an admin', stalled = (1 = 1)
                    where state = 'scheduled' and start_at <= $1
                      and ((author is not null and author not in (select cast(value ->> 'id' as bigint) from json_each($2)))
                        or (started_by is not null
                            and started_by not in (select cast(value ->> 'id' as bigint) from json_each($2))))
                    returning id, state, started_by, confirmed_recipients";
        let admins = list(self.admins.iter().map(|admin| json!({"id": admin.get()})))?;
        let mut due: Vec<DueBroadcast> = tx.all(held, &[&self.now, &admins]).await?;
        let started = "update broadcast set state = 'preparing', started_at = $1
                       where state = 'scheduled' and start_at <= $1
                       returning id, state, started_by, confirmed_recipients";
        due.extend(tx.all::<DueBroadcast>(started, &[&self.now]).await?);
        for broadcast in &due {
            self.notify(broadcast, tx).await?;
            cards::wake(broadcast.id, tx).await?;
        }
        Ok(due)
    }
}

impl StartScheduled {
    async fn notify(&self, broadcast: &DueBroadcast, tx: &mut Tx) -> sqlx::Result<()> {
        let DueBroadcast { id, state, started_by, confirmed_recipients } = broadcast;
        let notice = if state == "paused" {
            Notice::BroadcastHeld { broadcast: id.0 }
        } else {
            let (recipients, admin) = (confirmed_recipients.unwrap_or_default(), started_by.map(TelegramId::get));
            Notice::BroadcastStarted { broadcast: id.0, recipients, admin }
        };
        let idempotency_key = format!("broadcast_due:{id}:{}", self.now.0);
        AdminNotice { admins: &self.admins, notice, idempotency_key, now: self.now }.add(tx).await
    }
}

/// Enqueues the recipients among a page of people, unless another instance has done so.
#[derive(Clone, Debug)]
pub struct FanOutPage {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Selects the recipients.
    pub filter: SegmentFilter,
    /// Telegram id before the page, as text.
    pub from: String,
    /// Last Telegram id of the page, as text.
    pub to: String,
}

/// Output: the number of recipients enqueued.
impl Write for FanOutPage {
    type Out = u64;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let Self { id, filter, from, to } = self;
        let sql =
            "update broadcast set fan_out_cursor = $3 where id = $1 and state = 'preparing' and fan_out_cursor = $2
                   returning recipients";
        let Some((recipients,)) = tx.first::<(i64,)>(sql, &[id, from, to]).await? else { return Ok(0) };
        let sql = concat!(
            "insert into broadcast_recipient (broadcast_id, position, chat_id)
             select $8, $9 + row_number() over (order by i.subject), cast(i.subject as bigint)",
            reached!(),
            " and i.subject > $10 and i.subject <= $11"
        );
        let own: [&dyn BindValue; 4] = [id, &recipients, from, to];
        let enqueued = tx.run(sql, &[&filter.values()[..], &own].concat()).await?;
        let more = i64::try_from(enqueued).unwrap_or(i64::MAX);
        tx.run("update broadcast set recipients = recipients + $2 where id = $1", &[id, &more]).await?;
        Ok(enqueued)
    }
}

/// Completes a fan-out and begins sending.
#[derive(Clone, Debug)]
pub struct FinishFanOut {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// The last Telegram id examined, as text.
    pub last: String,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for FinishFanOut {
    type Out = ();

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update broadcast set state = 'sending', fan_out_done = (1 = 1),
                     progress_at = cast($3 as bigint) * 1000
                   where id = $1 and state = 'preparing' and fan_out_cursor = $2";
        if tx.run(sql, &[&self.id, &self.last, &self.now]).await? == 1 {
            results::finish(self.id, self.now, tx).await?;
            cards::hasten(self.id, tx).await?;
        }
        Ok(())
    }
}
