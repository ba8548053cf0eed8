//! Telegram login: a signed payload of the login widget or a Mini App becomes a session.

use serde_json::Value;

use crate::domain::accounts::sign_in_failures::FailureOwner;
use crate::domain::error::{CredentialError, IdentityError, Result};
use crate::domain::sessions::session_start::outcome_of;
use crate::domain::{Domain, Error};
use crate::model::accounts::account::TelegramId;
use crate::model::accounts::activity::SignInMethod;
use crate::model::accounts::identity::TelegramProfile;
use crate::model::session::RequestSource;
use crate::model::sign_in::init_data::{MiniAppInitData, telegram_public_key};
use crate::model::sign_in::login_widget::{
    FieldError, LoginWidgetPayload, MAX_FUTURE_SECS, PayloadAgeError, PayloadError, timely,
};
use crate::model::time::Moment;
use crate::store::accounts::telegram_accounts::FindOrCreateAccount;
use crate::store::sign_in::proof_signature::ProofSignature;
use crate::store::sign_in::telegram_login;
use crate::store::sign_in::telegram_login::{SessionOutcome, SignInTelegram};
use crate::telemetry;

pub use crate::domain::sessions::session_start::NewSession;

/// Proven Telegram user.
#[derive(Debug)]
pub(in crate::domain) struct TelegramProof {
    pub(in crate::domain) profile: TelegramProfile,
    pub(in crate::domain) signature: ProofSignature,
}

impl Domain {
    /// Signs in with a login widget payload that our bot's token signed recently, once.
    pub async fn sign_in_by_widget(&self, login: LoginWidgetPayload, source: RequestSource) -> Result<NewSession> {
        let network = source.network.clone();
        let outcome = self.check_widget_sign_in(login, source).await;
        telemetry::metrics::sign_ins_total("widget", outcome_of(&outcome));
        self.count_refusal(outcome, &network).await
    }

    /// Signs in with a Mini App's `initData`, once. Either our bot's token signed it, or Telegram itself did for
    /// another bot that the operator trusts.
    pub async fn sign_in_by_mini_app(&self, data: &MiniAppInitData, source: RequestSource) -> Result<NewSession> {
        let network = source.network.clone();
        let outcome = self.check_mini_app_sign_in(data, source).await;
        telemetry::metrics::sign_ins_total("miniapp", outcome_of(&outcome));
        self.count_refusal(outcome, &network).await
    }

    async fn check_widget_sign_in(&self, login: LoginWidgetPayload, source: RequestSource) -> Result<NewSession> {
        let subject = login.profile.id.to_string();
        let outcome = match self.check_widget(login) {
            Ok(proof) => self.start_session(proof, SignInMethod::Widget, source.clone()).await,
            Err(error) => Err(error),
        };
        self.record_sign_in_outcome(&outcome, &subject, SignInMethod::Widget, &source);
        outcome
    }

    /// Verifies a login widget payload and returns its user.
    pub(in crate::domain) fn check_widget(&self, login: LoginWidgetPayload) -> Result<TelegramProof> {
        if !login.is_signed_by(&self.inner.widget_key) {
            return Err(CredentialError::LoginForged.into());
        }
        let max_age = self.inner.settings.login_max_age;
        login.is_timely(self.now(), max_age).map_err(age_error)?;
        let signature = login.signature().ok_or(CredentialError::LoginForged)?;
        let forget_at = login.auth_date.plus(max_age + MAX_FUTURE_SECS);
        let signature = ProofSignature { bytes: replay_key(login.auth_date, &signature), forget_at };
        Ok(TelegramProof { profile: login.profile, signature })
    }

    async fn check_mini_app_sign_in(&self, data: &MiniAppInitData, source: RequestSource) -> Result<NewSession> {
        let proof = self.check_mini_app(data)?;
        let subject = proof.profile.id.to_string();
        let outcome = self.start_session(proof, SignInMethod::MiniApp, source.clone()).await;
        self.record_sign_in_outcome(&outcome, &subject, SignInMethod::MiniApp, &source);
        outcome
    }

    /// Verifies a Mini App's `initData` and returns its user.
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
        let forget_at = auth_date.plus(max_age + MAX_FUTURE_SECS);
        Ok(TelegramProof { profile, signature: ProofSignature { bytes: replay_key(auth_date, &signature), forget_at } })
    }

    /// Returns the signature that validates `initData`. Telegram's own does not cover `hash`, so it alone identifies
    /// the payload.
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
        proof: TelegramProof,
        method: SignInMethod,
        source: RequestSource,
    ) -> Result<NewSession> {
        let secret = self.inner.refresh_chain.first(self.rng());
        let TelegramProof { profile, signature: proof } = proof;
        self.check_unspent(&proof.bytes).await?;
        let spent = proof.bytes.clone();
        let owner = FailureOwner::Identity { kind: "telegram", subject: profile.id.to_string() };
        self.flush_failures_before_sign_in(owner).await;
        let person = FindOrCreateAccount { profile, welcome: self.welcome() };
        let sign_in = SignInTelegram { person, proof, method, source, secret };
        let outcome = self.inner.store.write(sign_in).await?;
        self.inner.rejected_proofs.add(&spent, CredentialError::LoginUsed);
        match outcome {
            telegram_login::SignInOutcome::Begun(account, session) => {
                self.new_session(SessionOutcome::Session(account, session), secret)
            }
            telegram_login::SignInOutcome::Used => Err(CredentialError::LoginUsed.into()),
            telegram_login::SignInOutcome::Banned => self.new_session(SessionOutcome::Banned, secret),
            telegram_login::SignInOutcome::Disabled => Err(IdentityError::Disabled.into()),
            telegram_login::SignInOutcome::Unproven => Err(IdentityError::AddressUnproven.into()),
        }
    }
}

impl Domain {
    /// Refuses a spent proof without a write: from memory, or else by a read.
    pub(in crate::domain) async fn check_unspent(&self, proof: &[u8]) -> Result<()> {
        if let Some(error) = self.inner.rejected_proofs.find(proof) {
            return Err(error.into());
        }
        if self.inner.store.is_login_spent(proof).await? {
            self.inner.rejected_proofs.add(proof, CredentialError::LoginUsed);
            return Err(CredentialError::LoginUsed.into());
        }
        Ok(())
    }
}

/// Returns the replay key of a payload: the time of signing and the signature. The time comes first so that keys of the
/// same minutes share pages of the B-tree.
fn replay_key(auth_date: Moment, signature: &[u8]) -> Vec<u8> {
    [&auth_date.0.to_be_bytes(), signature].concat()
}

fn age_error(how: PayloadAgeError) -> CredentialError {
    match how {
        PayloadAgeError::Stale => CredentialError::LoginStale,
        PayloadAgeError::Future => CredentialError::LoginFuture,
    }
}

/// Parses the `user` field of `initData`, which is JSON.
fn profile_of(user: &str) -> Option<TelegramProfile> {
    let user: Value = serde_json::from_str(user).ok()?;
    let id = user.get("id").and_then(Value::as_i64).and_then(TelegramId::new)?;
    let text = |name: &str| user.get(name).and_then(Value::as_str);
    Some(TelegramProfile::new(id, text("first_name"), text("last_name"), text("username")))
}
