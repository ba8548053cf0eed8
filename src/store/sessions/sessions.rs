//! Sessions: looking at them, ending them, forgetting them.

use crate::model::accounts::account::{Account, AccountId};
use crate::model::session::{Session, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::{Result, Store, Tx, Write};

/// The columns of a [`Session`], for `s`; named so that an account's can stand beside them.
macro_rules! session_columns {
    () => {
        "s.id as session_id, s.account_id, s.device, s.network, s.created_at as begun_at, s.last_seen_at, s.ended_at,
         s.refresh_generation, s.refresh_digest, s.rotations"
    };
}
pub(in crate::store) use session_columns;

/// A session, and its account.
#[derive(sqlx::FromRow)]
pub(in crate::store) struct SessionWithAccount {
    #[sqlx(flatten)]
    pub(in crate::store) session: Session,
    #[sqlx(flatten)]
    pub(in crate::store) account: Account,
}

impl Store {
    /// A session, and its account.
    pub async fn session(&self, id: SessionId) -> Result<Option<(Session, Account)>> {
        let sql = concat!(
            "select ",
            session_columns!(),
            ", ",
            account_columns!(),
            " from session s join account a on a.id = s.account_id where s.id = $1"
        );
        let held: Option<SessionWithAccount> = self.db.first(sql, &[&id]).await?;
        Ok(held.map(|held| (held.session, held.account)))
    }

    /// The sessions of an account that were not ended, the newest first.
    pub async fn sessions(&self, account: AccountId) -> Result<Vec<Session>> {
        let sql = concat!(
            "select ",
            session_columns!(),
            " from session s where s.account_id = $1 and s.ended_at is null order by s.id desc limit 1000"
        );
        Ok(self.db.all(sql, &[&account]).await?)
    }
}

/// Ends one session of an account.
#[derive(Clone, Debug)]
pub struct EndSession {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub session: SessionId,
    /// When this is.
    pub now: Moment,
}

/// Whether there was such an open session.
impl Write for EndSession {
    type Out = bool;

    fn order(&self) -> i64 {
        self.session.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update session set ended_at = $3 where id = $1 and account_id = $2 and ended_at is null";
        Ok(tx.run(sql, &[&self.session, &self.account, &self.now]).await? == 1)
    }
}

/// Ends every session of an account but one.
#[derive(Clone, Debug)]
pub struct EndOtherSessions {
    /// Whose.
    pub account: AccountId,
    /// The one that goes on.
    pub but: SessionId,
    /// When this is.
    pub now: Moment,
}

/// How many were ended.
impl Write for EndOtherSessions {
    type Out = u64;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let sql = "update session set ended_at = $3 where account_id = $1 and id <> $2 and ended_at is null";
        tx.run(sql, &[&self.account, &self.but, &self.now]).await
    }
}

/// Forgets what no longer matters: used payloads past their time, sessions that ended long ago.
#[derive(Clone, Debug)]
pub struct PurgeSessions {
    /// When this is.
    pub now: Moment,
}

impl Write for PurgeSessions {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let month_ago = self.now.minus(30 * 86_400);
        let two_days_ago = self.now.minus(2 * 86_400);
        let mut forgotten = tx.run("delete from used_login_signature where expires_at < $1", &[&self.now]).await?;
        let sql = "delete from session where ended_at < $1 or last_seen_at < $2";
        let idle = self.now.minus(2 * crate::model::session::IDLE_LIFETIME_SECS);
        forgotten += tx.run(sql, &[&month_ago, &idle]).await?;
        forgotten += tx.run("delete from bot_update where claimed_at < $1", &[&two_days_ago]).await?;
        // The newest stays: SQLite would give its number away again.
        let sql = "delete from account_change where created_at < $1 and id < (select max(id) from account_change)";
        forgotten += tx.run(sql, &[&two_days_ago]).await?;
        forgotten += tx.run("delete from dialogue where expires_at < $1", &[&self.now]).await?;
        // Kept for an hour beyond their time: whoever comes late is told what became of them.
        let hour_ago = self.now.minus(3600);
        forgotten += tx.run("delete from bot_sign_in where expires_at < $1", &[&hour_ago]).await?;
        forgotten += tx.run("delete from sign_in_link where expires_at < $1", &[&hour_ago]).await?;
        Ok(forgotten)
    }
}
