//! Links from the chat that sign a browser in, once.

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::SignInMethod;
use crate::model::session::{RefreshSecret, RequestSource};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::sign_in::telegram_login::{NewSessionRow, SessionOutcome, start_session};
use crate::store::{Result, Store, Tx, Write};

/// A link as stored, with the account it leads into.
#[derive(Clone, Debug, FromRow)]
pub struct SignInLinkRow {
    /// Whom it signs in.
    #[sqlx(flatten)]
    pub account: Account,
    /// Until when it is good.
    pub expires_at: Moment,
    /// When it was used.
    pub used_at: Option<Moment>,
}

impl Store {
    /// The link with that digest.
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

/// Keeps a new link.
#[derive(Clone, Debug)]
pub struct AddSignInLink {
    /// The SHA-256 of its token.
    pub digest: Vec<u8>,
    /// Whom it signs in.
    pub account: AccountId,
    /// Until when it is good.
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
    /// The SHA-256 of its token.
    pub digest: Vec<u8>,
    /// The account that the person was shown: another one's link does not count.
    pub account: AccountId,
    /// Where from.
    pub origin: RequestSource,
    /// The first secret of the session's line.
    pub secret: RefreshSecret,
    /// When this is.
    pub now: Moment,
}

/// The session; none when the link was used before, or its time is over.
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
        let opening = NewSessionRow { account: *account, door: SignInMethod::Link, origin, secret, now: *now };
        start_session(opening, tx).await.map(Some)
    }
}
