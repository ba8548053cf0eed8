//! Browsers that ask to be signed in by the bot.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::SignInMethod;
use crate::model::session::{RefreshSecret, RequestSource};
use crate::model::time::Moment;
use crate::store::sign_in::telegram_login::{NewSessionRow, SessionOutcome, start_session};
use crate::store::{Result, Store, Tx, Write};

/// A request as stored.
#[derive(Clone, Debug, FromRow)]
pub struct BotSignInRow {
    /// Its number.
    pub id: i64,
    /// What leads to the bot.
    pub code: String,
    /// The number that the browser shows.
    #[sqlx(rename = "match_number")]
    pub number: i64,
    /// The three that the bot shows, with spaces between.
    pub choices: String,
    /// The browser that asks.
    pub device: String,
    /// The network it asks from.
    pub network: String,
    /// `waiting`, `approved`, `refused` or `used`.
    pub state: String,
    /// Whoever opened it first.
    pub account_id: Option<AccountId>,
    /// The account that whoever opens it is to be joined to; none for a sign-in.
    #[sqlx(rename = "link_account_id")]
    pub link_to: Option<AccountId>,
    /// Until when it is good.
    pub expires_at: Moment,
}

/// The columns of a [`BotSignInRow`].
macro_rules! request_columns {
    () => {
        "id, code, match_number, choices, device, network, state, account_id, link_account_id, expires_at"
    };
}

impl Store {
    /// The request that a browser holds.
    pub async fn request_of_browser(&self, poll_digest: &[u8]) -> Result<Option<BotSignInRow>> {
        let sql = concat!("select ", request_columns!(), " from bot_sign_in where poll_digest = $1");
        Ok(self.db.first(sql, &[&poll_digest]).await?)
    }

    /// The request of a link.
    pub async fn request_of_code(&self, code: &str) -> Result<Option<BotSignInRow>> {
        let sql = concat!("select ", request_columns!(), " from bot_sign_in where code = $1");
        Ok(self.db.first(sql, &[&code]).await?)
    }

    /// The request with that number, if that person opened it.
    pub async fn request_of(&self, id: i64, account: AccountId) -> Result<Option<BotSignInRow>> {
        let sql = concat!("select ", request_columns!(), " from bot_sign_in where id = $1 and account_id = $2");
        Ok(self.db.first(sql, &[&id, &account]).await?)
    }
}

/// Keeps a new request.
#[derive(Clone, Debug)]
pub struct AddBotSignIn {
    /// What leads to the bot.
    pub code: String,
    /// The SHA-256 of what the browser holds.
    pub poll_digest: Vec<u8>,
    /// The number that the browser shows.
    pub number: i64,
    /// The three that the bot shows, with spaces between.
    pub choices: String,
    /// Where from.
    pub origin: RequestSource,
    /// The account that whoever opens it is to be joined to; none for a sign-in.
    pub link_to: Option<AccountId>,
    /// Until when it is good.
    pub expires_at: Moment,
}

impl Write for AddBotSignIn {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into bot_sign_in
                     (code, poll_digest, match_number, choices, device, network, state, link_account_id, expires_at)
                   values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)";
        let RequestSource { device, network } = &self.origin;
        let (digest, number, choices) = (&self.poll_digest, &self.number, &self.choices);
        tx.run(sql, &[&self.code, digest, number, choices, device, network, &self.link_to, &self.expires_at])
            .await
            .map(drop)
    }
}

/// Opens a request in chat: from here on it is this person's to answer, and nobody else's.
#[derive(Clone, Debug)]
pub struct OpenBotSignIn {
    /// What stood in the link.
    pub code: String,
    /// Who followed it.
    pub account: AccountId,
    /// When this is.
    pub now: Moment,
}

/// The request, unless somebody else has opened it, it was answered, or its time is over.
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

/// Answers a request. What is not the browser's number ends it, even when it was approved a moment ago.
#[derive(Clone, Debug)]
pub struct AnswerBotSignIn {
    /// Which.
    pub id: i64,
    /// Who answers: it must be whoever opened it.
    pub account: AccountId,
    /// The number they see in their browser; 0 when they see none.
    pub number: i64,
    /// When this is.
    pub now: Moment,
}

/// The state it is in now; none when this changed nothing.
impl Write for AnswerBotSignIn {
    type Out = Option<String>;

    fn order(&self) -> i64 {
        self.id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<String>> {
        let sql = "update bot_sign_in set state = case when match_number = $3 then 'approved' else 'refused' end
                   where id = $1 and account_id = $2 and expires_at > $4
                     and (state = 'waiting' or (state = 'approved' and match_number <> $3))
                   returning state";
        let state: Option<(String,)> = tx.first(sql, &[&self.id, &self.account, &self.number, &self.now]).await?;
        Ok(state.map(|(state,)| state))
    }
}

/// Spends an approved request for a session.
#[derive(Clone, Debug)]
pub struct SpendBotSignIn {
    /// Which.
    pub id: i64,
    /// Where from.
    pub origin: RequestSource,
    /// The first secret of the session's line.
    pub secret: RefreshSecret,
    /// When this is.
    pub now: Moment,
}

/// The session; none when the request is not approved any more, or its time is over.
impl Write for SpendBotSignIn {
    type Out = Option<SessionOutcome>;

    fn order(&self) -> i64 {
        self.id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<SessionOutcome>> {
        let sql = "update bot_sign_in set state = 'used'
                   where id = $1 and state = 'approved' and expires_at > $2 and link_account_id is null
                   returning account_id";
        let spent: Option<(AccountId,)> = tx.first(sql, &[&self.id, &self.now]).await?;
        let Some((account,)) = spent else { return Ok(None) };
        let Self { origin, secret, now, .. } = self;
        let opening = NewSessionRow { account, door: SignInMethod::Bot, origin, secret, now: *now };
        start_session(opening, tx).await.map(Some)
    }
}

/// Spends an approved request for the proof that whoever answered it holds their account.
#[derive(Clone, Debug)]
pub struct SpendTelegramLink {
    /// Which.
    pub id: i64,
    /// The account they are to be joined to: another one's request does not count.
    pub link_to: AccountId,
    /// When this is.
    pub now: Moment,
}

/// Whose answer it was; none when the request is not approved any more, or its time is over.
impl Write for SpendTelegramLink {
    type Out = Option<AccountId>;

    fn order(&self) -> i64 {
        self.id
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<AccountId>> {
        let sql = "update bot_sign_in set state = 'used'
                   where id = $1 and state = 'approved' and expires_at > $2 and link_account_id = $3
                   returning account_id";
        let spent: Option<(AccountId,)> = tx.first(sql, &[&self.id, &self.now, &self.link_to]).await?;
        Ok(spent.map(|(account,)| account))
    }
}
