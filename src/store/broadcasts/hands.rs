//! Recipients in hand: taken with a lease before they are written to, settled together after.
//!
//! Whatever is not settled when the lease is over is uncertain, and never sent again. Whoever changes a broadcast's recipients
//! takes the lock of its row first.

use serde_json::json;
use sqlx::FromRow;

use crate::model::broadcast::BroadcastId;
use crate::model::time::Moment;
use crate::store::broadcasts::cards;
use crate::store::broadcasts::pace::Pace;
use crate::store::db::list;
use crate::store::{Result, Store, Tx, Write};

/// How many refusals, and nothing else, stop a broadcast: something is wrong with the message itself.
const FUSE: i64 = 20;

/// A broadcast that goes out.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Running {
    /// Which.
    pub id: BroadcastId,
    /// Whether Stars are paid.
    pub paid: bool,
}

/// A recipient in hand.
#[derive(Clone, Debug, FromRow)]
pub struct InHand {
    /// Their number among the recipients.
    pub n: i64,
    /// Their chat.
    pub chat_id: i64,
    /// How often it was tried and failed for the time being.
    pub attempts: i64,
    /// Whether the bot cannot write to them by now.
    pub unreachable: bool,
    /// Whether they do not want to be told by now, or may not.
    pub unwanted: bool,
    /// The language they chose.
    pub language: Option<String>,
    /// The language of their Telegram.
    pub speaks: Option<String>,
}

/// Recipients in hand.
#[derive(Clone, Debug)]
pub struct Hand {
    /// Its number.
    pub id: i64,
    /// Who.
    pub rows: Vec<InHand>,
    /// When the first of those to be written to may be, in microseconds; the others follow at the lane's pace.
    pub first_at: i64,
}

/// What came of taking.
#[derive(Clone, Debug)]
pub enum Taken {
    /// They are in hand.
    Hand(Hand),
    /// The pace does not admit it yet.
    NotYet,
    /// There is nobody to be taken now.
    Nobody,
}

impl Store {
    /// The broadcasts that go out, those that began first before the others.
    pub async fn running(&self) -> Result<Vec<Running>> {
        let sql = "select id, paid from broadcast where state = 'running' order by started_at, id";
        Ok(self.db.all(sql, &[]).await?)
    }

    /// Hands whose lease is over.
    pub async fn lost_hands(&self, millis: i64) -> Result<Vec<(i64, BroadcastId)>> {
        let sql = "select id, broadcast_id from broadcast_hand
                   where lease_until < $1 and kind <> 'retract'
                   order by broadcast_id, id
                   limit 100";
        Ok(self.db.all(sql, &[&millis]).await?)
    }
}

/// Takes recipients of a broadcast in hand: those who are to be tried again first.
#[derive(Clone, Copy, Debug)]
pub struct TakeHand {
    /// Whose.
    pub id: BroadcastId,
    /// How many at most.
    pub most: i64,
    /// How fast.
    pub pace: Pace,
    /// Until when they are in hand, in milliseconds.
    pub lease_until: i64,
}

impl Write for TakeHand {
    type Out = Taken;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Taken> {
        let sql = "update broadcast set next_n = next_n where id = $1 and state = 'running'
                   returning next_n, recipients, category";
        let line: Option<(i64, i64, String)> = tx.first(sql, &[&self.id]).await?;
        let Some((next, recipients, category)) = line else { return Ok(Taken::Nobody) };
        let again = self.waiting(tx).await?;
        if again.is_empty() && next > recipients {
            return Ok(Taken::Nobody);
        }
        if !self.pace.admits(tx).await? {
            return Ok(Taken::NotYet);
        }
        let (id, rows) = if again.is_empty() {
            self.take_fresh(next, recipients.min(next + self.most - 1), &category, tx).await?
        } else {
            self.take_again(&again, &category, tx).await?
        };
        let told = rows.iter().filter(|row| !row.unreachable && !row.unwanted).count();
        let first_at = self.pace.reserve(i64::try_from(told).unwrap_or_default(), tx).await?;
        Ok(Taken::Hand(Hand { id, rows, first_at }))
    }
}

/// The columns of an [`InHand`], and where they come from; `$1` is the broadcast, `$2` its category. A chat that moved is
/// nobody's identity, and is told.
macro_rules! in_hand {
    () => {
        "select r.n, r.chat_id, r.attempts, i.unreachable_at is not null as unreachable,
           (a.banned_at is not null or o.category is not null) as unwanted, a.language, i.speaks
         from broadcast_recipient r
         left join identity i on i.kind = 'telegram' and i.subject = cast(r.chat_id as text)
         left join account a on a.id = i.account_id
         left join notice_off o on o.account_id = a.id and o.category = $2
         where r.broadcast_id = $1"
    };
}

impl TakeHand {
    async fn waiting(&self, tx: &mut Tx) -> sqlx::Result<Vec<i64>> {
        let sql = "select n from broadcast_recipient
                   where broadcast_id = $1 and state = 'waiting' and due_at <= $2
                   order by due_at
                   limit $3";
        let found: Vec<(i64,)> = tx.all(sql, &[&self.id, &(self.pace.now / 1000), &self.most]).await?;
        Ok(found.into_iter().map(|(n,)| n).collect())
    }

    async fn take_fresh(&self, from: i64, to: i64, category: &str, tx: &mut Tx) -> sqlx::Result<(i64, Vec<InHand>)> {
        tx.run("update broadcast set next_n = $2 where id = $1", &[&self.id, &(to + 1)]).await?;
        let hand = add_hand(self.id, ("fresh", from, to), self.lease_until, tx).await?;
        let sql = concat!(in_hand!(), " and r.n >= $3 and r.n <= $4 and r.state = 'pending' order by r.n");
        Ok((hand, tx.all(sql, &[&self.id, &category, &from, &to]).await?))
    }

    async fn take_again(&self, again: &[i64], category: &str, tx: &mut Tx) -> sqlx::Result<(i64, Vec<InHand>)> {
        let hand = add_hand(self.id, ("again", 0, 0), self.lease_until, tx).await?;
        let sql = "update broadcast_recipient set state = 'sending', hand_id = $2
                   where broadcast_id = $1 and n in (select cast(value as bigint) from json_each($3)) and state = 'waiting'";
        tx.run(sql, &[&self.id, &hand, &list(again)?]).await?;
        let sql = concat!(in_hand!(), " and r.hand_id = $3 and r.state = 'sending' order by r.n");
        Ok((hand, tx.all(sql, &[&self.id, &category, &hand]).await?))
    }
}

pub(super) async fn add_hand(
    id: BroadcastId,
    (kind, from, to): (&str, i64, i64),
    lease_until: i64,
    tx: &mut Tx,
) -> sqlx::Result<i64> {
    let sql = "insert into broadcast_hand (broadcast_id, kind, from_n, to_n, lease_until) values ($1, $2, $3, $4, $5)
               returning id";
    let (hand,) = tx.one(sql, &[&id, &kind, &from, &to, &lease_until]).await?;
    Ok(hand)
}

/// What became of a recipient.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Their number among the recipients.
    pub n: i64,
    /// Their chat, if it has another number by now.
    pub chat_id: Option<i64>,
    /// How it went.
    pub fate: Fate,
}

/// How it went with a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They have the message, of that number.
    Sent(i64),
    /// They cannot be reached.
    Unreachable(String),
    /// Telegram refused the message.
    Failed(String),
    /// Nobody knows whether they have it.
    Uncertain(String),
    /// They do not want it.
    Unwanted,
    /// They certainly do not have it: again from that time on, in milliseconds; it counts as a try or not.
    Again(i64, bool),
}

impl Fate {
    /// As it is stored and counted.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Sent(_) => "sent",
            Self::Unreachable(_) => "unreachable",
            Self::Failed(_) => "failed",
            Self::Uncertain(_) => "uncertain",
            Self::Unwanted => "unwanted",
            Self::Again(..) => "waiting",
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Unreachable(why) | Self::Failed(why) | Self::Uncertain(why) => Some(why),
            Self::Sent(_) | Self::Unwanted | Self::Again(..) => None,
        }
    }
}

/// Says how it went with everybody in hand.
#[derive(Clone, Debug)]
pub struct SettleHand {
    /// Of which broadcast.
    pub id: BroadcastId,
    /// Which hand.
    pub hand: i64,
    /// Everybody.
    pub rows: Vec<Settled>,
    /// When this is, in milliseconds.
    pub millis: i64,
}

/// Whether it was still in hand: else all of them are uncertain already.
impl Write for SettleHand {
    type Out = bool;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        lock(self.id, tx).await?;
        let mine = tx.run("delete from broadcast_hand where id = $1", &[&self.hand]).await? == 1;
        if !mine {
            return Ok(false);
        }
        let now = Moment::of_millis(self.millis);
        let sql = "update broadcast_recipient
                   set state = j.value ->> 's', message_id = cast(j.value ->> 'm' as bigint),
                     chat_id = coalesce(cast(j.value ->> 'c' as bigint), chat_id),
                     attempts = attempts + coalesce(cast(j.value ->> 'a' as bigint), 0),
                     due_at = cast(j.value ->> 'd' as bigint), reason = j.value ->> 'r', hand_id = null, settled_at = $3
                   from json_each($1) j
                   where broadcast_recipient.broadcast_id = $2 and broadcast_recipient.n = cast(j.value ->> 'n' as bigint)";
        tx.run(sql, &[&list(self.rows.iter().map(row))?, &self.id, &now]).await?;
        self.count(tx).await?;
        self.note_absence(now, tx).await?;
        finish(self.id, now, tx).await?;
        cards::wake(self.id, tx).await?;
        Ok(true)
    }
}

fn row(settled: &Settled) -> serde_json::Value {
    let mut row = json!({"n": settled.n, "s": settled.fate.as_str()});
    if let Some(chat) = settled.chat_id {
        row["c"] = json!(chat);
    }
    match &settled.fate {
        Fate::Sent(message) => row["m"] = json!(message),
        Fate::Again(due, counts) => {
            row["d"] = json!(due);
            row["a"] = json!(i64::from(*counts));
        }
        fate => row["r"] = json!(fate.reason()),
    }
    row
}

impl SettleHand {
    async fn count(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let of = |state| {
            let count = self.rows.iter().filter(|row| row.fate.as_str() == state).count();
            i64::try_from(count).unwrap_or(i64::MAX)
        };
        let counts = ["sent", "unreachable", "failed", "uncertain", "unwanted"].map(of);
        add_counts(self.id, counts, self.millis, tx).await?;
        if counts.get(2).is_some_and(|failed| *failed > 0) {
            let why =
                self.rows.iter().rev().find_map(|row| row.fate.reason().filter(|_| row.fate.as_str() == "failed"));
            let sql = "update broadcast set state = 'paused', trouble = $2
                       where id = $1 and state = 'running' and sent = 0 and failed >= $3";
            tx.run(sql, &[&self.id, &why, &FUSE]).await?;
        }
        Ok(())
    }

    /// Whoever cannot be reached is left out of everything until they are back.
    async fn note_absence(&self, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
        let gone = self.rows.iter().filter(|row| matches!(row.fate, Fate::Unreachable(_)));
        let gone: Vec<_> = gone.map(|row| json!({ "n": row.n })).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let sql = "update identity set unreachable_at = $3
                   where kind = 'telegram' and unreachable_at is null and subject in
                     (select cast(r.chat_id as text) from json_each($1) j cross join broadcast_recipient r
                      where r.broadcast_id = $2 and r.n = cast(j.value ->> 'n' as bigint))";
        tx.run(sql, &[&list(gone)?, &self.id, &now]).await.map(drop)
    }
}

async fn lock(id: BroadcastId, tx: &mut Tx) -> sqlx::Result<()> {
    tx.run("update broadcast set next_n = next_n where id = $1", &[&id]).await.map(drop)
}

/// Counts what was settled, and measures every five seconds how fast that goes.
async fn add_counts(id: BroadcastId, counts: [i64; 5], millis: i64, tx: &mut Tx) -> sqlx::Result<()> {
    let [sent, unreachable, failed, uncertain, unwanted] = counts;
    let sql = "update broadcast set sent = sent + $2, unreachable = unreachable + $3, failed = failed + $4,
                 uncertain = uncertain + $5, unwanted = unwanted + $6,
                 rate = case when $7 - mark_at > 20000 then 0
                             when $7 - mark_at >= 5000
                             then (sent + unreachable + failed + uncertain + unwanted + $8 - mark_settled) * 1000000 / ($7 - mark_at)
                             else rate end,
                 mark_settled = case when $7 - mark_at >= 5000
                                     then sent + unreachable + failed + uncertain + unwanted + $8 else mark_settled end,
                 mark_at = case when $7 - mark_at >= 5000 then $7 else mark_at end
               where id = $1";
    let all: i64 = counts.iter().sum();
    tx.run(sql, &[&id, &sent, &unreachable, &failed, &uncertain, &unwanted, &millis, &all]).await.map(drop)
}

/// Ends a broadcast that has nobody left to tell.
pub(super) async fn finish(id: BroadcastId, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "update broadcast set state = 'done', finished_at = $2
               where id = $1 and state = 'running' and laid
                 and sent + unreachable + failed + uncertain + unwanted = recipients";
    tx.run(sql, &[&id, &now]).await.map(drop)
}

/// Gives up a hand whose lease is over: whoever was in it is uncertain.
#[derive(Clone, Copy, Debug)]
pub struct GiveUpHand {
    /// Of which broadcast.
    pub id: BroadcastId,
    /// Which hand.
    pub hand: i64,
    /// When this is, in milliseconds.
    pub millis: i64,
}

/// How many are uncertain.
impl Write for GiveUpHand {
    type Out = u64;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        lock(self.id, tx).await?;
        let sql = "delete from broadcast_hand where id = $1 and lease_until < $2 returning kind, from_n, to_n";
        let lost: Option<(String, i64, i64)> = tx.first(sql, &[&self.hand, &self.millis]).await?;
        let Some((kind, from, to)) = lost else { return Ok(0) };
        let (now, why) = (Moment::of_millis(self.millis), "whoever sent it ended before it was known");
        let uncertain = if kind == "fresh" {
            let sql = "update broadcast_recipient set state = 'uncertain', reason = $4, settled_at = $5
                       where broadcast_id = $1 and n >= $2 and n <= $3 and state = 'pending'";
            tx.run(sql, &[&self.id, &from, &to, &why, &now]).await?
        } else {
            let sql = "update broadcast_recipient set state = 'uncertain', reason = $2, settled_at = $3, hand_id = null
                       where hand_id = $1 and state = 'sending'";
            tx.run(sql, &[&self.hand, &why, &now]).await?
        };
        let count = i64::try_from(uncertain).unwrap_or(i64::MAX);
        add_counts(self.id, [0, 0, 0, count, 0], self.millis, tx).await?;
        finish(self.id, now, tx).await?;
        cards::wake(self.id, tx).await?;
        Ok(uncertain)
    }
}
