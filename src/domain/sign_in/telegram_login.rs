//! Signing in: a proof from Telegram becomes a session.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::domain::accounts::profile::UserProfile;
use crate::domain::error::{CredentialError, Refusal, Result};
use crate::domain::{Domain, Error};
use crate::model::accounts::account::{Account, TelegramId, TelegramProfile};
use crate::model::accounts::activity::SignInMethod;
use crate::model::crypto::rng;
use crate::model::session::{RefreshSecret, RefreshToken, RequestSource, SessionId};
use crate::model::sign_in::init_data::{MiniAppInitData, telegram_public_key};
use crate::model::sign_in::login_widget::{
    FieldError, LoginWidgetPayload, MAX_FUTURE_SECS, PayloadAgeError, PayloadError, timely,
};
use crate::model::time::Moment;
use crate::store::accounts::telegram_accounts::FindOrCreateAccount;
use crate::store::sign_in::telegram_login;
use crate::store::sign_in::telegram_login::{SessionOutcome, SignInTelegram};
use crate::telemetry;

/// A session's tokens.
#[derive(Debug)]
pub struct SessionTokens {
    /// For the `Authorization` header, for 15 minutes.
    pub access: String,
    /// For the cookie, for one use.
    pub refresh: RefreshToken,
}

/// A session that was just begun.
#[derive(Debug)]
pub struct NewSession {
    /// Its tokens.
    pub tokens: SessionTokens,
    /// Who signed in.
    pub user: UserProfile,
}

/// A Telegram user who was proven to be there, and what of the proof lets it be used once.
#[derive(Debug)]
pub(in crate::domain) struct TelegramProof {
    pub(in crate::domain) profile: TelegramProfile,
    pub(in crate::domain) once: (Vec<u8>, Moment),
}

impl Domain {
    /// Signs in whoever holds a payload of the login widget that our bot's token signed just now, once.
    pub async fn sign_in_by_widget(&self, login: LoginWidgetPayload, origin: RequestSource) -> Result<NewSession> {
        let outcome = self.check_widget_sign_in(login, origin).await;
        telemetry::signed_in("widget", outcome_of(&outcome));
        outcome
    }

    /// Signs in whoever holds a Mini App's `initData`, once: that our bot's token signed, or that Telegram itself signed for one
    /// of the other bots that the operator trusts.
    pub async fn sign_in_by_mini_app(&self, data: &MiniAppInitData, origin: RequestSource) -> Result<NewSession> {
        let outcome = self.check_mini_app_sign_in(data, origin).await;
        telemetry::signed_in("miniapp", outcome_of(&outcome));
        outcome
    }

    async fn check_widget_sign_in(&self, login: LoginWidgetPayload, origin: RequestSource) -> Result<NewSession> {
        let shown = login.profile.id.to_string();
        let outcome = match self.check_widget(login) {
            Ok(proven) => self.start_session(proven, (SignInMethod::Widget, origin.clone())).await,
            Err(error) => Err(error),
        };
        self.record_sign_in_outcome(&outcome, ("telegram", &shown), (SignInMethod::Widget, &origin)).await;
        outcome
    }

    /// Who it is that a payload of the widget proves.
    pub(in crate::domain) fn check_widget(&self, login: LoginWidgetPayload) -> Result<TelegramProof> {
        if !login.is_signed_by(&self.inner.widget_key) {
            return Err(CredentialError::LoginForged.into());
        }
        let max_age = self.inner.settings.login_max_age;
        login.is_timely(self.now(), max_age).map_err(age_error)?;
        let signature = login.signature().ok_or(CredentialError::LoginForged)?;
        let forget_at = login.auth_date.plus(max_age + MAX_FUTURE_SECS);
        Ok(TelegramProof { profile: login.profile, once: (once(login.auth_date, &signature), forget_at) })
    }

    async fn check_mini_app_sign_in(&self, data: &MiniAppInitData, origin: RequestSource) -> Result<NewSession> {
        let proven = self.check_mini_app(data)?;
        let shown = proven.profile.id.to_string();
        let outcome = self.start_session(proven, (SignInMethod::MiniApp, origin.clone())).await;
        self.record_sign_in_outcome(&outcome, ("telegram", &shown), (SignInMethod::MiniApp, &origin)).await;
        outcome
    }

    /// Who it is that a Mini App's `initData` proves.
    pub(in crate::domain) fn check_mini_app(&self, data: &MiniAppInitData) -> Result<TelegramProof> {
        let fault = |field: &str, message: &str| PayloadError::Fields(vec![FieldError::new(field, message)]);
        let missing = |field: &str| fault(field, "is missing");
        let auth_date = data.get("auth_date").ok_or_else(|| missing("auth_date"))?;
        let auth_date =
            auth_date.parse().map(Moment).map_err(|_| fault("auth_date", "must be Unix time in whole seconds"))?;
        let user = data.get("user").ok_or_else(|| missing("user"))?;
        let profile = profile_of(user).ok_or_else(|| fault("user", "must be a Telegram user object"))?;
        let signature = self.signature_of(data).ok_or_else(|| match data.get("hash") {
            Some(_) => CredentialError::LoginForged.into(),
            None => Error::from(missing("hash")),
        })?;
        let max_age = self.inner.settings.miniapp_max_age;
        timely(auth_date, self.now(), max_age).map_err(age_error)?;
        Ok(TelegramProof { profile, once: (once(auth_date, &signature), auth_date.plus(max_age + MAX_FUTURE_SECS)) })
    }

    /// The signature that makes `initData` count. Telegram's own does not cover the `hash`: then it alone tells one payload from
    /// another.
    fn signature_of(&self, data: &MiniAppInitData) -> Option<Vec<u8>> {
        if data.is_signed_by(&self.inner.mini_app_key) {
            return hex::decode(data.get("hash")?).ok();
        }
        let (key, bots) = (telegram_public_key()?, &self.inner.settings.miniapp_bots);
        let trusted = bots.iter().any(|bot| data.is_signed_by_telegram(bot.get(), &key));
        trusted.then(|| data.telegram_signature()).flatten().map(Vec::from)
    }

    pub(in crate::domain) async fn start_session(
        &self,
        proven: TelegramProof,
        (door, origin): (SignInMethod, RequestSource),
    ) -> Result<NewSession> {
        let secret = RefreshSecret::new(self.rng());
        let TelegramProof { profile, once: proof } = proven;
        let person = FindOrCreateAccount { profile, welcome: self.welcome() };
        let sign_in = SignInTelegram { person, proof, door, origin, secret };
        match self.inner.store.write(sign_in).await? {
            telegram_login::SignInOutcome::Begun(account, session) => {
                self.new_session(SessionOutcome::Session(account, session), secret)
            }
            telegram_login::SignInOutcome::Used => Err(CredentialError::LoginUsed.into()),
            telegram_login::SignInOutcome::Banned => self.new_session(SessionOutcome::Banned, secret),
        }
    }

    /// What the holder of a proof that was good gets.
    pub(in crate::domain) fn new_session(&self, begun: SessionOutcome, secret: RefreshSecret) -> Result<NewSession> {
        let SessionOutcome::Session(account, session) = begun else { return Err(Refusal::Banned.into()) };
        let refresh = RefreshToken { session, generation: 0, secret };
        let tokens = SessionTokens { access: self.access_token(session, &account)?, refresh };
        Ok(NewSession { tokens, user: self.user(&account) })
    }

    /// An access token for a session of that account.
    pub(in crate::domain) fn access_token(&self, session: SessionId, account: &Account) -> Result<String> {
        let jti = URL_SAFE_NO_PAD.encode(rng::bytes::<16>(self.rng()));
        let plan = &self.plan_of_account(account).id;
        self.inner.access_tokens.make(session, account.id, plan, (self.now(), jti))
    }
}

/// What lets a payload in only once: when it was signed, and its signature. The time is first so that those of the same minutes
/// lie together: a tree is written page by page.
fn once(auth_date: Moment, signature: &[u8]) -> Vec<u8> {
    [&auth_date.0.to_be_bytes(), signature].concat()
}

fn age_error(how: PayloadAgeError) -> CredentialError {
    match how {
        PayloadAgeError::Stale => CredentialError::LoginStale,
        PayloadAgeError::Future => CredentialError::LoginFuture,
    }
}

/// The `user` of `initData` is a JSON text.
fn profile_of(user: &str) -> Option<TelegramProfile> {
    let user: Value = serde_json::from_str(user).ok()?;
    let id = user.get("id").and_then(Value::as_i64).and_then(TelegramId::new)?;
    let text = |name: &str| user.get(name).and_then(Value::as_str);
    Some(TelegramProfile::new(id, text("first_name"), text("last_name"), text("username")))
}

/// As metrics name it.
pub(in crate::domain) const fn outcome_of<T>(outcome: &Result<T>) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(crate::domain::Error::Refused(_)) => "refused",
        Err(crate::domain::Error::Failed(_)) => "failed",
    }
}
