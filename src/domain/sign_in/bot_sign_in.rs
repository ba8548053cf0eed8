//! Signing in by the bot, from any browser: the browser shows a number, and the person taps the same one in chat.
//!
//! A link can be forwarded, so the link alone signs nobody in: whoever answers must see the browser's number. Whoever opens
//! the link first is the one to answer, and a wrong answer ends the request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{NoSignIn, Refusal, Result};
use crate::domain::rate_limits::{Meter, Rate};
use crate::domain::sign_in::telegram_login::{NewSession, outcome_of};
use crate::domain::{Domain, Error};
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::Door;
use crate::model::crypto::rng;
use crate::model::network::Network;
use crate::model::session::{Origin, RefreshSecret};
use crate::model::sign_in::one_time_token::{LIFETIME, Numbers, OneTimeToken};
use crate::model::time::Moment;
use crate::store::sign_in::bot_sign_in::{AddRequest, AnswerRequest, OpenRequest, RequestRow, SpendRequest};
use crate::telemetry;

/// How many requests a network may make in a minute.
const A_MINUTE: u32 = 30;
/// The same for one that the internet does not know: a proxy that does not say for whom it asks, most likely.
const A_MINUTE_INSIDE: u32 = 600;

/// What each network has left of its requests.
#[derive(Debug, Default)]
pub(in crate::domain) struct Starts(Mutex<HashMap<Network, Meter>>);

impl Starts {
    fn take(&self, network: Network, now_millis: i64) -> Result<()> {
        let a_minute = if network.is_private() { A_MINUTE_INSIDE } else { A_MINUTE };
        let mut networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = networks.entry(network).or_default().take(Rate { policy: "sign-ins", a_minute }, now_millis);
        taken.map(drop).map_err(|quota| Refusal::TooManySignIns(quota).into())
    }

    /// Forgets what is too old to matter.
    pub(in crate::domain) fn sweep(&self, now_millis: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, meter| !meter.is_whole(now_millis));
    }
}

/// A request that a browser has just made.
#[derive(Debug)]
pub struct Started {
    /// What the browser keeps to itself, and shows to get its session.
    pub token: OneTimeToken,
    /// What it shows.
    pub shown: Shown,
}

/// What a browser shows while it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What leads to the bot.
    pub code: String,
    /// The number to be tapped there.
    pub number: i64,
    /// How many seconds are left.
    pub seconds: i64,
}

/// What a browser that asked gets to know.
#[derive(Debug)]
pub enum Polled {
    /// Nobody has answered yet.
    Waiting(Shown),
    /// It is signed in.
    Begun(Box<NewSession>),
}

/// A request as the person in chat sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Its number.
    pub id: i64,
    /// The browser that asks.
    pub device: String,
    /// The network it asks from.
    pub network: String,
    /// Three numbers, one of which that browser shows.
    pub choices: Vec<i64>,
    /// The account that the person's is to be joined to; none for a sign-in.
    pub joins: Option<Joins>,
}

/// The account that somebody's Telegram is to be joined to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joins {
    /// Its number.
    pub account: AccountId,
    /// What its person is called.
    pub name: String,
}

/// What an answer in chat did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
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
    pub async fn start_sign_in(&self, origin: Origin, network: Network) -> Result<Started> {
        self.start_request(origin, network, None).await
    }

    /// Begins a request of a browser that asks to be signed in, or for whoever opens it to be joined to an account.
    pub(in crate::domain) async fn start_request(
        &self,
        origin: Origin,
        network: Network,
        link_to: Option<AccountId>,
    ) -> Result<Started> {
        self.parts.starts.take(network, self.parts.nature.clock.millis())?;
        let token = OneTimeToken::new(self.chance());
        let code = URL_SAFE_NO_PAD.encode(rng::bytes::<16>(self.chance()));
        let Numbers { right, choices } = Numbers::draw(self.chance());
        let number = i64::from(right);
        let request = AddRequest {
            code: code.clone(),
            poll_digest: token.digest(),
            number,
            choices: choices.map(|choice| choice.to_string()).join(" "),
            origin,
            link_to,
            expires_at: self.now().plus(LIFETIME),
        };
        self.parts.store.write(request).await?;
        Ok(Started { token, shown: Shown { code, number, seconds: LIFETIME } })
    }

    /// Tells a browser how its request stands; signs it in, once, when the person has answered.
    pub async fn poll_sign_in(&self, token: &str, origin: Origin) -> Result<Polled> {
        let outcome = self.admit_browser(token, origin).await;
        if !matches!(outcome, Ok(Polled::Waiting(_))) {
            telemetry::signed_in("bot", outcome_of(&outcome));
        }
        outcome
    }

    async fn admit_browser(&self, token: &str, origin: Origin) -> Result<Polled> {
        let digest = OneTimeToken::parse(token).ok_or(NoSignIn::Unknown)?.digest();
        let request = self.parts.store.request_of_browser(&digest).await?;
        let request = request.filter(|request| request.link_to.is_none()).ok_or(NoSignIn::Unknown)?;
        let (now, secret) = (self.now(), RefreshSecret::new(self.chance()));
        match standing(&request, now)? {
            Standing::Waiting => {
                let RequestRow { code, number, expires_at, .. } = request;
                Ok(Polled::Waiting(Shown { code, number, seconds: expires_at.since(now) }))
            }
            Standing::Approved => {
                let spend = SpendRequest { id: request.id, origin, secret, now };
                let begun = self.parts.store.write(spend).await?.ok_or(NoSignIn::Used)?;
                Ok(Polled::Begun(Box::new(self.new_session(begun, secret)?)))
            }
        }
    }

    /// Opens the request of a link in chat. Whoever does so first is the one to answer.
    pub async fn open_sign_in(&self, caller: &SignedIn, code: &str) -> Result<Asking> {
        let open = OpenRequest { code: code.to_owned(), account: caller.account.id, now: self.now() };
        if let Some(request) = self.parts.store.write(open).await? {
            let joins = self.joins(&request).await?;
            return Ok(asking(request, joins));
        }
        let request = self.parts.store.request_of_code(code).await?.ok_or(NoSignIn::Unknown)?;
        standing(&request, self.now())?;
        // Somebody else's to answer, or answered.
        Err(NoSignIn::Used.into())
    }

    /// Answers a request with the number that the person sees in their browser; `None` when it is not theirs. Answering twice
    /// in the same way is one answer.
    pub async fn answer_sign_in(&self, caller: &SignedIn, id: i64, number: Option<i64>) -> Result<Answered> {
        let (account, number) = (caller.account.id, number.unwrap_or(0));
        let answer = AnswerRequest { id, account, number, now: self.now() };
        let state = self.parts.store.write(answer).await?;
        let request = self.parts.store.request_of(id, account).await?.ok_or(NoSignIn::Unknown)?;
        let joins = request.link_to.is_some();
        let approved = || Ok(Answered::Approved { device: request.device.clone(), joins });
        match (state.as_deref(), request.state.as_str()) {
            (Some("approved"), _) => approved(),
            (Some(_), _) => {
                tracing::info!(%account, "a browser's sign-in was refused in chat");
                let origin = Origin { device: request.device.clone(), network: request.network.clone() };
                self.note_failure(account, (Door::Bot, "sign_in_refused"), &origin).await;
                Ok(Answered::Ended)
            }
            (None, "approved" | "used") if request.number == number => approved(),
            (None, "refused") => Ok(Answered::Ended),
            (None, "used") => Err(NoSignIn::Used.into()),
            (None, _) => Err(NoSignIn::Expired.into()),
        }
    }
}

impl Domain {
    /// The account that a request is to join its answerer's to.
    async fn joins(&self, request: &RequestRow) -> Result<Option<Joins>> {
        let Some(account) = request.link_to else { return Ok(None) };
        let found = self.parts.store.account(account).await?.ok_or(NoSignIn::Unknown)?;
        Ok(Some(Joins { account, name: found.name }))
    }
}

/// What can still become of a request.
pub(in crate::domain) enum Standing {
    Waiting,
    Approved,
}

/// How a request stands; refused when nothing can become of it.
pub(in crate::domain) fn standing(request: &RequestRow, now: Moment) -> std::result::Result<Standing, Error> {
    match request.state.as_str() {
        "refused" => Err(NoSignIn::Refused.into()),
        "used" => Err(NoSignIn::Used.into()),
        _ if request.expires_at <= now => Err(NoSignIn::Expired.into()),
        "approved" => Ok(Standing::Approved),
        _ => Ok(Standing::Waiting),
    }
}

fn asking(request: RequestRow, joins: Option<Joins>) -> Asking {
    let RequestRow { id, device, network, choices, .. } = request;
    Asking {
        id,
        device,
        network,
        choices: choices.split(' ').filter_map(|choice| choice.parse().ok()).collect(),
        joins,
    }
}
