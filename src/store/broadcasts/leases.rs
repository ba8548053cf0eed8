//! Leases of recipients. A batch is leased before it is sent; its results are recorded together
//! ([`crate::store::broadcasts::results`]).
//!
//! Every change of recipients locks the row of their broadcast first.

use sqlx::FromRow;

use crate::model::broadcasts::BroadcastId;
use crate::store::broadcasts::pacing::SendPace;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

/// A broadcast that is being sent.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct SendingBroadcast {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// True if Stars are paid for a higher rate.
    pub paid: bool,
}

/// A recipient of a leased batch.
#[derive(Clone, Debug, FromRow)]
pub struct LeasedRecipient {
    /// Position among the recipients.
    pub position: i64,
    /// Telegram id of the chat.
    pub chat_id: i64,
    /// Number of attempts that failed temporarily.
    pub attempts: i64,
    /// True if the bot cannot write to the person.
    pub unreachable: bool,
    /// True if the person switched off the category or is banned.
    pub opted_out: bool,
    /// Language chosen by the person.
    pub language: Option<String>,
    /// Language of the person's Telegram app.
    pub telegram_language: Option<String>,
}

/// A leased batch of recipients.
#[derive(Clone, Debug)]
pub struct LeasedBatch {
    /// Id of the lease.
    pub id: i64,
    /// Recipients of the batch.
    pub rows: Vec<LeasedRecipient>,
    /// Time at which the first message may be sent, in microseconds. The others follow at the pace of the channel.
    pub first_at: i64,
}

/// Outcome of a [`LeaseRecipients`].
#[derive(Clone, Debug)]
pub enum LeaseOutcome {
    /// A batch was leased.
    Leased(LeasedBatch),
    /// The pace does not permit sending yet.
    NotYet,
    /// No recipient is due now.
    NoneDue,
}

/// A lease whose results were not recorded in time.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct ExpiredLease {
    /// Id of the lease.
    pub id: i64,
    /// The broadcast it belongs to.
    pub broadcast_id: BroadcastId,
}

impl Store {
    /// Returns the broadcasts being sent: tests of drafts, which an admin waits for, and then the earliest started first.
    pub async fn sending_broadcasts(&self) -> Result<Vec<SendingBroadcast>> {
        let sql = "select id, paid from broadcast where state = 'sending' order by test_of is null, started_at, id";
        Ok(self.db.all(sql, &[]).await?)
    }

    /// Returns up to 100 expired leases of deliveries, the longest expired first.
    pub async fn expired_leases(&self, millis: i64) -> Result<Vec<ExpiredLease>> {
        let sql = "select id, broadcast_id from broadcast_lease
                   where expires_at < $1 and kind <> 'retract'
                   order by expires_at, id
                   limit 100";
        Ok(self.db.all(sql, &[&millis]).await?)
    }
}

/// Leases recipients of a broadcast; due retries come first.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRecipients {
    /// Id of the broadcast.
    pub id: BroadcastId,
    /// Maximum number of recipients.
    pub limit: i64,
    /// Pace of the channel, with the current time.
    pub pace: SendPace,
    /// Length of the lease, in milliseconds.
    pub lease_millis: i64,
}

impl Write for LeaseRecipients {
    type Out = LeaseOutcome;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<LeaseOutcome> {
        let sql = "update broadcast set next_position = next_position where id = $1 and state = 'sending'
                   returning next_position, recipients, category";
        let Some(broadcast): Option<LockedBroadcast> = tx.first(sql, &[&self.id]).await? else {
            return Ok(LeaseOutcome::NoneDue);
        };
        let again = self.waiting(tx).await?;
        if again.is_empty() && broadcast.next_position > broadcast.recipients {
            return Ok(LeaseOutcome::NoneDue);
        }
        if !self.pace.admits(tx).await? {
            return Ok(LeaseOutcome::NotYet);
        }
        let mut batch = if again.is_empty() {
            self.lease_fresh(&broadcast, tx).await?
        } else {
            self.lease_again(&again, &broadcast.category, tx).await?
        };
        let messages = batch.rows.iter().filter(|row| !row.unreachable && !row.opted_out).count();
        batch.first_at = self.pace.reserve(i64::try_from(messages).unwrap_or_default(), tx).await?;
        Ok(LeaseOutcome::Leased(batch))
    }
}

/// A broadcast whose row this transaction has locked.
#[derive(FromRow)]
struct LockedBroadcast {
    next_position: i64,
    recipients: i64,
    category: String,
}

/// Columns of a [`LeasedRecipient`] and their joins; `$1` is the broadcast, `$2` its category. A migrated chat matches
/// no identity and still receives the message.
macro_rules! leased_recipients {
    () => {
        "select r.position, r.chat_id, r.attempts, i.unreachable_at is not null as unreachable,
           (a.banned_at is not null or o.category is not null) as opted_out, a.language, i.telegram_language
         from broadcast_recipient r
         left join identity i on i.kind = 'telegram' and i.subject = cast(r.chat_id as text)
         left join account a on a.id = i.account_id
         left join notice_opt_out o on o.account_id = a.id and o.category = $2
         where r.broadcast_id = $1"
    };
}

impl LeaseRecipients {
    async fn waiting(&self, tx: &mut Tx) -> sqlx::Result<Vec<i64>> {
        let sql = "select position from broadcast_recipient
                   where broadcast_id = $1 and state = 'waiting' and due_at <= $2
                   order by due_at
                   limit $3";
        let found: Vec<(i64,)> = tx.all(sql, &[&self.id, &self.pace.now_millis(), &self.limit]).await?;
        Ok(found.into_iter().map(|(n,)| n).collect())
    }

    async fn lease_fresh(&self, broadcast: &LockedBroadcast, tx: &mut Tx) -> sqlx::Result<LeasedBatch> {
        let first = broadcast.next_position;
        let last = broadcast.recipients.min(first + self.limit - 1);
        tx.run("update broadcast set next_position = $2 where id = $1", &[&self.id, &(last + 1)]).await?;
        let id = self.lease(LeasedPart::Fresh { first, last }).add(tx).await?;
        let sql = concat!(
            leased_recipients!(),
            " and r.position >= $3 and r.position <= $4 and r.state = 'pending'
             order by r.position"
        );
        Ok(LeasedBatch { id, rows: tx.all(sql, &[&self.id, &broadcast.category, &first, &last]).await?, first_at: 0 })
    }

    async fn lease_again(&self, again: &[i64], category: &str, tx: &mut Tx) -> sqlx::Result<LeasedBatch> {
        let id = self.lease(LeasedPart::Again).add(tx).await?;
        let sql = "update broadcast_recipient set state = 'sending', lease_id = $2
                   where broadcast_id = $1 and position in (select cast(value as bigint) from json_each($3))
                     and state = 'waiting'";
        tx.run(sql, &[&self.id, &id, &list(again)?]).await?;
        let sql = concat!(leased_recipients!(), " and r.lease_id = $3 and r.state = 'sending' order by r.position");
        Ok(LeasedBatch { id, rows: tx.all(sql, &[&self.id, &category, &id]).await?, first_at: 0 })
    }

    fn lease(&self, part: LeasedPart) -> NewLease {
        NewLease { broadcast: self.id, part, expires_at: self.pace.now_millis() + self.lease_millis }
    }
}

/// A lease to add. Time in Unix milliseconds.
pub(super) struct NewLease {
    pub(super) broadcast: BroadcastId,
    pub(super) part: LeasedPart,
    pub(super) expires_at: i64,
}

/// Recipients that a lease covers, by their positions.
#[derive(Clone, Copy)]
pub(super) enum LeasedPart {
    /// Recipients who are sent to for the first time.
    Fresh { first: i64, last: i64 },
    /// Recipients with the id of the lease, who are sent to again.
    Again,
    /// Recipients whose messages are deleted.
    Retract { first: i64, last: i64 },
}

impl NewLease {
    /// Adds the lease and returns its id.
    pub(super) async fn add(&self, tx: &mut Tx) -> sqlx::Result<i64> {
        let sql = "insert into broadcast_lease (broadcast_id, kind, first_position, last_position, expires_at)
                   values ($1, $2, $3, $4, $5)
                   returning id";
        let (kind, first, last) = match self.part {
            LeasedPart::Fresh { first, last } => ("fresh", first, last),
            LeasedPart::Again => ("again", 0, 0),
            LeasedPart::Retract { first, last } => ("retract", first, last),
        };
        let (id,) = tx.one(sql, &[&self.broadcast, &kind, &first, &last, &self.expires_at]).await?;
        Ok(id)
    }
}
