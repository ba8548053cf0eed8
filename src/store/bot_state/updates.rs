//! What the bot has handled, and what it waits to hear.

use crate::model::accounts::account::TelegramId;
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

/// How long an instance may say nothing of an update in its hand before another may think it dead, in seconds.
const UPDATE_LEASE_SECS: i64 = 15;

/// Takes an update in hand.
#[derive(Clone, Debug)]
pub struct ClaimUpdate {
    /// Telegram's number of it.
    pub update_id: i64,
    /// When this is.
    pub now: Moment,
}

/// What became of a [`ClaimUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// It is ours to handle.
    Ours,
    /// It was handled before.
    Done,
    /// Another instance, or an earlier delivery, has it in hand.
    InHand,
}

impl Write for ClaimUpdate {
    type Out = ClaimOutcome;

    fn order(&self) -> i64 {
        self.update_id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<ClaimOutcome> {
        let sql = "insert into bot_update (update_id, done, claimed_at) values ($1, false, $2)
                   on conflict (update_id) do update set claimed_at = $2
                   where not bot_update.done and bot_update.claimed_at <= $3
                   returning update_id";
        let dead = self.now.minus(UPDATE_LEASE_SECS);
        if tx.first::<(i64,)>(sql, &[&self.update_id, &self.now, &dead]).await?.is_some() {
            return Ok(ClaimOutcome::Ours);
        }
        let (done,): (bool,) = tx.one("select done from bot_update where update_id = $1", &[&self.update_id]).await?;
        Ok(if done { ClaimOutcome::Done } else { ClaimOutcome::InHand })
    }
}

/// Says that an update is still in hand.
#[derive(Clone, Debug)]
pub struct ExtendUpdateLease {
    /// Telegram's number of it.
    pub update_id: i64,
    /// When this is.
    pub now: Moment,
}

impl Write for ExtendUpdateLease {
    type Out = ();

    fn order(&self) -> i64 {
        self.update_id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update bot_update set claimed_at = $2 where update_id = $1 and not done";
        tx.run(sql, &[&self.update_id, &self.now]).await?;
        Ok(())
    }
}

/// Marks an update as handled, or gives it back so that its next delivery is.
#[derive(Clone, Debug)]
pub struct FinishUpdate {
    /// Telegram's number of it.
    pub update_id: i64,
    /// How it went.
    pub how: UpdateDisposition,
}

/// How an update was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateDisposition {
    /// Its work is done.
    Done,
    /// Nothing was done: it is to be delivered again.
    GivenBack,
}

impl Write for FinishUpdate {
    type Out = ();

    fn order(&self) -> i64 {
        self.update_id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = match self.how {
            UpdateDisposition::Done => "update bot_update set done = true where update_id = $1",
            UpdateDisposition::GivenBack => "delete from bot_update where update_id = $1 and not done",
        };
        tx.run(sql, &[&self.update_id]).await?;
        Ok(())
    }
}

impl Store {
    /// What the bot last asked that person and still waits to hear.
    pub async fn dialogue(&self, person: TelegramId, now: Moment) -> Result<Option<String>> {
        let sql = "select step from dialogue where telegram_id = $1 and expires_at > $2";
        let step: Option<(String,)> = self.db.first(sql, &[&person, &now]).await?;
        Ok(step.map(|(step,)| step))
    }
}

/// Remembers what the bot asked a person, or that it waits for nothing.
#[derive(Clone, Debug)]
pub struct SetDialogue {
    /// Whom.
    pub person: TelegramId,
    /// The question, and when it is too late to answer it.
    pub step: Option<(String, Moment)>,
}

impl Write for SetDialogue {
    type Out = ();

    fn order(&self) -> i64 {
        self.person.get()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        match &self.step {
            Some((step, expires_at)) => {
                let sql = "insert into dialogue (telegram_id, step, expires_at) values ($1, $2, $3)
                           on conflict (telegram_id) do update set step = excluded.step, expires_at = excluded.expires_at";
                tx.run(sql, &[&self.person, step, expires_at]).await?
            }
            None => tx.run("delete from dialogue where telegram_id = $1", &[&self.person]).await?,
        };
        Ok(())
    }
}
