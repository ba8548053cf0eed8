//! Reachability: whether the bot may write to a person.

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::time::Moment;
use crate::store::{Tx, Write};

/// Marks a person as reachable: they wrote to the bot or unblocked it. Notices that wait for them are due immediately.
#[derive(Clone, Debug)]
pub struct MarkReachable {
    /// Telegram id of the person.
    pub person: TelegramId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if the person had been unreachable.
impl Write for MarkReachable {
    type Out = bool;

    fn order(&self) -> i64 {
        self.person.get()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update identity set last_seen_at = $2 where kind = 'telegram' and subject = $1";
        tx.run(sql, &[&self.person.to_string(), &self.now]).await?;
        let sql = "update identity set unreachable_at = null
                   where kind = 'telegram' and subject = $1 and unreachable_at is not null
                   returning account_id";
        let Some((account,)) = tx.first::<(AccountId,)>(sql, &[&self.person.to_string()]).await? else {
            return Ok(false);
        };
        // A notice leased at this moment is left to the holder of its lease.
        let sql = "update notice set due_at = $2 where account_id = $1 and awaits_reachability and due_at > $2";
        tx.run(sql, &[&account, &self.now]).await?;
        Ok(true)
    }
}

/// Marks a person as unreachable: they blocked the bot or never wrote to it.
#[derive(Clone, Debug)]
pub struct MarkUnreachable {
    /// Telegram id of the person.
    pub person: TelegramId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for MarkUnreachable {
    type Out = ();

    fn order(&self) -> i64 {
        self.person.get()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update identity set unreachable_at = $2
                   where kind = 'telegram' and subject = $1 and unreachable_at is null";
        tx.run(sql, &[&self.person.to_string(), &self.now]).await.map(drop)
    }
}
