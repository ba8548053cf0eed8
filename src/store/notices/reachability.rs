//! Whom the bot can write to.

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::time::Moment;
use crate::store::{Tx, Write};

/// Notes that a person is there: they wrote to the bot, or unblocked it. What could not be said to them is due at once.
#[derive(Clone, Debug)]
pub struct MarkReachable {
    /// Who.
    pub person: TelegramId,
    /// When this is.
    pub now: Moment,
}

/// Whether they had been out of reach.
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
        // One that is in somebody's hand at this moment is left to them.
        let sql = "update notice set due_at = $2 where account_id = $1 and awaits_reachability and due_at > $2";
        tx.run(sql, &[&account, &self.now]).await?;
        Ok(true)
    }
}

/// Notes that the bot cannot write to a person: they blocked it, or never wrote to it.
#[derive(Clone, Debug)]
pub struct MarkUnreachable {
    /// Who.
    pub person: TelegramId,
    /// When this is.
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
