//! Bot sign-in. Any browser shows a number, and the person taps the same number in the bot.
//!
//! A link can be forwarded, so the link alone signs nobody in: the person must also see the browser's number. Only the
//! first account that opens the link may answer, and a wrong answer ends the request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Refusal, Result, SignInRequestError};
use crate::domain::sessions::session_start::{NewSession, outcome_of};
use crate::domain::{Domain, Error};
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::SignInMethod;
use crate::model::crypto::rng;
use crate::model::network::Network;
use crate::model::rate_limit::{GcraState, RateLimit};
use crate::model::session::RequestSource;
use crate::model::sign_in::one_time_token::{NumberMatch, ONE_TIME_SECS, OneTimeToken};
use crate::model::time::Moment;
use crate::store::sign_in::bot_sign_in::{AddBotSignIn, AnswerBotSignIn, BotSignInRow, OpenBotSignIn, SpendBotSignIn};
use crate::telemetry;

/// Requests a network may start in a minute.
const STARTS_PER_MINUTE: u32 = 30;
/// Requests a private network may start in a minute: most likely a proxy that does not pass on addresses.
const STARTS_PER_MINUTE_PRIVATE: u32 = 600;
/// Largest number of networks counted at a time; beyond it, further ones are refused as busy.
const MAX_NETWORKS: usize = 50_000;

/// Requests left to each network.
#[derive(Debug, Default)]
pub(in crate::domain) struct BotSignInLimits(Mutex<HashMap<Network, GcraState>>);

impl BotSignInLimits {
    fn take(&self, network: Network, now_millis: i64) -> Result<()> {
        let a_minute = if network.is_private() { STARTS_PER_MINUTE_PRIVATE } else { STARTS_PER_MINUTE };
        let mut networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if networks.len() >= MAX_NETWORKS && !networks.contains_key(&network) {
            networks.retain(|_, meter| !meter.is_whole(now_millis));
            if networks.len() >= MAX_NETWORKS {
                return Err(Refusal::Busy.into());
            }
        }
        let status = networks.entry(network).or_default().take(RateLimit { policy: "sign-ins", a_minute }, now_millis);
        status.map(drop).map_err(|quota| Refusal::TooManySignIns(quota).into())
    }

    /// Drops idle networks.
    pub(in crate::domain) fn sweep(&self, now_millis: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, meter| !meter.is_whole(now_millis));
    }
}

/// Request that a browser has just started.
#[derive(Debug)]
pub struct StartedBotSignIn {
    /// Secret that the browser stores and exchanges for its session.
    pub token: OneTimeToken,
    /// Prompt the browser shows.
    pub shown: BotSignInPrompt,
}

/// Prompt a browser shows while it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotSignInPrompt {
    /// Code of the link that opens the bot.
    pub code: String,
    /// Number to be tapped in the bot.
    pub number: i64,
    /// Seconds until the request expires.
    pub seconds: i64,
}

/// State of a request, as its browser sees it; `T` is the result of an approved one.
#[derive(Debug)]
pub enum ConfirmationPoll<T> {
    /// Not answered yet.
    Waiting(BotSignInPrompt),
    /// The person tapped the right number.
    Confirmed(T),
}

/// Request as the person in chat sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotSignInRequest {
    /// Id of the request.
    pub id: i64,
    /// Browser that made the request.
    pub device: String,
    /// Network of the request.
    pub network: String,
    /// Three numbers, one of which the browser shows.
    pub choices: Vec<i64>,
    /// Account that the person's Telegram will be linked to; `None` for a sign-in.
    pub link_target: Option<LinkTarget>,
}

/// Account that a Telegram identity will be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkTarget {
    /// Id of the account.
    pub account: AccountId,
    /// Name of its owner.
    pub name: String,
}

/// Purpose of a request that a browser makes to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BotSignInPurpose {
    /// Sign in as the person who answers.
    SignIn,
    /// Link the Telegram account of the person who answers to another account.
    LinkTelegram,
}

/// Answer of a person in chat to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberAnswer {
    /// Id of the request.
    pub request: i64,
    /// Number seen in the browser; `None` rejects the request.
    pub number: Option<i64>,
    /// Chat message that was answered.
    pub message_id: Option<i64>,
}

/// Outcome of an answer in chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BotSignInAnswer {
    /// The browser is approved.
    Approved {
        /// Browser that made the request.
        device: String,
        /// Purpose of the request.
        purpose: BotSignInPurpose,
    },
    /// The request signs nobody in.
    Ended,
}

impl Domain {
    /// Starts a sign-in request of a browser.
    pub async fn start_bot_sign_in(&self, source: RequestSource, network: Network) -> Result<StartedBotSignIn> {
        self.start_bot_request(source, network, None).await
    }

    /// Starts a request to sign in, or to link the Telegram account that answers it to `link_to`.
    pub(in crate::domain) async fn start_bot_request(
        &self,
        source: RequestSource,
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
            source,
            link_to,
            expires_at: self.now().plus(ONE_TIME_SECS),
        };
        self.inner.store.write(request).await?;
        Ok(StartedBotSignIn { token, shown: BotSignInPrompt { code, number, seconds: ONE_TIME_SECS } })
    }

    /// Returns the state of a request to its browser. Signs it in, once, after approval.
    pub async fn poll_bot_sign_in(
        &self,
        token: &str,
        source: RequestSource,
    ) -> Result<ConfirmationPoll<Box<NewSession>>> {
        let outcome = self.sign_in_approved(token, source).await;
        if !matches!(outcome, Ok(ConfirmationPoll::Waiting(_))) {
            telemetry::metrics::sign_ins_total("bot", outcome_of(&outcome));
        }
        outcome
    }

    async fn sign_in_approved(&self, token: &str, source: RequestSource) -> Result<ConfirmationPoll<Box<NewSession>>> {
        let digest = OneTimeToken::parse(token).ok_or(SignInRequestError::Unknown)?.digest();
        let request = self.inner.store.request_of_browser(&digest).await?;
        let request = request.filter(|request| request.link_account_id.is_none()).ok_or(SignInRequestError::Unknown)?;
        let (now, secret) = (self.now(), self.inner.refresh_chain.first(self.rng()));
        match standing(&request, now)? {
            BotSignInState::Waiting => {
                let BotSignInRow { code, match_number: number, expires_at, .. } = request;
                Ok(ConfirmationPoll::Waiting(BotSignInPrompt { code, number, seconds: expires_at.since(now) }))
            }
            BotSignInState::Approved => {
                let spend = SpendBotSignIn { id: request.id, source, secret, now };
                let begun = self.inner.store.write(spend).await?.ok_or(SignInRequestError::Used)?;
                Ok(ConfirmationPoll::Confirmed(Box::new(self.new_session(begun, secret)?)))
            }
        }
    }

    /// Opens the request of a link in chat. Only the first account to do so may answer.
    pub async fn open_bot_sign_in(&self, caller: &SignedIn, code: &str) -> Result<BotSignInRequest> {
        let open = OpenBotSignIn { code: code.to_owned(), account: caller.account.id, now: self.now() };
        if let Some(request) = self.inner.store.write(open).await? {
            let link_target = self.link_target(&request).await?;
            return Ok(prompt(request, link_target));
        }
        let request = self.inner.store.request_of_code(code).await?.ok_or(SignInRequestError::Unknown)?;
        standing(&request, self.now())?;
        // Another account opened it first, or it is already answered.
        Err(SignInRequestError::Used.into())
    }

    /// Answers a request with the number seen in the browser. Repeating an answer returns the same outcome.
    pub async fn answer_bot_sign_in(&self, caller: &SignedIn, answer: NumberAnswer) -> Result<BotSignInAnswer> {
        let NumberAnswer { request: id, number, message_id } = answer;
        let (account, number) = (caller.account.id, number.unwrap_or(0));
        let telegram_subject = caller.identity.subject.clone();
        let answer = AnswerBotSignIn { id, account, telegram_subject, number, message_id, now: self.now() };
        let state = self.inner.store.write(answer).await?;
        let request = self.inner.store.request_of(id, account).await?.ok_or(SignInRequestError::Unknown)?;
        let purpose =
            if request.link_account_id.is_some() { BotSignInPurpose::LinkTelegram } else { BotSignInPurpose::SignIn };
        let approved = || Ok(BotSignInAnswer::Approved { device: request.device.clone(), purpose });
        match (state.as_deref(), request.state.as_str()) {
            (Some("approved"), _) => approved(),
            (Some(_), _) => {
                tracing::info!(%account, "bot sign-in: rejected in chat");
                let source = RequestSource { device: request.device.clone(), network: request.network.clone() };
                self.record_sign_in_failure(account, SignInMethod::Bot, "sign_in_refused", &source);
                Ok(BotSignInAnswer::Ended)
            }
            (None, "approved" | "used") if request.match_number == number => approved(),
            (None, "refused") => Ok(BotSignInAnswer::Ended),
            (None, "used") => Err(SignInRequestError::Used.into()),
            (None, _) => Err(SignInRequestError::Expired.into()),
        }
    }
}

impl Domain {
    /// Returns the account that the request links Telegram to.
    async fn link_target(&self, request: &BotSignInRow) -> Result<Option<LinkTarget>> {
        let Some(account) = request.link_account_id else { return Ok(None) };
        let name = self.inner.store.account(account).await?.ok_or(SignInRequestError::Unknown)?.name;
        Ok(Some(LinkTarget { account, name }))
    }
}

/// State of a request that is still open.
pub(in crate::domain) enum BotSignInState {
    Waiting,
    Approved,
}

/// Returns the state of a request; refuses if it is rejected, used or expired.
pub(in crate::domain) fn standing(request: &BotSignInRow, now: Moment) -> std::result::Result<BotSignInState, Error> {
    match request.state.as_str() {
        "refused" => Err(SignInRequestError::Refused.into()),
        "used" => Err(SignInRequestError::Used.into()),
        _ if request.expires_at <= now => Err(SignInRequestError::Expired.into()),
        "approved" => Ok(BotSignInState::Approved),
        _ => Ok(BotSignInState::Waiting),
    }
}

fn prompt(request: BotSignInRow, link_target: Option<LinkTarget>) -> BotSignInRequest {
    let BotSignInRow { id, device, network, choices, .. } = request;
    BotSignInRequest {
        id,
        device,
        network,
        choices: choices.split(' ').filter_map(|choice| choice.parse().ok()).collect(),
        link_target,
    }
}
