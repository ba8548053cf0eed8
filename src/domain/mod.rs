//! Floor 2, the rules of the program. Knows no HTTP, no bot updates and no SQL.
//!
//! `web`, `bot` and `jobs` hold a [`Domain`] and call its operations; a handler does nothing else. Authority is a type:
//! an operation for signed-in people takes `&SignedIn`, one for admins takes `&Admin`. Only this floor can create
//! either.

pub mod accounts;
pub mod admin;
pub mod api_keys;
pub mod billing;
pub mod bot_state;
pub mod broadcasts;
pub mod error;
pub mod health;
pub mod mail_queue;
pub mod notices;
pub mod oauth;
pub mod rate_limits;
pub mod service_auth;
pub mod sessions;
pub mod sign_in;

use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, Semaphore};
use url::Url;

use crate::domain::accounts::sign_in_failures::PendingFailures;
use crate::domain::api_keys::key_cache::KeyCache;
use crate::domain::api_keys::networks::KnownNetworks;
use crate::domain::broadcasts::pacing::BulkFloodWait;
use crate::domain::oauth::OAuthState;
use crate::domain::rate_limits::rate_limit_alerts::RateLimitAlerts;
use crate::domain::rate_limits::refusal_limits::RefusalLimits;
use crate::domain::rate_limits::write_limits::WriteLimits;
use crate::domain::sessions::access_token::AccessTokens;
use crate::domain::sessions::token_use::PendingTokenUses;
use crate::domain::sign_in::attempt_limits::AttemptLimits;
use crate::domain::sign_in::bot_sign_in::BotSignInLimits;
use crate::domain::sign_in::device_cookie::DeviceCookies;
use crate::domain::sign_in::password_hashing::PasswordHasher;
use crate::domain::sign_in::rejected_proofs::RejectedProofs;
use crate::domain::sign_in::upstream_oidc::UpstreamProviders;
use crate::gateway::github::GitHub;
use crate::gateway::redis::SharedRateLimiter;
use crate::gateway::telegram::Telegram;
use crate::model::accounts::account::TelegramId;
use crate::model::admin_action::role::AdminList;
use crate::model::billing::plan::Plans;
use crate::model::billing::support::SupportContact;
use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;
use crate::model::crypto::secret::Secret;
use crate::model::oauth::settings::OAuthSettings;
use crate::model::session::RefreshChain;
use crate::model::sign_in::init_data::MiniAppKey;
use crate::model::sign_in::login_widget::LoginWidgetKey;
use crate::model::sign_in::upstream_oidc::UpstreamClient;
use crate::model::time::{Clock, Moment};
use crate::store::Store;

pub use self::error::{Error, Fault, Refusal, Result};
pub use crate::store::list_page::{ListPage, rows_for};

/// Key lookups that may run concurrently: half of the database connections, so that other work keeps the other half.
const MAX_CONCURRENT_LOOKUPS: usize = 8;

/// Settings the rules depend on.
#[derive(Clone, Debug)]
pub struct DomainSettings {
    /// Base URL of links, and the issuer of access tokens. No trailing slash.
    pub public_url: String,
    /// Address of the API behind the operator's gateway, shown in snippets.
    pub api_url: Option<String>,
    /// Signs access tokens and derives each refresh token from the one before.
    pub jwt_secret: Secret,
    /// Token of the bot. Telegram signs sign-ins with it.
    pub bot_token: Secret,
    /// Oldest login widget payload accepted, in seconds.
    pub login_max_age: i64,
    /// Oldest Mini App payload accepted, in seconds.
    pub miniapp_max_age: i64,
    /// Plans that accounts may have.
    pub plans: Plans,
    /// Largest number of keys in the key cache.
    pub cache_keys: usize,
    /// Admins, with their roles.
    pub admins: AdminList,
    /// Address at which GitHub publishes the keys that sign its leak reports.
    pub github_keys_url: Url,
    /// Token of the operator's other programs, such as a gateway that charges tokens.
    pub service_token: Option<Secret>,
    /// Our registration at Google. `None` turns Sign in with Google off.
    pub google: Option<UpstreamClient>,
    /// Our registration at Telegram's OpenID provider. `None` turns "Log in with Telegram" off.
    pub telegram_login: Option<UpstreamClient>,
    /// Other bots whose Mini Apps may sign people in with Telegram's own signature.
    pub miniapp_bots: Vec<TelegramId>,
    /// Broadcast messages per second, shared by all instances.
    pub broadcast_rate: u32,
    /// True if mail can be sent. Email accounts exist only then.
    pub mails: bool,
    /// Contact that people are sent to with questions.
    pub support: Option<SupportContact>,
    /// Address of the terms; `None` for the built-in page.
    pub terms_url: Option<Url>,
    /// Settings of the OAuth provider; `None` while it is off.
    pub oauth: Option<OAuthSettings>,
}

/// Time and randomness. Tests supply their own.
#[derive(Clone)]
pub struct ClockAndRng {
    /// Source of the current time.
    pub clock: Arc<dyn Clock>,
    /// Source of randomness.
    pub rng: Arc<dyn Rng>,
}

/// Entry point to every operation of the program. Cheap to clone.
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
    /// Limits concurrent key lookups to [`MAX_CONCURRENT_LOOKUPS`].
    lookups: Semaphore,
    shared_rate_limiter: Option<SharedRateLimiter>,
    /// Limits bot sign-in requests per network.
    bot_sign_in_limits: BotSignInLimits,
    github: GitHub,
    upstream_providers: UpstreamProviders,
    /// Signalled when a notice was stored.
    notices: Notify,
    /// Signalled when a broadcast may have work to do.
    broadcasts: Notify,
    /// Pause of bulk sending that Telegram asked for.
    flood_wait: BulkFloodWait,
    rate_limit_alerts: RateLimitAlerts,
    known_networks: KnownNetworks,
    /// Bounds concurrent Argon2id work.
    password_hasher: PasswordHasher,
    /// Throttles password and mail attempts.
    attempt_limits: AttemptLimits,
    /// Limits refused refreshes and payloads per network.
    refusal_limits: RefusalLimits,
    /// Limits the changes of each account.
    write_limits: WriteLimits,
    /// Proofs that are refused permanently.
    rejected_proofs: RejectedProofs,
    /// Failed sign-ins that are not written yet.
    sign_in_failures: PendingFailures,
    /// Used refresh generations that are not written yet.
    token_uses: PendingTokenUses,
    /// Recognises browsers in which an address's password was given before.
    device_cookies: DeviceCookies,
    /// Signalled when a mail was stored.
    mails: Notify,
    /// Last problem of the mail server; `None` while it works.
    mail_server_error: Mutex<Option<String>>,
    /// Bot API client for payments; `None` where the bot does not run.
    telegram: Option<Telegram>,
    /// Signalled when Telegram has a call about a payment to take.
    payment_requests: Notify,
    /// Keys, counters and derived secrets of the OAuth provider.
    oauth: OAuthState,
}

impl Domain {
    /// Combines a store, an environment and settings. `shared_meters` makes all instances count requests together.
    pub fn new(
        store: Store,
        env: ClockAndRng,
        rules: DomainSettings,
        shared_meters: Option<SharedRateLimiter>,
    ) -> Result<Self> {
        let key_fault = || Error::Failed(Fault::new("deriving a signing key failed"));
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
            refusal_limits: RefusalLimits::default(),
            write_limits: WriteLimits::default(),
            rejected_proofs: RejectedProofs::default(),
            sign_in_failures: PendingFailures::default(),
            token_uses: PendingTokenUses::default(),
            device_cookies: DeviceCookies::new(secret).ok_or_else(key_fault)?,
            mails: Notify::new(),
            mail_server_error: Mutex::default(),
            telegram: None,
            payment_requests: Notify::new(),
            oauth: OAuthState::new(secret).ok_or_else(key_fault)?,
            store,
            env,
            settings: rules,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Also accepts what was signed before the latest change of the secret, so that the change signs nobody out. Before
    /// the domain is shared.
    pub fn with_previous_jwt_secret(self, secret: &Secret) -> Result<Self> {
        let fault = || Error::Failed(Fault::new("deriving a signing key failed"));
        let secret = secret.reveal().as_bytes();
        let mut inner = Arc::into_inner(self.inner).ok_or_else(fault)?;
        inner.access_tokens = inner.access_tokens.with_previous(secret);
        inner.refresh_chain = inner.refresh_chain.with_previous(secret).ok_or_else(fault)?;
        inner.device_cookies = inner.device_cookies.with_previous(secret).ok_or_else(fault)?;
        inner.oauth = inner.oauth.with_previous(secret).ok_or_else(fault)?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Adds the client of the Bot API, which sells, refunds and cancels. Before the domain is shared.
    pub fn with_telegram(self, telegram: Telegram) -> Result<Self> {
        let fault = || Error::Failed(Fault::new("the domain is shared already"));
        let mut inner = Arc::into_inner(self.inner).ok_or_else(fault)?;
        inner.telegram = Some(telegram);
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.inner.env.clock.now()
    }

    /// Returns the plans that accounts may have.
    #[must_use]
    pub fn plans(&self) -> &Plans {
        &self.inner.settings.plans
    }

    /// Returns the contact that people are sent to with questions.
    #[must_use]
    pub fn support(&self) -> Option<&SupportContact> {
        self.inner.settings.support.as_ref()
    }

    /// Returns the address of the operator's terms; `None` for the built-in page.
    #[must_use]
    pub fn terms_url(&self) -> Option<&Url> {
        self.inner.settings.terms_url.as_ref()
    }

    /// Returns the base URL of the service, without a trailing slash.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.inner.settings.public_url
    }

    /// Returns 128 random bits in hexadecimal: a request id, or an idempotency key of a form.
    #[must_use]
    pub fn random_id(&self) -> String {
        hex::encode(rng::bytes::<16>(self.rng()))
    }

    /// Returns 256 random bits in hexadecimal: a secret that a browser keeps.
    #[must_use]
    pub fn random_secret(&self) -> String {
        hex::encode(rng::bytes::<32>(self.rng()))
    }

    fn rng(&self) -> &dyn Rng {
        self.inner.env.rng.as_ref()
    }
}
