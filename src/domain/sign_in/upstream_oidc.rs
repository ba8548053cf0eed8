//! Sign-in with upstream OpenID providers: Google, and "Log in with Telegram".
//!
//! It takes two steps, which other operations use as well. An authorization code is redeemed for a profile that the
//! provider asserts, and the profile starts a session. Google identities are keyed by Google's `sub`. Telegram
//! identities are those of the widget and the bot.

use sha2::{Digest, Sha256};
use url::Url;

use crate::domain::Domain;
use crate::domain::accounts::sign_in_failures::FailureOwner;
use crate::domain::error::{CredentialError, Error, Fault, IdentityError, Refusal, Result, UpstreamFailure};
use crate::domain::sessions::session_start::{NewSession, outcome_of};
use crate::domain::sign_in::telegram_login::TelegramProof;
use crate::gateway::upstream_oidc::{IdTokenClaims, UpstreamError, UpstreamOidc};
use crate::model::accounts::account::TelegramId;
use crate::model::accounts::activity::SignInMethod;
use crate::model::accounts::identity::TelegramProfile;
use crate::model::session::RequestSource;
use crate::model::sign_in::upstream_oidc::{
    GoogleClaims, GoogleProfile, UpstreamClient, UpstreamCode, UpstreamProvider, UpstreamRedirect,
};
use crate::store::sign_in::proof_signature::ProofSignature;
use crate::store::sign_in::telegram_login::{SessionOutcome, SignInOutcome};
use crate::store::sign_in::upstream_oidc::SignInUpstream;
use crate::telemetry;

/// Time for which a redeemed code is remembered, in seconds. Longer than the life of any code.
const CODE_MEMORY_SECS: i64 = 3600;

/// Configured providers.
#[derive(Debug)]
pub(in crate::domain) struct UpstreamProviders {
    google: Option<UpstreamOidc>,
    telegram: Option<UpstreamOidc>,
}

impl UpstreamProviders {
    pub(in crate::domain) fn new(google: Option<UpstreamClient>, telegram: Option<UpstreamClient>) -> Result<Self> {
        let open = |provider, registration: Option<UpstreamClient>| {
            let open = registration.map(|registration| UpstreamOidc::new(provider, registration)).transpose();
            open.map_err(|why| Error::Failed(Fault::new(why)))
        };
        Ok(Self {
            google: open(UpstreamProvider::Google, google)?,
            telegram: open(UpstreamProvider::Telegram, telegram)?,
        })
    }

    fn get(&self, provider: UpstreamProvider) -> Result<&UpstreamOidc> {
        let registration = match provider {
            UpstreamProvider::Google => &self.google,
            UpstreamProvider::Telegram => &self.telegram,
        };
        registration.as_ref().ok_or_else(|| Refusal::Upstream(provider, UpstreamFailure::Disabled).into())
    }
}

impl Domain {
    /// Returns true if the provider is configured and allows `redirect_uri`.
    #[must_use]
    pub fn is_enabled(&self, provider: UpstreamProvider, redirect_uri: &str) -> bool {
        let registration = self.inner.upstream_providers.get(provider).map(UpstreamOidc::registration);
        registration.is_ok_and(|registration| registration.redirect_uris.iter().any(|allowed| allowed == redirect_uri))
    }

    /// Returns the origin of a provider, to which a form of our pages may lead.
    #[must_use]
    pub fn upstream_origin(&self, provider: UpstreamProvider) -> Option<String> {
        let issuer = &self.inner.upstream_providers.get(provider).ok()?.registration().issuer;
        Some(Url::parse(issuer).ok()?.origin().ascii_serialization())
    }

    /// Returns the address of the provider to which the browser is sent.
    pub async fn upstream_redirect(&self, provider: UpstreamProvider, redirect: UpstreamRedirect<'_>) -> Result<Url> {
        let open_id = self.inner.upstream_providers.get(provider)?;
        if !self.is_enabled(provider, redirect.redirect_uri) {
            return Err(Refusal::Upstream(provider, UpstreamFailure::Disabled).into());
        }
        let scopes = match provider {
            UpstreamProvider::Google => "openid email profile",
            UpstreamProvider::Telegram => "openid profile",
        };
        open_id.depart(scopes, redirect, self.now()).await.map_err(|error| refusal(provider, error))
    }

    /// Redeems a code for a Google profile.
    pub async fn google_profile(&self, code: &UpstreamCode) -> Result<GoogleProfile> {
        let claims = self.redeem_code(UpstreamProvider::Google, code).await?;
        let profile = GoogleProfile::new(GoogleClaims {
            subject: &claims.subject,
            verified_email: claims.verified_email.as_deref(),
            hosted_domain: claims.hosted_domain.as_deref(),
            name: claims.name.as_deref(),
        });
        profile.ok_or_else(|| refusal(UpstreamProvider::Google, UpstreamError::InvalidResponse))
    }

    /// Redeems a code for a Telegram profile. The Telegram id is a claim of its own.
    pub async fn telegram_profile(&self, code: &UpstreamCode) -> Result<TelegramProfile> {
        let claims = self.redeem_code(UpstreamProvider::Telegram, code).await?;
        let id = claims.telegram_id.and_then(TelegramId::new);
        let id = id.ok_or_else(|| refusal(UpstreamProvider::Telegram, UpstreamError::InvalidResponse))?;
        Ok(TelegramProfile::new(id, claims.name.as_deref(), None, claims.username.as_deref()))
    }

    /// Signs in with Google, once: as the account with this `sub`; otherwise as the one with the same address, if Google is
    /// the authority for it; otherwise as a new account.
    pub async fn sign_in_by_google(&self, code: &UpstreamCode, source: RequestSource) -> Result<NewSession> {
        let network = source.network.clone();
        let outcome = self.check_google(code, source).await;
        telemetry::metrics::sign_ins_total(UpstreamProvider::Google.name(), outcome_of(&outcome));
        self.count_refusal(outcome, &network).await
    }

    /// Signs in with "Log in with Telegram", once: as the same account as with the login widget.
    pub async fn sign_in_by_telegram_login(&self, code: &UpstreamCode, source: RequestSource) -> Result<NewSession> {
        let network = source.network.clone();
        let outcome = self.check_telegram_login(code, source).await;
        telemetry::metrics::sign_ins_total(UpstreamProvider::Telegram.name(), outcome_of(&outcome));
        self.count_refusal(outcome, &network).await
    }

    async fn check_google(&self, code: &UpstreamCode, source: RequestSource) -> Result<NewSession> {
        let profile = self.google_profile(code).await?;
        let subject = profile.subject.clone();
        let proof = self.proof(UpstreamProvider::Google, code);
        let outcome = self.start_google_session(profile, proof, source.clone()).await;
        self.record_sign_in_outcome(&outcome, &subject, SignInMethod::Google, &source);
        outcome
    }

    async fn start_google_session(
        &self,
        profile: GoogleProfile,
        proof: ProofSignature,
        source: RequestSource,
    ) -> Result<NewSession> {
        self.check_unspent(&proof.bytes).await?;
        let owner = FailureOwner::Identity { kind: "google", subject: profile.subject.clone() };
        self.flush_failures_before_sign_in(owner).await;
        let secret = self.inner.refresh_chain.first(self.rng());
        let sign_in = SignInUpstream { profile, welcome: self.welcome(), proof, source, secret };
        match self.inner.store.write(sign_in).await? {
            SignInOutcome::Begun(account, session) => {
                self.new_session(SessionOutcome::Session(account, session), secret)
            }
            SignInOutcome::Used => Err(CredentialError::LoginUsed.into()),
            SignInOutcome::Banned => self.new_session(SessionOutcome::Banned, secret),
            SignInOutcome::Disabled => Err(IdentityError::Disabled.into()),
            SignInOutcome::Unproven => Err(IdentityError::AddressUnproven.into()),
        }
    }

    async fn check_telegram_login(&self, code: &UpstreamCode, source: RequestSource) -> Result<NewSession> {
        let profile = self.telegram_profile(code).await?;
        let subject = profile.id.to_string();
        let proof = TelegramProof { profile, signature: self.proof(UpstreamProvider::Telegram, code) };
        let outcome = self.start_session(proof, SignInMethod::TelegramLogin, source.clone()).await;
        self.record_sign_in_outcome(&outcome, &subject, SignInMethod::TelegramLogin, &source);
        outcome
    }

    /// Returns the digest of a code, by which it is accepted once, as it is by the provider.
    pub(in crate::domain) fn proof(&self, provider: UpstreamProvider, code: &UpstreamCode) -> ProofSignature {
        let digest = Sha256::new().chain_update(provider.name()).chain_update([0]).chain_update(code.code.reveal());
        ProofSignature { bytes: digest.finalize().to_vec(), forget_at: self.now().plus(CODE_MEMORY_SECS) }
    }

    async fn redeem_code(&self, provider: UpstreamProvider, code: &UpstreamCode) -> Result<IdTokenClaims> {
        let open_id = self.inner.upstream_providers.get(provider)?;
        if !self.is_enabled(provider, &code.redirect_uri) {
            return Err(Refusal::field("redirect_uri", "must exactly match one that the operator allows").into());
        }
        open_id.redeem(code, self.now()).await.map_err(|error| refusal(provider, error))
    }
}

fn refusal(provider: UpstreamProvider, error: UpstreamError) -> Error {
    let failure = match error {
        UpstreamError::Unavailable(seconds) => UpstreamFailure::Unavailable { seconds },
        UpstreamError::InvalidResponse => UpstreamFailure::InvalidResponse,
        UpstreamError::CodeRefused => UpstreamFailure::CodeRefused,
        UpstreamError::InvalidIdToken => UpstreamFailure::InvalidIdToken,
    };
    Refusal::Upstream(provider, failure).into()
}
