//! Signing in by OpenID Connect: with Google, and by "Log in with Telegram".
//!
//! Two steps, both of which other verbs may take too: a voucher that somebody came back with is redeemed for a profile that
//! the provider vouches for, and the profile is let in. Google's people are known by Google's `sub`; Telegram's are the same
//! people as those of the widget and the bot.

use sha2::{Digest, Sha256};
use url::Url;

use crate::domain::Domain;
use crate::domain::error::{CredentialError, Error, Fault, Refusal, Result, UpstreamFailure};
use crate::domain::sign_in::telegram_login::{NewSession, TelegramProof, outcome_of};
use crate::gateway::upstream_oidc::{IdTokenClaims, UpstreamError, UpstreamOidc};
use crate::model::accounts::account::{TelegramId, TelegramProfile};
use crate::model::accounts::activity::SignInMethod;
use crate::model::session::{RefreshSecret, RequestSource};
use crate::model::sign_in::upstream_oidc::{
    GoogleProfile, UpstreamClient, UpstreamCode, UpstreamProvider, UpstreamRedirect,
};
use crate::model::time::Moment;
use crate::store::sign_in::telegram_login::{SessionOutcome, SignInOutcome};
use crate::store::sign_in::upstream_oidc::SignInUpstream;
use crate::telemetry;

/// How long a code that was redeemed is remembered, in seconds: beyond the life of any.
const CODE_MEMORY_SECS: i64 = 3600;

/// The providers that are set up.
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
        let set_up = match provider {
            UpstreamProvider::Google => &self.google,
            UpstreamProvider::Telegram => &self.telegram,
        };
        set_up.as_ref().ok_or_else(|| Refusal::Upstream(provider, UpstreamFailure::Disabled).into())
    }
}

impl Domain {
    /// Whether people can come by that provider, from a page that it sends back to `redirect_uri`.
    #[must_use]
    pub fn is_enabled(&self, provider: UpstreamProvider, redirect_uri: &str) -> bool {
        let set_up = self.inner.upstream_providers.get(provider).map(UpstreamOidc::registration);
        set_up.is_ok_and(|set_up| set_up.redirect_uris.iter().any(|allowed| allowed == redirect_uri))
    }

    /// Where to send a browser whose person the provider is to name.
    pub async fn upstream_redirect(&self, provider: UpstreamProvider, departure: UpstreamRedirect<'_>) -> Result<Url> {
        let open_id = self.inner.upstream_providers.get(provider)?;
        if !self.is_enabled(provider, departure.redirect_uri) {
            return Err(Refusal::Upstream(provider, UpstreamFailure::Disabled).into());
        }
        let scopes = match provider {
            UpstreamProvider::Google => "openid email profile",
            UpstreamProvider::Telegram => "openid profile",
        };
        open_id.depart(scopes, departure, self.now()).await.map_err(|trouble| refusal(provider, trouble))
    }

    /// Whom Google vouches for.
    pub async fn google_profile(&self, voucher: &UpstreamCode) -> Result<GoogleProfile> {
        let said = self.redeem_code(UpstreamProvider::Google, voucher).await?;
        let IdTokenClaims { subject, verified_email, name, .. } = said;
        let profile = GoogleProfile::new(&subject, verified_email.as_deref(), name.as_deref());
        profile.ok_or_else(|| refusal(UpstreamProvider::Google, UpstreamError::Nonsense))
    }

    /// Whom "Log in with Telegram" vouches for. The Telegram id is in a claim of its own.
    pub async fn telegram_profile(&self, voucher: &UpstreamCode) -> Result<TelegramProfile> {
        let said = self.redeem_code(UpstreamProvider::Telegram, voucher).await?;
        let id = said.telegram_id.and_then(TelegramId::new);
        let id = id.ok_or_else(|| refusal(UpstreamProvider::Telegram, UpstreamError::Nonsense))?;
        Ok(TelegramProfile::new(id, said.name.as_deref(), None, said.username.as_deref()))
    }

    /// Signs in whomever Google vouches for, once: as the account that has this `sub`; else as the one that has the same address,
    /// verified on both sides; else as a new one.
    pub async fn sign_in_by_google(&self, voucher: &UpstreamCode, origin: RequestSource) -> Result<NewSession> {
        let outcome = self.check_google(voucher, origin).await;
        telemetry::signed_in(UpstreamProvider::Google.name(), outcome_of(&outcome));
        outcome
    }

    /// Signs in whomever "Log in with Telegram" vouches for, once: the same person as by the widget.
    pub async fn sign_in_by_telegram_login(&self, voucher: &UpstreamCode, origin: RequestSource) -> Result<NewSession> {
        let outcome = self.check_telegram_login(voucher, origin).await;
        telemetry::signed_in(UpstreamProvider::Telegram.name(), outcome_of(&outcome));
        outcome
    }

    async fn check_google(&self, voucher: &UpstreamCode, origin: RequestSource) -> Result<NewSession> {
        let profile = self.google_profile(voucher).await?;
        let subject = profile.subject.clone();
        let proof = self.proof(UpstreamProvider::Google, voucher);
        let outcome = self.start_google_session(profile, proof, origin.clone()).await;
        self.record_sign_in_outcome(&outcome, ("google", &subject), (SignInMethod::Google, &origin)).await;
        outcome
    }

    async fn start_google_session(
        &self,
        profile: GoogleProfile,
        proof: (Vec<u8>, Moment),
        origin: RequestSource,
    ) -> Result<NewSession> {
        let secret = RefreshSecret::new(self.rng());
        let sign_in = SignInUpstream { profile, welcome: self.welcome(), proof, origin, secret };
        match self.inner.store.write(sign_in).await? {
            SignInOutcome::Begun(account, session) => {
                self.new_session(SessionOutcome::Session(account, session), secret)
            }
            SignInOutcome::Used => Err(CredentialError::LoginUsed.into()),
            SignInOutcome::Banned => self.new_session(SessionOutcome::Banned, secret),
        }
    }

    async fn check_telegram_login(&self, voucher: &UpstreamCode, origin: RequestSource) -> Result<NewSession> {
        let profile = self.telegram_profile(voucher).await?;
        let shown = profile.id.to_string();
        let proven = TelegramProof { profile, once: self.proof(UpstreamProvider::Telegram, voucher) };
        let outcome = self.start_session(proven, (SignInMethod::TelegramLogin, origin.clone())).await;
        self.record_sign_in_outcome(&outcome, ("telegram", &shown), (SignInMethod::TelegramLogin, &origin)).await;
        outcome
    }

    /// A code is good once: its provider sees to that, and so do we.
    pub(in crate::domain) fn proof(&self, provider: UpstreamProvider, voucher: &UpstreamCode) -> (Vec<u8>, Moment) {
        let digest = Sha256::new().chain_update(provider.name()).chain_update([0]).chain_update(voucher.code.reveal());
        (digest.finalize().to_vec(), self.now().plus(CODE_MEMORY_SECS))
    }

    async fn redeem_code(&self, provider: UpstreamProvider, voucher: &UpstreamCode) -> Result<IdTokenClaims> {
        let open_id = self.inner.upstream_providers.get(provider)?;
        if !self.is_enabled(provider, &voucher.redirect_uri) {
            return Err(
                Refusal::field("redirect_uri", "must be one that the operator has allowed, letter by letter").into()
            );
        }
        open_id.redeem(voucher, self.now()).await.map_err(|trouble| refusal(provider, trouble))
    }
}

fn refusal(provider: UpstreamProvider, trouble: UpstreamError) -> Error {
    let why = match trouble {
        UpstreamError::Away(seconds) => UpstreamFailure::Unavailable { seconds },
        UpstreamError::Nonsense => UpstreamFailure::InvalidResponse,
        UpstreamError::CodeRefused => UpstreamFailure::CodeRefused,
        UpstreamError::Unproven => UpstreamFailure::InvalidIdToken,
    };
    Refusal::Upstream(provider, why).into()
}
