//! Signing in by the bot, from any browser: the browser shows a number, and the person taps the same one in chat.
//!
//! A link can be forwarded, so the link alone signs nobody in: whoever answers must see the browser's number. Whoever opens
//! the link first is the one to answer, and a wrong answer ends the request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Refusal, Result, SignInRequestError};
use crate::domain::rate_limits::{GcraState, RateLimit};
use crate::domain::sign_in::telegram_login::{NewSession, outcome_of};
use crate::domain::{Domain, Error};
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::SignInMethod;
use crate::model::crypto::rng;
use crate::model::network::Network;
use crate::model::session::{RefreshSecret, RequestSource};
use crate::model::sign_in::one_time_token::{NumberMatch, ONE_TIME_SECS, OneTimeToken};
use crate::model::time::Moment;
use crate::store::sign_in::bot_sign_in::{AddBotSignIn, AnswerBotSignIn, BotSignInRow, OpenBotSignIn, SpendBotSignIn};
use crate::telemetry;

/// How many requests a network may make in a minute.
const STARTS_PER_MINUTE: u32 = 30;
/// The same for one that the internet does not know: a proxy that does not say for whom it asks, most likely.
const STARTS_PER_MINUTE_PRIVATE: u32 = 600;

/// What each network has left of its requests.
#[derive(Debug, Default)]
pub(in crate::domain) struct BotSignInLimits(Mutex<HashMap<Network, GcraState>>);

impl BotSignInLimits {
    fn take(&self, network: Network, now_millis: i64) -> Result<()> {
        let a_minute = if network.is_private() { STARTS_PER_MINUTE_PRIVATE } else { STARTS_PER_MINUTE };
        let mut networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = networks.entry(network).or_default().take(RateLimit { policy: "sign-ins", a_minute }, now_millis);
        taken.map(drop).map_err(|quota| Refusal::TooManySignIns(quota).into())
    }

    /// Forgets what is too old to matter.
    pub(in crate::domain) fn sweep(&self, now_millis: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, meter| !meter.is_whole(now_millis));
    }
}

/// A request that a browser has just made.
#[derive(Debug)]
pub struct StartedBotSignIn {
    /// What the browser keeps to itself, and shows to get its session.
    pub token: OneTimeToken,
    /// What it shows.
    pub shown: BotSignInPrompt,
}

/// What a browser shows while it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotSignInPrompt {
    /// What leads to the bot.
    pub code: String,
    /// The number to be tapped there.
    pub number: i64,
    /// How many seconds are left.
    pub seconds: i64,
}

/// What a browser that asked gets to know.
#[derive(Debug)]
pub enum BotSignInPoll {
    /// Nobody has answered yet.
    Waiting(BotSignInPrompt),
    /// It is signed in.
    Begun(Box<NewSession>),
}

/// A request as the person in chat sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotSignInRequest {
    /// Its number.
    pub id: i64,
    /// The browser that asks.
    pub device: String,
    /// The network it asks from.
    pub network: String,
    /// Three numbers, one of which that browser shows.
    pub choices: Vec<i64>,
    /// The account that the person's is to be joined to; none for a sign-in.
    pub joins: Option<LinkTarget>,
}

/// The account that somebody's Telegram is to be joined to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkTarget {
    /// Its number.
    pub account: AccountId,
    /// What its person is called.
    pub name: String,
}

/// What an answer in chat did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BotSignInAnswer {
    /// That browser is signed in.
    Approved {
        /// The browser.
        device: String,
        /// Whether it wanted more than that: to join accounts.
        joins: bool,
    },
    /// Nobody is signed in by this request.
    Ended,
}

impl Domain {
    /// Begins a request of a browser.
    pub async fn start_bot_sign_in(&self, origin: RequestSource, network: Network) -> Result<StartedBotSignIn> {
        self.start_bot_request(origin, network, None).await
    }

    /// Begins a request of a browser that asks to be signed in, or for whoever opens it to be joined to an account.
    pub(in crate::domain) async fn start_bot_request(
        &self,
        origin: RequestSource,
        network: Network,
        link_to: Option<AccountId>,
    ) -> Result<StartedBotSignIn> {
        self.inner.bot_sign_in_limits.take(network, self.inner.env.clock.millis())?;
        let token = OneTimeToken::new(self.rng());
        let code = URL_SAFE_NO_PAD.encode(rng::bytes::<16>(self.rng()));
        let NumberMatch { right, choices } = NumberMatch::draw(self.rng());
        let number = i64::from(right);
        let request = AddBotSignIn {
            code: code.clone(),
            poll_digest: token.digest(),
            number,
            choices: choices.map(|choice| choice.to_string()).join(" "),
            origin,
            link_to,
            expires_at: self.now().plus(ONE_TIME_SECS),
        };
        self.inner.store.write(request).await?;
        Ok(StartedBotSignIn { token, shown: BotSignInPrompt { code, number, seconds: ONE_TIME_SECS } })
    }

    /// Tells a browser how its request stands; signs it in, once, when the person has answered.
    pub async fn poll_bot_sign_in(&self, token: &str, origin: RequestSource) -> Result<BotSignInPoll> {
        let outcome = self.sign_in_approved(token, origin).await;
        if !matches!(outcome, Ok(BotSignInPoll::Waiting(_))) {
            telemetry::signed_in("bot", outcome_of(&outcome));
        }
        outcome
    }

    async fn sign_in_approved(&self, token: &str, origin: RequestSource) -> Result<BotSignInPoll> {
        let digest = OneTimeToken::parse(token).ok_or(SignInRequestError::Unknown)?.digest();
        let request = self.inner.store.request_of_browser(&digest).await?;
        let request = request.filter(|request| request.link_to.is_none()).ok_or(SignInRequestError::Unknown)?;
        let (now, secret) = (self.now(), RefreshSecret::new(self.rng()));
        match standing(&request, now)? {
            BotSignInState::Waiting => {
                let BotSignInRow { code, number, expires_at, .. } = request;
                Ok(BotSignInPoll::Waiting(BotSignInPrompt { code, number, seconds: expires_at.since(now) }))
            }
            BotSignInState::Approved => {
                let spend = SpendBotSignIn { id: request.id, origin, secret, now };
                let begun = self.inner.store.write(spend).await?.ok_or(SignInRequestError::Used)?;
                Ok(BotSignInPoll::Begun(Box::new(self.new_session(begun, secret)?)))
            }
        }
    }

    /// Opens the request of a link in chat. Whoever does so first is the one to answer.
    pub async fn open_bot_sign_in(&self, caller: &SignedIn, code: &str) -> Result<BotSignInRequest> {
        let open = OpenBotSignIn { code: code.to_owned(), account: caller.account.id, now: self.now() };
        if let Some(request) = self.inner.store.write(open).await? {
            let joins = self.joins(&request).await?;
            return Ok(asking(request, joins));
        }
        let request = self.inner.store.request_of_code(code).await?.ok_or(SignInRequestError::Unknown)?;
        standing(&request, self.now())?;
        // Somebody else's to answer, or answered.
        Err(SignInRequestError::Used.into())
    }

    /// Answers a request with the number that the person sees in their browser; `None` when it is not theirs. Answering twice
    /// in the same way is one answer.
    pub async fn answer_bot_sign_in(&self, caller: &SignedIn, id: i64, number: Option<i64>) -> Result<BotSignInAnswer> {
        let (account, number) = (caller.account.id, number.unwrap_or(0));
        let answer = AnswerBotSignIn { id, account, number, now: self.now() };
        let state = self.inner.store.write(answer).await?;
        let request = self.inner.store.request_of(id, account).await?.ok_or(SignInRequestError::Unknown)?;
        let joins = request.link_to.is_some();
        let approved = || Ok(BotSignInAnswer::Approved { device: request.device.clone(), joins });
        match (state.as_deref(), request.state.as_str()) {
            (Some("approved"), _) => approved(),
            (Some(_), _) => {
                tracing::info!(%account, "a browser's sign-in was refused in chat");
                let origin = RequestSource { device: request.device.clone(), network: request.network.clone() };
                self.record_sign_in_failure(account, (SignInMethod::Bot, "sign_in_refused"), &origin).await;
                Ok(BotSignInAnswer::Ended)
            }
            (None, "approved" | "used") if request.number == number => approved(),
            (None, "refused") => Ok(BotSignInAnswer::Ended),
            (None, "used") => Err(SignInRequestError::Used.into()),
            (None, _) => Err(SignInRequestError::Expired.into()),
        }
    }
}

impl Domain {
    /// The account that a request is to join its answerer's to.
    async fn joins(&self, request: &BotSignInRow) -> Result<Option<LinkTarget>> {
        let Some(account) = request.link_to else { return Ok(None) };
        let found = self.inner.store.account(account).await?.ok_or(SignInRequestError::Unknown)?;
        Ok(Some(LinkTarget { account, name: found.name }))
    }
}

/// What can still become of a request.
pub(in crate::domain) enum BotSignInState {
    Waiting,
    Approved,
}

/// How a request stands; refused when nothing can become of it.
pub(in crate::domain) fn standing(request: &BotSignInRow, now: Moment) -> std::result::Result<BotSignInState, Error> {
    match request.state.as_str() {
        "refused" => Err(SignInRequestError::Refused.into()),
        "used" => Err(SignInRequestError::Used.into()),
        _ if request.expires_at <= now => Err(SignInRequestError::Expired.into()),
        "approved" => Ok(BotSignInState::Approved),
        _ => Ok(BotSignInState::Waiting),
    }
}

fn asking(request: BotSignInRow, joins: Option<LinkTarget>) -> BotSignInRequest {
    let BotSignInRow { id, device, network, choices, .. } = request;
    BotSignInRequest {
        id,
        device,
        network,
        choices: choices.split(' ').filter_map(|choice| choice.parse().ok()).collect(),
        joins,
    }
}
