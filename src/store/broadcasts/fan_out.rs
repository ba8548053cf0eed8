//! Laying down: everybody who is to be told gets a row, page by page.

use sqlx::FromRow;

use crate::model::broadcasts::BroadcastId;
use crate::model::time::Moment;
use crate::store::broadcasts::segment::{SegmentFilter, reached};
use crate::store::broadcasts::{cards, results};
use crate::store::engine::db::BindValue;
use crate::store::{Result, Store, Tx, Write};

/// A broadcast whose recipients are being written down.
#[derive(Clone, Debug, FromRow)]
pub struct FanOut {
    /// Which.
    pub id: BroadcastId,
    /// What it is about.
    pub category: String,
    /// To whom, as JSON.
    pub segment: String,
    /// When it began: who is in the segment is judged by that time.
    pub started_at: Moment,
    /// The last Telegram id, as text, that was looked at.
    #[sqlx(rename = "fan_out_cursor")]
    pub laid_to: String,
}

impl Store {
    /// The broadcast that began first of those whose recipients are being written down.
    pub async fn laying(&self) -> Result<Option<FanOut>> {
        let sql = "select id, category, segment, started_at, fan_out_cursor from broadcast
                   where state = 'preparing'
                   order by started_at, id
                   limit 1";
        Ok(self.db.first(sql, &[]).await?)
    }

    /// Whether the time of a scheduled broadcast has come.
    pub async fn has_due_broadcasts(&self, now: Moment) -> Result<bool> {
        let sql = "select 1 = 1 from broadcast where state = 'scheduled' and start_at <= $1 limit 1";
        Ok(self.db.first::<(bool,)>(sql, &[&now]).await?.is_some())
    }

    /// The last of the next people after one, by their Telegram id as text: where a page of so many ends.
    pub async fn page_of_people(&self, after: &str, limit: i64) -> Result<Option<String>> {
        let sql = "select max(subject) from
                     (select subject from identity where kind = 'telegram' and subject > $1 order by subject limit $2) as page";
        let (end,): (Option<String>,) = self.db.one(sql, &[&after, &limit]).await?;
        Ok(end)
    }
}

/// Starts the broadcasts whose time has come.
#[derive(Clone, Copy, Debug)]
pub struct StartScheduled {
    /// When this is.
    pub now: Moment,
}

/// Which those are.
impl Write for StartScheduled {
    type Out = Vec<BroadcastId>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Vec<BroadcastId>> {
        let sql = "update broadcast set state = 'preparing', started_at = $1
                   where state = 'scheduled' and start_at <= $1
                   returning id";
        let due: Vec<(BroadcastId,)> = tx.all(sql, &[&self.now]).await?;
        for (id,) in &due {
            cards::wake(*id, tx).await?;
        }
        Ok(due.into_iter().map(|(id,)| id).collect())
    }
}

/// Writes down the recipients of a page of people, if nobody else did.
#[derive(Clone, Debug)]
pub struct FanOutPage {
    /// Whose recipients.
    pub id: BroadcastId,
    /// Who is to be told.
    pub reach: SegmentFilter,
    /// After whom the page begins.
    pub from: String,
    /// With whom it ends.
    pub to: String,
}

/// How many were written down.
impl Write for FanOutPage {
    type Out = u64;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let Self { id, reach, from, to } = self;
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
        let laid = tx.run(sql, &[&reach.values()[..], &own].concat()).await?;
        let more = i64::try_from(laid).unwrap_or(i64::MAX);
        tx.run("update broadcast set recipients = recipients + $2 where id = $1", &[id, &more]).await?;
        Ok(laid)
    }
}

/// All recipients are written down: it goes out.
#[derive(Clone, Debug)]
pub struct FinishFanOut {
    /// Which.
    pub id: BroadcastId,
    /// The last who was looked at.
    pub last: String,
    /// When this is.
    pub now: Moment,
}

impl Write for FinishFanOut {
    type Out = ();

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update broadcast set state = 'sending', fan_out_done = (1 = 1)
                   where id = $1 and state = 'preparing' and fan_out_cursor = $2";
        if tx.run(sql, &[&self.id, &self.last]).await? == 1 {
            results::finish(self.id, self.now, tx).await?;
            cards::wake(self.id, tx).await?;
        }
        Ok(())
    }
}
