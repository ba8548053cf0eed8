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

use crate::domain::api_keys::key_cache::KeyCache;
use crate::domain::api_keys::networks::KnownNetworks;
use crate::domain::broadcasts::pacing::BulkFloodWait;
use crate::domain::rate_limits::rate_limit_alerts::RateLimitAlerts;
use crate::domain::sessions::access_token::AccessTokens;
use crate::domain::sign_in::attempt_limits::AttemptLimits;
use crate::domain::sign_in::bot_sign_in::BotSignInLimits;
use crate::domain::sign_in::device_cookie::DeviceCookies;
use crate::domain::sign_in::password_hashing::PasswordHasher;
use crate::domain::sign_in::upstream_oidc::UpstreamProviders;
use crate::gateway::github::GitHub;
use crate::gateway::redis::SharedRateLimiter;
use crate::model::accounts::account::TelegramId;
use crate::model::billing::plan::Plans;
use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;
use crate::model::crypto::secret::Secret;
use crate::model::session::RefreshChain;
use crate::model::sign_in::init_data::MiniAppKey;
use crate::model::sign_in::login_widget::LoginWidgetKey;
use crate::model::sign_in::upstream_oidc::UpstreamClient;
use crate::model::time::{Clock, Moment};
use crate::store::Store;

pub use self::error::{Error, Fault, Refusal, Result};

/// Keys that are looked up in the database at a time: half of the connections, so that the other half is for everybody else.
const MAX_CONCURRENT_LOOKUPS: usize = 8;

/// What the rules need to know of the settings.
#[derive(Clone, Debug)]
pub struct DomainSettings {
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
    pub google: Option<UpstreamClient>,
    /// How "Log in with Telegram" knows us; without it nobody comes that way.
    pub telegram_login: Option<UpstreamClient>,
    /// Other bots, whose Mini Apps may sign people in with Telegram's own signature.
    pub miniapp_bots: Vec<TelegramId>,
    /// Messages of broadcasts a second, of all instances together.
    pub broadcast_rate: u32,
    /// Whether mails can be sent: without that there are no e-mail accounts.
    pub mails: bool,
}

/// Time and chance, which tests own.
#[derive(Clone)]
pub struct ClockAndRng {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub rng: Arc<dyn Rng>,
}

/// Every verb of the program. Cheap to clone.
#[derive(Clone)]
pub struct Domain {
    inner: Arc<DomainInner>,
}

struct DomainInner {
    store: Store,
    env: ClockAndRng,
    settings: DomainSettings,
    access_tokens: AccessTokens,
    refresh_chain: RefreshChain,
    widget_key: LoginWidgetKey,
    mini_app_key: MiniAppKey,
    key_cache: KeyCache,
    /// How many keys are looked up in the database at a time.
    lookups: Semaphore,
    shared_rate_limiter: Option<SharedRateLimiter>,
    /// Which networks have asked to be signed in by the bot.
    bot_sign_in_limits: BotSignInLimits,
    github: GitHub,
    upstream_providers: UpstreamProviders,
    /// Rung when a notice was stored.
    notices: Notify,
    /// Rung when there may be something to do for a broadcast.
    broadcasts: Notify,
    /// Until when nothing is sent in bulk.
    flood_wait: BulkFloodWait,
    rate_limit_alerts: RateLimitAlerts,
    known_networks: KnownNetworks,
    /// Where passwords are compared.
    password_hasher: PasswordHasher,
    /// How often passwords were tried and mails asked for.
    attempt_limits: AttemptLimits,
    /// Knows the browsers in which somebody gave an address's password before.
    device_cookies: DeviceCookies,
    /// Rung when a mail was stored.
    mails: Notify,
    /// What is wrong with the mail server, if anything is.
    mail_server_error: Mutex<Option<String>>,
}

impl Domain {
    /// Puts the rules to work on a store; with meters that instances share, if there are to be any.
    pub fn new(
        store: Store,
        env: ClockAndRng,
        rules: DomainSettings,
        shared_meters: Option<SharedRateLimiter>,
    ) -> Result<Self> {
        let key_fault = || Error::Failed(Fault::new("a signing key could not be derived"));
        let secret = rules.jwt_secret.reveal().as_bytes();
        let token = rules.bot_token.reveal();
        let inner = DomainInner {
            access_tokens: AccessTokens::new(secret, &rules.public_url),
            refresh_chain: RefreshChain::new(secret).ok_or_else(key_fault)?,
            widget_key: LoginWidgetKey::of_token(token).ok_or_else(key_fault)?,
            mini_app_key: MiniAppKey::of_token(token).ok_or_else(key_fault)?,
            shared_rate_limiter: shared_meters,
            bot_sign_in_limits: BotSignInLimits::default(),
            lookups: Semaphore::new(MAX_CONCURRENT_LOOKUPS),
            key_cache: KeyCache::new(rules.cache_keys),
            github: GitHub::new(rules.github_keys_url.clone()).map_err(Fault::new).map_err(Error::Failed)?,
            upstream_providers: UpstreamProviders::new(rules.google.clone(), rules.telegram_login.clone())?,
            notices: Notify::new(),
            broadcasts: Notify::new(),
            flood_wait: BulkFloodWait::default(),
            rate_limit_alerts: RateLimitAlerts::default(),
            known_networks: KnownNetworks::default(),
            password_hasher: PasswordHasher::new(env.rng.as_ref()),
            attempt_limits: AttemptLimits::default(),
            device_cookies: DeviceCookies::new(secret).ok_or_else(key_fault)?,
            mails: Notify::new(),
            mail_server_error: Mutex::default(),
            store,
            env: env,
            settings: rules,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.inner.env.clock.now()
    }

    /// What people can have.
    #[must_use]
    pub fn plans(&self) -> &Plans {
        &self.inner.settings.plans
    }

    /// Where people reach us, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.inner.settings.public_url
    }

    /// 128 random bits in hexadecimal: names a request, or lets a form be sent once.
    #[must_use]
    pub fn random_id(&self) -> String {
        hex::encode(rng::bytes::<16>(self.rng()))
    }

    /// 256 random bits in hexadecimal: a secret that a browser holds.
    #[must_use]
    pub fn random_secret(&self) -> String {
        hex::encode(rng::bytes::<32>(self.rng()))
    }

    fn rng(&self) -> &dyn Rng {
        self.inner.env.rng.as_ref()
    }
}
