//! Sessions: look-ups and ending.

use crate::model::accounts::account::{Account, AccountId};
use crate::model::session::{Session, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::accounts::activity::account_write;
use crate::store::{Result, Store, Tx, Write, WriteLane};

/// Columns of a [`Session`], from the alias `s`. Renamed where an account's columns would collide.
macro_rules! session_columns {
    () => {
        "s.id as session_id, s.account_id, s.device, s.network, s.created_at as begun_at, s.last_seen_at, s.ended_at,
         s.refresh_generation, s.refresh_digest, s.rotations, s.used_generation,
         s.identity_kind, s.identity_subject"
    };
}
pub(in crate::store) use session_columns;

/// A session together with its account.
#[derive(sqlx::FromRow)]
pub(in crate::store) struct SessionWithAccount {
    #[sqlx(flatten)]
    pub(in crate::store) session: Session,
    #[sqlx(flatten)]
    pub(in crate::store) account: Account,
}

account_write!(EndSession, EndOtherSessions);

impl Store {
    /// Returns a session together with its account.
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

    /// Returns up to 1,000 sessions of an account that have not ended, newest first.
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
    /// The account concerned.
    pub account: AccountId,
    /// Id of the session.
    pub session: SessionId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if the session was active.
impl Write for EndSession {
    type Out = bool;

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.session.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update session set ended_at = $3 where id = $1 and account_id = $2 and ended_at is null";
        Ok(tx.run(sql, &[&self.session, &self.account, &self.now]).await? == 1)
    }
}

/// Ends all sessions of an account but one.
#[derive(Clone, Debug)]
pub struct EndOtherSessions {
    /// The account concerned.
    pub account: AccountId,
    /// The session that remains.
    pub but: SessionId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the number of sessions ended.
impl Write for EndOtherSessions {
    type Out = u64;

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let sql = "update session set ended_at = $3 where account_id = $1 and id <> $2 and ended_at is null";
        tx.run(sql, &[&self.account, &self.but, &self.now]).await
    }
}
