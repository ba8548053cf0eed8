//! Sign-in links: single-use links from the chat that sign a browser in.

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::SignInMethod;
use crate::model::session::{RefreshSecret, RequestSource};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::bot_state::secret_messages::{AddSecretMessage, RemoveSecretMessage};
use crate::store::sessions::session_start::ApprovingMessage;
use crate::store::sign_in::proof_signature::ProofSignature;
use crate::store::sign_in::telegram_login::{IdentitySubject, NewSessionRow, SessionOutcome, start_approved_session};
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
    /// Telegram id, as text, of the person whose chat it is made for.
    pub telegram_subject: String,
    /// Expiry; not accepted afterwards.
    pub expires_at: Moment,
}

impl Write for AddSignInLink {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { digest, account, telegram_subject, expires_at } = self;
        let sql = "insert into sign_in_link (digest, account_id, telegram_subject, expires_at) values ($1, $2, $3, $4)";
        tx.run(sql, &[digest, account, telegram_subject, expires_at]).await.map(drop)
    }
}

/// Records the chat message that shows a link, and schedules its deletion.
#[derive(Clone, Debug)]
pub struct RecordLinkMessage {
    /// SHA-256 of the token in the link.
    pub digest: Vec<u8>,
    /// The message, and the time of its deletion.
    pub deletion: AddSecretMessage,
}

impl Write for RecordLinkMessage {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update sign_in_link set message_id = $2 where digest = $1 and used_at is null";
        tx.run(sql, &[&self.digest, &self.deletion.message.message_id]).await?;
        self.deletion.run(tx).await
    }
}

/// Marks a signed login payload as used, so that it signs nobody in.
#[derive(Clone, Debug)]
pub struct SpendLoginPayload {
    /// Signature of the payload.
    pub proof: ProofSignature,
}

/// Output: true if the payload was not used before.
impl Write for SpendLoginPayload {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        self.proof.spend(tx).await
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
    pub source: RequestSource,
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
                   where digest = $1 and account_id = $2 and used_at is null and expires_at > $3
                   returning telegram_subject, message_id";
        let spent: Option<(String, Option<i64>)> = tx.first(sql, &[&self.digest, &self.account, &self.now]).await?;
        let Some((telegram, message_id)) = spent else { return Ok(None) };
        let approving = ApprovingMessage::of(&telegram, message_id);
        if let Some(ApprovingMessage { person, message_id }) = approving {
            // It becomes the result instead of being deleted.
            RemoveSecretMessage { chat_id: person.get(), message_id }.run(tx).await?;
        }
        let Self { account, source, secret, now, .. } = self;
        let (method, subject) = (SignInMethod::Link, IdentitySubject::Text(&telegram));
        let opening = NewSessionRow { account: *account, method, subject, source, secret, now: *now };
        start_approved_session(opening, approving, tx).await.map(Some)
    }
}
