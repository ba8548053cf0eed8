//! Bot sign-in: requests of browsers that are confirmed in the bot by number matching.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::SignInMethod;
use crate::model::session::{RefreshSecret, RequestSource};
use crate::model::time::Moment;
use crate::store::sessions::session_start::ApprovingMessage;
use crate::store::sign_in::telegram_login::{IdentitySubject, NewSessionRow, SessionOutcome, start_approved_session};
use crate::store::{Result, Store, Tx, Write};

/// A request as stored.
#[derive(Clone, Debug, FromRow)]
pub struct BotSignInRow {
    /// Identifies the request in buttons of the bot.
    pub id: i64,
    /// Code in the link to the bot.
    pub code: String,
    /// Number shown by the browser.
    pub match_number: i64,
    /// Three numbers offered by the bot, separated by spaces.
    pub choices: String,
    /// Browser of the request.
    pub device: String,
    /// Network of the request.
    pub network: String,
    /// `waiting`, `approved`, `refused` or `used`.
    pub state: String,
    /// The account that opened the link first.
    pub account_id: Option<AccountId>,
    /// The account to link the answering person's Telegram to; `None` for a sign-in.
    pub link_account_id: Option<AccountId>,
    /// Expiry; not accepted afterwards.
    pub expires_at: Moment,
}

/// Columns of a [`BotSignInRow`].
macro_rules! request_columns {
    () => {
        "id, code, match_number, choices, device, network, state, account_id, link_account_id, expires_at"
    };
}

impl Store {
    /// Returns the request of a browser, by the digest of its secret.
    pub async fn request_of_browser(&self, poll_digest: &[u8]) -> Result<Option<BotSignInRow>> {
        let sql = concat!("select ", request_columns!(), " from bot_sign_in where poll_digest = $1");
        Ok(self.db.first(sql, &[&poll_digest]).await?)
    }

    /// Returns the request of a link to the bot.
    pub async fn request_of_code(&self, code: &str) -> Result<Option<BotSignInRow>> {
        let sql = concat!("select ", request_columns!(), " from bot_sign_in where code = $1");
        Ok(self.db.first(sql, &[&code]).await?)
    }

    /// Returns a request that this account opened.
    pub async fn request_of(&self, id: i64, account: AccountId) -> Result<Option<BotSignInRow>> {
        let sql = concat!("select ", request_columns!(), " from bot_sign_in where id = $1 and account_id = $2");
        Ok(self.db.first(sql, &[&id, &account]).await?)
    }
}

/// Stores a new request.
#[derive(Clone, Debug)]
pub struct AddBotSignIn {
    /// Code in the link to the bot.
    pub code: String,
    /// SHA-256 of the browser's secret.
    pub poll_digest: Vec<u8>,
    /// Number shown by the browser.
    pub number: i64,
    /// Three numbers offered by the bot, separated by spaces.
    pub choices: String,
    /// Device and network of the request.
    pub source: RequestSource,
    /// The account to link the answering person's Telegram to; `None` for a sign-in.
    pub link_to: Option<AccountId>,
    /// Expiry; not accepted afterwards.
    pub expires_at: Moment,
}

impl Write for AddBotSignIn {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into bot_sign_in
                     (code, poll_digest, match_number, choices, device, network, state, link_account_id, expires_at)
                   values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)";
        let RequestSource { device, network } = &self.source;
        let (digest, number, choices) = (&self.poll_digest, &self.number, &self.choices);
        tx.run(sql, &[&self.code, digest, number, choices, device, network, &self.link_to, &self.expires_at])
            .await
            .map(drop)
    }
}

/// Opens a request in the bot. Only the account that opened it can answer.
#[derive(Clone, Debug)]
pub struct OpenBotSignIn {
    /// Code in the link to the bot.
    pub code: String,
    /// The account that opened the link.
    pub account: AccountId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the request; `None` if it was opened by another account, answered, or has expired.
impl Write for OpenBotSignIn {
    type Out = Option<BotSignInRow>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<BotSignInRow>> {
        let sql = concat!(
            "update bot_sign_in set account_id = $2
             where code = $1 and state = 'waiting' and expires_at > $3 and (account_id is null or account_id = $2)
             returning ",
            request_columns!()
        );
        tx.first(sql, &[&self.code, &self.account, &self.now]).await
    }
}

/// Answers a request. A wrong number refuses it, even if it was already approved.
#[derive(Clone, Debug)]
pub struct AnswerBotSignIn {
    /// Id of the request.
    pub id: i64,
    /// The answering account; must be the one that opened the request.
    pub account: AccountId,
    /// Telegram id, as text, of the answering person. The session is begun by it.
    pub telegram_subject: String,
    /// Number chosen by the person; 0 if the browser shows none of the three.
    pub number: i64,
    /// Message that was answered. It becomes the result when the session begins.
    pub message_id: Option<i64>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the new state; `None` if nothing changed.
impl Write for AnswerBotSignIn {
    type Out = Option<String>;

    fn order(&self) -> i64 {
        self.id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<String>> {
        let sql = "update bot_sign_in set state = case when match_number = $3 then 'approved' else 'refused' end,
                     telegram_subject = $5, message_id = $6
                   where id = $1 and account_id = $2 and expires_at > $4
                     and (state = 'waiting' or (state = 'approved' and match_number <> $3))
                   returning state";
        let Self { id, account, telegram_subject, number, message_id, now } = self;
        let state: Option<(String,)> = tx.first(sql, &[id, account, number, now, telegram_subject, message_id]).await?;
        Ok(state.map(|(state,)| state))
    }
}

/// Spends an approved request for a session.
#[derive(Clone, Debug)]
pub struct SpendBotSignIn {
    /// Id of the request.
    pub id: i64,
    /// Device and network of the request.
    pub source: RequestSource,
    /// First secret of the session's refresh chain.
    pub secret: RefreshSecret,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the session; `None` if the request is no longer approved or has expired.
impl Write for SpendBotSignIn {
    type Out = Option<SessionOutcome>;

    fn order(&self) -> i64 {
        self.id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<SessionOutcome>> {
        let sql = "update bot_sign_in set state = 'used'
                   where id = $1 and state = 'approved' and expires_at > $2 and link_account_id is null
                   returning account_id, coalesce(telegram_subject, ''), message_id";
        let spent: Option<(AccountId, String, Option<i64>)> = tx.first(sql, &[&self.id, &self.now]).await?;
        let Some((account, telegram, message_id)) = spent else { return Ok(None) };
        let Self { source, secret, now, .. } = self;
        let (method, subject) = (SignInMethod::Bot, IdentitySubject::Text(&telegram));
        let opening = NewSessionRow { account, method, subject, source, secret, now: *now };
        start_approved_session(opening, ApprovingMessage::of(&telegram, message_id), tx).await.map(Some)
    }
}

/// Spends an approved request as proof that the answering person holds their account.
#[derive(Clone, Debug)]
pub struct SpendTelegramLink {
    /// Id of the request.
    pub id: i64,
    /// The account to link to; must match the request.
    pub link_to: AccountId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the Telegram id, as text, of the answering person; `None` if the request is no longer approved or has expired.
impl Write for SpendTelegramLink {
    type Out = Option<String>;

    fn order(&self) -> i64 {
        self.id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<String>> {
        let sql = "update bot_sign_in set state = 'used'
                   where id = $1 and state = 'approved' and expires_at > $2 and link_account_id = $3
                   returning coalesce(telegram_subject, '')";
        let spent: Option<(String,)> = tx.first(sql, &[&self.id, &self.now, &self.link_to]).await?;
        Ok(spent.map(|(subject,)| subject))
    }
}
