//! Recipients in hand: taken with a lease before they are written to, settled together after ([`crate::store::broadcasts::results`]).
//!
//! Whoever changes a broadcast's recipients takes the lock of its row first.

use sqlx::FromRow;

use crate::model::broadcasts::BroadcastId;
use crate::store::broadcasts::pacing::SendPace;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

/// A broadcast that goes out.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct SendingBroadcast {
    /// Which.
    pub id: BroadcastId,
    /// Whether Stars are paid.
    pub paid: bool,
}

/// A recipient in hand.
#[derive(Clone, Debug, FromRow)]
pub struct LeasedRecipient {
    /// Their number among the recipients.
    #[sqlx(rename = "position")]
    pub n: i64,
    /// Their chat.
    pub chat_id: i64,
    /// How often it was tried and failed for the time being.
    pub attempts: i64,
    /// Whether the bot cannot write to them by now.
    pub unreachable: bool,
    /// Whether they do not want to be told by now, or may not.
    #[sqlx(rename = "opted_out")]
    pub opted_out: bool,
    /// The language they chose.
    pub language: Option<String>,
    /// The language of their Telegram.
    #[sqlx(rename = "telegram_language")]
    pub speaks: Option<String>,
}

/// Recipients in hand.
#[derive(Clone, Debug)]
pub struct LeasedBatch {
    /// Its number.
    pub id: i64,
    /// Who.
    pub rows: Vec<LeasedRecipient>,
    /// When the first of those to be written to may be, in microseconds; the others follow at the lane's pace.
    pub first_at: i64,
}

/// What came of taking.
#[derive(Clone, Debug)]
pub enum LeaseOutcome {
    /// They are in hand.
    Hand(LeasedBatch),
    /// The pace does not admit it yet.
    NotYet,
    /// There is nobody to be taken now.
    Nobody,
}

impl Store {
    /// The broadcasts that go out, those that began first before the others.
    pub async fn running(&self) -> Result<Vec<SendingBroadcast>> {
        let sql = "select id, paid from broadcast where state = 'sending' order by started_at, id";
        Ok(self.db.all(sql, &[]).await?)
    }

    /// Hands whose lease is over.
    pub async fn expired_leases(&self, millis: i64) -> Result<Vec<(i64, BroadcastId)>> {
        let sql = "select id, broadcast_id from broadcast_lease
                   where expires_at < $1 and kind <> 'retract'
                   order by broadcast_id, id
                   limit 100";
        Ok(self.db.all(sql, &[&millis]).await?)
    }
}

/// Takes recipients of a broadcast in hand: those who are to be tried again first.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRecipients {
    /// Whose.
    pub id: BroadcastId,
    /// How many at most.
    pub most: i64,
    /// How fast.
    pub pace: SendPace,
    /// Until when they are in hand, in milliseconds.
    pub lease_until: i64,
}

impl Write for LeaseRecipients {
    type Out = LeaseOutcome;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<LeaseOutcome> {
        let sql = "update broadcast set next_position = next_position where id = $1 and state = 'sending'
                   returning next_position, recipients, category";
        let line: Option<(i64, i64, String)> = tx.first(sql, &[&self.id]).await?;
        let Some((next, recipients, category)) = line else { return Ok(LeaseOutcome::Nobody) };
        let again = self.waiting(tx).await?;
        if again.is_empty() && next > recipients {
            return Ok(LeaseOutcome::Nobody);
        }
        if !self.pace.admits(tx).await? {
            return Ok(LeaseOutcome::NotYet);
        }
        let (id, rows) = if again.is_empty() {
            self.lease_fresh(next, recipients.min(next + self.most - 1), &category, tx).await?
        } else {
            self.take_again(&again, &category, tx).await?
        };
        let told = rows.iter().filter(|row| !row.unreachable && !row.opted_out).count();
        let first_at = self.pace.reserve(i64::try_from(told).unwrap_or_default(), tx).await?;
        Ok(LeaseOutcome::Hand(LeasedBatch { id, rows, first_at }))
    }
}

/// The columns of an [`LeasedRecipient`], and where they come from; `$1` is the broadcast, `$2` its category. A chat that moved is
/// nobody's identity, and is told.
macro_rules! in_hand {
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
        let found: Vec<(i64,)> = tx.all(sql, &[&self.id, &(self.pace.now / 1000), &self.most]).await?;
        Ok(found.into_iter().map(|(n,)| n).collect())
    }

    async fn lease_fresh(
        &self,
        from: i64,
        to: i64,
        category: &str,
        tx: &mut Tx,
    ) -> sqlx::Result<(i64, Vec<LeasedRecipient>)> {
        tx.run("update broadcast set next_position = $2 where id = $1", &[&self.id, &(to + 1)]).await?;
        let hand = add_lease(self.id, ("fresh", from, to), self.lease_until, tx).await?;
        let sql = concat!(
            in_hand!(),
            " and r.position >= $3 and r.position <= $4 and r.state = 'pending'
             order by r.position"
        );
        Ok((hand, tx.all(sql, &[&self.id, &category, &from, &to]).await?))
    }

    async fn take_again(
        &self,
        again: &[i64],
        category: &str,
        tx: &mut Tx,
    ) -> sqlx::Result<(i64, Vec<LeasedRecipient>)> {
        let hand = add_lease(self.id, ("again", 0, 0), self.lease_until, tx).await?;
        let sql = "update broadcast_recipient set state = 'sending', lease_id = $2
                   where broadcast_id = $1 and position in (select cast(value as bigint) from json_each($3))
                     and state = 'waiting'";
        tx.run(sql, &[&self.id, &hand, &list(again)?]).await?;
        let sql = concat!(in_hand!(), " and r.lease_id = $3 and r.state = 'sending' order by r.position");
        Ok((hand, tx.all(sql, &[&self.id, &category, &hand]).await?))
    }
}

pub(super) async fn add_lease(
    id: BroadcastId,
    (kind, from, to): (&str, i64, i64),
    lease_until: i64,
    tx: &mut Tx,
) -> sqlx::Result<i64> {
    let sql = "insert into broadcast_lease (broadcast_id, kind, first_position, last_position, expires_at)
               values ($1, $2, $3, $4, $5)
               returning id";
    let (hand,) = tx.one(sql, &[&id, &kind, &from, &to, &lease_until]).await?;
    Ok(hand)
}
