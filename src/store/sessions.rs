//! Sessions, and the signed payloads that began them.

use crate::model::account::{Account, AccountId};
use crate::model::notice::Notice;
use crate::model::session::{Origin, RefreshSecret, RefreshToken, Session, SessionId, Standing, Succession};
use crate::model::time::Moment;
use crate::store::accounts::{FindOrMake, account_columns};
use crate::store::notices::AddNotice;
use crate::store::{Result, Store, Tx, Write};

/// The columns of a [`Session`], for `s`.
macro_rules! session_columns {
    () => {
        "s.id, s.account_id, s.device, s.network, s.created_at, s.last_seen_at, s.ended_at, s.generation, s.digest, s.turns"
    };
}

impl Store {
    /// A session, and its account.
    pub async fn session(&self, id: SessionId) -> Result<Option<(Session, Account)>> {
        let sql = concat!("select ", session_columns!(), " from session s where s.id = $1");
        let Some(session) = self.db.first::<Session>(sql, &[&id]).await? else { return Ok(None) };
        let sql = concat!("select ", account_columns!(), " from account a where a.id = $1");
        let account = self.db.first(sql, &[&session.account_id]).await?;
        Ok(account.map(|account| (session, account)))
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

/// Begins a session for a Telegram user who proved who they are.
#[derive(Debug)]
pub struct SignIn {
    /// Who.
    pub person: FindOrMake,
    /// The payload's signature, which lets it in only once, and when it may be forgotten.
    pub proof: (Vec<u8>, Moment),
    /// Where from.
    pub origin: Origin,
    /// The first secret of the session's line.
    pub secret: RefreshSecret,
}

/// What became of a [`SignIn`].
#[derive(Debug)]
pub enum SignedIn {
    /// A session was begun.
    Begun(Account, SessionId),
    /// The payload was used before.
    Used,
    /// The account may not be used.
    Banned,
}

impl Write for SignIn {
    type Out = SignedIn;

    fn order(&self) -> i64 {
        self.person.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<SignedIn> {
        let (signature, forget_at) = &self.proof;
        let sql = "insert into used_login (signature, expires_at) values ($1, $2) on conflict (signature) do nothing";
        if tx.run(sql, &[signature, forget_at]).await? == 0 {
            return Ok(SignedIn::Used);
        }
        let account = self.person.run(tx).await?;
        if account.banned_at.is_some() {
            return Ok(SignedIn::Banned);
        }
        let sql = "insert into session (account_id, device, network, created_at, last_seen_at, digest)
                   values ($1, $2, $3, $4, $4, $5)
                   returning id";
        let Origin { device, network } = &self.origin;
        let digest = self.secret.digest();
        let (session,) = tx.one(sql, &[&account.id, device, network, &self.person.now, &digest]).await?;
        Ok(SignedIn::Begun(account, session))
    }
}

/// Spends a refresh token for the next one.
#[derive(Clone)]
pub struct Refresh {
    /// The token that was presented.
    pub token: RefreshToken,
    /// The key to its successors.
    pub succession: Succession,
    /// Where from.
    pub origin: Origin,
    /// When this is.
    pub now: Moment,
}

/// What became of a [`Refresh`].
#[derive(Debug)]
pub enum Refreshed {
    /// The session goes on with this token.
    On(Account, RefreshToken),
    /// A spent token was used again: the session is ended, by this very call if `now_ended`.
    Replayed {
        /// Whose session it was.
        account: AccountId,
        /// Whether this call ended it.
        now_ended: bool,
    },
    /// Its session is over.
    Over,
    /// No such token.
    Refused,
}

impl Write for Refresh {
    type Out = Refreshed;

    fn order(&self) -> i64 {
        self.token.session.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Refreshed> {
        // A turn that loses its guard has seen an older row than there is: look again, at most as often as there are rivals.
        loop {
            let sql = concat!("select ", session_columns!(), " from session s where s.id = $1");
            let Some(session) = tx.first::<Session>(sql, &[&self.token.session]).await? else {
                return Ok(Refreshed::Refused);
            };
            let good = match session.judge(&self.token, &self.succession, self.now) {
                Standing::Current { next, turns } => {
                    if !self.turn(tx, &session, &next, &turns).await? {
                        continue;
                    }
                    next
                }
                Standing::Behind { current } => current,
                Standing::Replayed => return self.end(tx, &session).await,
                Standing::Over => return Ok(Refreshed::Over),
                Standing::Unknown => return Ok(Refreshed::Refused),
            };
            let sql = concat!("select ", account_columns!(), " from account a where a.id = $1");
            let account: Account = tx.one(sql, &[&session.account_id]).await?;
            return Ok(if account.banned_at.is_some() { Refreshed::Refused } else { Refreshed::On(account, good) });
        }
    }
}

impl Refresh {
    async fn turn(&self, tx: &mut Tx, session: &Session, next: &RefreshToken, turns: &str) -> sqlx::Result<bool> {
        let sql = "update session set generation = $3, digest = $4, turns = $5, last_seen_at = $6, network = $7
                   where id = $1 and generation = $2 and ended_at is null";
        let digest = next.secret.digest();
        let (id, from) = (&session.id, &session.generation);
        Ok(tx.run(sql, &[id, from, &next.generation, &digest, &turns, &self.now, &self.origin.network]).await? == 1)
    }

    async fn end(&self, tx: &mut Tx, session: &Session) -> sqlx::Result<Refreshed> {
        let sql = "update session set ended_at = $2 where id = $1 and ended_at is null";
        let now_ended = tx.run(sql, &[&session.id, &self.now]).await? == 1;
        if now_ended {
            replayed(session, self.now).run(tx).await?;
        }
        Ok(Refreshed::Replayed { account: session.account_id, now_ended })
    }
}

/// What the person is told when a spent token of theirs was used again.
fn replayed(session: &Session, now: Moment) -> AddNotice {
    let Session { id, account_id: account, device, network, .. } = session;
    let notice = Notice::SessionReplayed { device: device.clone(), network: network.clone() };
    AddNotice { account: *account, notice, once_key: format!("session_replayed:{id}"), now }
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
pub struct Forget {
    /// When this is.
    pub now: Moment,
}

impl Write for Forget {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let month_ago = self.now.minus(30 * 86_400);
        let two_days_ago = self.now.minus(2 * 86_400);
        let mut forgotten = tx.run("delete from used_login where expires_at < $1", &[&self.now]).await?;
        let sql = "delete from session where ended_at < $1 or last_seen_at < $2";
        let idle = self.now.minus(2 * crate::model::session::IDLE_LIMIT);
        forgotten += tx.run(sql, &[&month_ago, &idle]).await?;
        forgotten += tx.run("delete from seen_update where seen_at < $1", &[&two_days_ago]).await?;
        forgotten += tx.run("delete from dialogue where expires_at < $1", &[&self.now]).await?;
        Ok(forgotten)
    }
}
