//! Sign-in links: single-use links from the chat that sign a browser in.

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::SignInMethod;
use crate::model::session::{RefreshSecret, RequestSource};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::sign_in::telegram_login::{NewSessionRow, SessionOutcome, start_session};
use crate::store::{Result, Store, Tx, Write};

/// A sign-in link as stored, with its account.
#[derive(Clone, Debug, FromRow)]
pub struct SignInLinkRow {
    /// The account it signs in to.
    #[sqlx(flatten)]
    pub account: Account,
    /// Expiry; not accepted afterwards.
    pub expires_at: Moment,
    /// Time of use; `None` while unused.
    pub used_at: Option<Moment>,
}

impl Store {
    /// Returns the sign-in link with that digest.
    pub async fn sign_in_link(&self, digest: &[u8]) -> Result<Option<SignInLinkRow>> {
        let sql = concat!(
            "select ",
            account_columns!(),
            ", l.expires_at, l.used_at
              from sign_in_link l join account a on a.id = l.account_id
              where l.digest = $1"
        );
        Ok(self.db.first(sql, &[&digest]).await?)
    }
}

/// Stores a new link.
#[derive(Clone, Debug)]
pub struct AddSignInLink {
    /// SHA-256 of the token in the link.
    pub digest: Vec<u8>,
    /// The account it signs in to.
    pub account: AccountId,
    /// Expiry; not accepted afterwards.
    pub expires_at: Moment,
}

impl Write for AddSignInLink {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into sign_in_link (digest, account_id, expires_at) values ($1, $2, $3)";
        tx.run(sql, &[&self.digest, &self.account, &self.expires_at]).await.map(drop)
    }
}

/// Spends a link for a session.
#[derive(Clone, Debug)]
pub struct SpendSignInLink {
    /// SHA-256 of the token in the link.
    pub digest: Vec<u8>,
    /// The account shown to the person; must match the link.
    pub account: AccountId,
    /// Device and network of the request.
    pub origin: RequestSource,
    /// First secret of the session's refresh chain.
    pub secret: RefreshSecret,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the session; `None` if the link was used or has expired.
impl Write for SpendSignInLink {
    type Out = Option<SessionOutcome>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<SessionOutcome>> {
        let sql = "update sign_in_link set used_at = $3
                   where digest = $1 and account_id = $2 and used_at is null and expires_at > $3";
        if tx.run(sql, &[&self.digest, &self.account, &self.now]).await? == 0 {
            return Ok(None);
        }
        let Self { account, origin, secret, now, .. } = self;
        let opening = NewSessionRow { account: *account, method: SignInMethod::Link, origin, secret, now: *now };
        start_session(opening, tx).await.map(Some)
    }
}
