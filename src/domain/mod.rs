//! Floor 2, the verbs: what the program does, whoever asks. No HTTP, no updates, no SQL.
//!
//! Both faces hold a [`Domain`] and call its verbs; a handler does nothing else. Authority is a type: a verb for signed-in
//! people takes `&SignedIn`, one for admins `&Admin`, and only this floor can make either.

pub mod accounts;
pub mod admin;
pub mod api_keys;
pub mod billing;
pub mod bot_state;
pub mod broadcasts;
pub mod error;
pub mod mail_queue;
pub mod notices;
pub mod rate_limits;
pub mod service_auth;
pub mod sessions;
pub mod sign_in;

use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, Semaphore};
use url::Url;

use crate::domain::api_keys::key_cache::Keyring;
use crate::domain::api_keys::networks::KnownNetworks;
use crate::domain::broadcasts::pacing::Hold;
use crate::domain::rate_limits::rate_limit_alerts::Storms;
use crate::domain::sessions::access_token::AccessTokens;
use crate::domain::sign_in::attempt_limits::Tries;
use crate::domain::sign_in::bot_sign_in::Starts;
use crate::domain::sign_in::device_cookie::Devices;
use crate::domain::sign_in::password_hashing::Hashing;
use crate::domain::sign_in::upstream_oidc::Providers;
use crate::gateway::github::GitHub;
use crate::gateway::redis::SharedMeters;
use crate::model::accounts::account::TelegramId;
use crate::model::billing::plan::Plans;
use crate::model::crypto::rng;
use crate::model::crypto::rng::Chance;
use crate::model::crypto::secret::Secret;
use crate::model::session::Succession;
use crate::model::sign_in::init_data::MiniAppKey;
use crate::model::sign_in::login_widget::WidgetKey;
use crate::model::sign_in::upstream_oidc::Registration;
use crate::model::time::{Clock, Moment};
use crate::store::Store;

pub use self::error::{Error, Fault, Refusal, Result};

/// Keys that are looked up in the database at a time: half of the connections, so that the other half is for everybody else.
const LOOK_UPS: usize = 8;

/// What the rules need to know of the settings.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Where people reach us: links, and the issuer of access tokens.
    pub public_url: String,
    /// Signs access tokens, and leads from each refresh token to the next.
    pub jwt_secret: Secret,
    /// The bot's token: Telegram signs sign-ins with it.
    pub bot_token: Secret,
    /// How old a login widget's payload may be, in seconds.
    pub login_max_age: i64,
    /// How old a Mini App's payload may be, in seconds.
    pub miniapp_max_age: i64,
    /// What people can have.
    pub plans: Plans,
    /// How many keys may be held in memory.
    pub cache_keys: usize,
    /// Who may change other people's plans.
    pub admins: Vec<TelegramId>,
    /// Where GitHub publishes the keys that sign its reports of leaked keys.
    pub github_keys_url: Url,
    /// The credential of the operator's other programs, such as a gateway that charges tokens.
    pub service_token: Option<Secret>,
    /// How Google knows us; without it nobody comes by Google.
    pub google: Option<Registration>,
    /// How "Log in with Telegram" knows us; without it nobody comes that way.
    pub telegram_login: Option<Registration>,
    /// Other bots, whose Mini Apps may sign people in with Telegram's own signature.
    pub miniapp_bots: Vec<TelegramId>,
    /// Messages of broadcasts a second, of all instances together.
    pub broadcast_rate: u32,
    /// Whether mails can be sent: without that there are no e-mail accounts.
    pub mails: bool,
}

/// Time and chance, which tests own.
#[derive(Clone)]
pub struct Nature {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub chance: Arc<dyn Chance>,
}

/// Every verb of the program. Cheap to clone.
#[derive(Clone)]
pub struct Domain {
    parts: Arc<Parts>,
}

struct Parts {
    store: Store,
    nature: Nature,
    rules: Rules,
    access_tokens: AccessTokens,
    succession: Succession,
    widget_key: WidgetKey,
    mini_app_key: MiniAppKey,
    keyring: Keyring,
    /// How many keys are looked up in the database at a time.
    look_ups: Semaphore,
    shared_meters: Option<SharedMeters>,
    /// Which networks have asked to be signed in by the bot.
    starts: Starts,
    github: GitHub,
    providers: Providers,
    /// Rung when a notice was stored.
    notices: Notify,
    /// Rung when there may be something to do for a broadcast.
    broadcasts: Notify,
    /// Until when nothing is sent in bulk.
    hold: Hold,
    storms: Storms,
    networks: KnownNetworks,
    /// Where passwords are compared.
    hashing: Hashing,
    /// How often passwords were tried and mails asked for.
    tries: Tries,
    /// Knows the browsers in which somebody gave an address's password before.
    devices: Devices,
    /// Rung when a mail was stored.
    mails: Notify,
    /// What is wrong with the mail server, if anything is.
    mail_trouble: Mutex<Option<String>>,
}

impl Domain {
    /// Puts the rules to work on a store; with meters that instances share, if there are to be any.
    pub fn new(store: Store, nature: Nature, rules: Rules, shared_meters: Option<SharedMeters>) -> Result<Self> {
        let key_fault = || Error::Failed(Fault::new("a signing key could not be derived"));
        let secret = rules.jwt_secret.reveal().as_bytes();
        let token = rules.bot_token.reveal();
        let parts = Parts {
            access_tokens: AccessTokens::new(secret, &rules.public_url),
            succession: Succession::new(secret).ok_or_else(key_fault)?,
            widget_key: WidgetKey::of_token(token).ok_or_else(key_fault)?,
            mini_app_key: MiniAppKey::of_token(token).ok_or_else(key_fault)?,
            shared_meters,
            starts: Starts::default(),
            look_ups: Semaphore::new(LOOK_UPS),
            keyring: Keyring::new(rules.cache_keys),
            github: GitHub::new(rules.github_keys_url.clone()).map_err(Fault::new).map_err(Error::Failed)?,
            providers: Providers::new(rules.google.clone(), rules.telegram_login.clone())?,
            notices: Notify::new(),
            broadcasts: Notify::new(),
            hold: Hold::default(),
            storms: Storms::default(),
            networks: KnownNetworks::default(),
            hashing: Hashing::new(nature.chance.as_ref()),
            tries: Tries::default(),
            devices: Devices::new(secret).ok_or_else(key_fault)?,
            mails: Notify::new(),
            mail_trouble: Mutex::default(),
            store,
            nature,
            rules,
        };
        Ok(Self { parts: Arc::new(parts) })
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.parts.nature.clock.now()
    }

    /// What people can have.
    #[must_use]
    pub fn plans(&self) -> &Plans {
        &self.parts.rules.plans
    }

    /// Where people reach us, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.parts.rules.public_url
    }

    /// 128 random bits in hexadecimal: names a request, or lets a form be sent once.
    #[must_use]
    pub fn random_id(&self) -> String {
        hex::encode(rng::bytes::<16>(self.chance()))
    }

    /// 256 random bits in hexadecimal: a secret that a browser holds.
    #[must_use]
    pub fn random_secret(&self) -> String {
        hex::encode(rng::bytes::<32>(self.chance()))
    }

    fn chance(&self) -> &dyn Chance {
        self.parts.nature.chance.as_ref()
    }
}
