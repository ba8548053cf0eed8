//! Signing in by OpenID Connect: with Google, and by "Log in with Telegram".
//!
//! Two steps, both of which other verbs may take too: a voucher that somebody came back with is redeemed for a profile that
//! the provider vouches for, and the profile is let in. Google's people are known by Google's `sub`; Telegram's are the same
//! people as those of the widget and the bot.

use sha2::{Digest, Sha256};
use url::Url;

use crate::domain::Domain;
use crate::domain::error::{BadToken, Error, Fault, Outside, Refusal, Result};
use crate::domain::sign_in::telegram_login::{NewSession, Proven, outcome_of};
use crate::gateway::upstream_oidc::{Claims, OpenId, Trouble};
use crate::model::accounts::account::{TelegramId, TelegramProfile};
use crate::model::accounts::activity::Door;
use crate::model::session::{Origin, RefreshSecret};
use crate::model::sign_in::upstream_oidc::{Departure, GoogleProfile, Provider, Registration, Voucher};
use crate::model::time::Moment;
use crate::store::sign_in::telegram_login::{Begun, SignedIn};
use crate::store::sign_in::upstream_oidc::SignInByGoogle;
use crate::telemetry;

/// How long a code that was redeemed is remembered, in seconds: beyond the life of any.
const REMEMBERED: i64 = 3600;

/// The providers that are set up.
#[derive(Debug)]
pub(in crate::domain) struct Providers {
    google: Option<OpenId>,
    telegram: Option<OpenId>,
}

impl Providers {
    pub(in crate::domain) fn new(google: Option<Registration>, telegram: Option<Registration>) -> Result<Self> {
        let open = |provider, registration: Option<Registration>| {
            let open = registration.map(|registration| OpenId::new(provider, registration)).transpose();
            open.map_err(|why| Error::Failed(Fault::new(why)))
        };
        Ok(Self { google: open(Provider::Google, google)?, telegram: open(Provider::Telegram, telegram)? })
    }

    fn get(&self, provider: Provider) -> Result<&OpenId> {
        let set_up = match provider {
            Provider::Google => &self.google,
            Provider::Telegram => &self.telegram,
        };
        set_up.as_ref().ok_or_else(|| Refusal::Outside(provider, Outside::Off).into())
    }
}

impl Domain {
    /// Whether people can come by that provider, from a page that it sends back to `redirect_uri`.
    #[must_use]
    pub fn lets_in_by(&self, provider: Provider, redirect_uri: &str) -> bool {
        let set_up = self.parts.providers.get(provider).map(OpenId::registration);
        set_up.is_ok_and(|set_up| set_up.redirect_uris.iter().any(|allowed| allowed == redirect_uri))
    }

    /// Where to send a browser whose person the provider is to name.
    pub async fn depart_to(&self, provider: Provider, departure: Departure<'_>) -> Result<Url> {
        let open_id = self.parts.providers.get(provider)?;
        if !self.lets_in_by(provider, departure.redirect_uri) {
            return Err(Refusal::Outside(provider, Outside::Off).into());
        }
        let scopes = match provider {
            Provider::Google => "openid email profile",
            Provider::Telegram => "openid profile",
        };
        open_id.depart(scopes, departure, self.now()).await.map_err(|trouble| refusal(provider, trouble))
    }

    /// Whom Google vouches for.
    pub async fn google_profile(&self, voucher: &Voucher) -> Result<GoogleProfile> {
        let said = self.redeem(Provider::Google, voucher).await?;
        let Claims { subject, verified_email, name, .. } = said;
        let profile = GoogleProfile::new(&subject, verified_email.as_deref(), name.as_deref());
        profile.ok_or_else(|| refusal(Provider::Google, Trouble::Nonsense))
    }

    /// Whom "Log in with Telegram" vouches for. The Telegram id is in a claim of its own.
    pub async fn telegram_profile(&self, voucher: &Voucher) -> Result<TelegramProfile> {
        let said = self.redeem(Provider::Telegram, voucher).await?;
        let id = said.telegram_id.and_then(TelegramId::new);
        let id = id.ok_or_else(|| refusal(Provider::Telegram, Trouble::Nonsense))?;
        Ok(TelegramProfile::new(id, said.name.as_deref(), None, said.username.as_deref()))
    }

    /// Signs in whomever Google vouches for, once: as the account that has this `sub`; else as the one that has the same address,
    /// verified on both sides; else as a new one.
    pub async fn sign_in_by_google(&self, voucher: &Voucher, origin: Origin) -> Result<NewSession> {
        let outcome = self.admit_google(voucher, origin).await;
        telemetry::signed_in(Provider::Google.name(), outcome_of(&outcome));
        outcome
    }

    /// Signs in whomever "Log in with Telegram" vouches for, once: the same person as by the widget.
    pub async fn sign_in_by_telegram_login(&self, voucher: &Voucher, origin: Origin) -> Result<NewSession> {
        let outcome = self.admit_telegram_login(voucher, origin).await;
        telemetry::signed_in(Provider::Telegram.name(), outcome_of(&outcome));
        outcome
    }

    async fn admit_google(&self, voucher: &Voucher, origin: Origin) -> Result<NewSession> {
        let profile = self.google_profile(voucher).await?;
        let subject = profile.subject.clone();
        let proof = self.proof(Provider::Google, voucher);
        let outcome = self.begin_by_google(profile, proof, origin.clone()).await;
        self.note_outcome(&outcome, ("google", &subject), (Door::Google, &origin)).await;
        outcome
    }

    async fn begin_by_google(
        &self,
        profile: GoogleProfile,
        proof: (Vec<u8>, Moment),
        origin: Origin,
    ) -> Result<NewSession> {
        let secret = RefreshSecret::new(self.chance());
        let sign_in = SignInByGoogle { profile, welcome: self.welcome(), proof, origin, secret };
        match self.parts.store.write(sign_in).await? {
            SignedIn::Begun(account, session) => self.new_session(Begun::Session(account, session), secret),
            SignedIn::Used => Err(BadToken::LoginUsed.into()),
            SignedIn::Banned => self.new_session(Begun::Banned, secret),
        }
    }

    async fn admit_telegram_login(&self, voucher: &Voucher, origin: Origin) -> Result<NewSession> {
        let profile = self.telegram_profile(voucher).await?;
        let shown = profile.id.to_string();
        let proven = Proven { profile, once: self.proof(Provider::Telegram, voucher) };
        let outcome = self.begin_session(proven, (Door::TelegramLogin, origin.clone())).await;
        self.note_outcome(&outcome, ("telegram", &shown), (Door::TelegramLogin, &origin)).await;
        outcome
    }

    /// A code is good once: its provider sees to that, and so do we.
    pub(in crate::domain) fn proof(&self, provider: Provider, voucher: &Voucher) -> (Vec<u8>, Moment) {
        let digest = Sha256::new().chain_update(provider.name()).chain_update([0]).chain_update(voucher.code.reveal());
        (digest.finalize().to_vec(), self.now().plus(REMEMBERED))
    }

    async fn redeem(&self, provider: Provider, voucher: &Voucher) -> Result<Claims> {
        let open_id = self.parts.providers.get(provider)?;
        if !self.lets_in_by(provider, &voucher.redirect_uri) {
            return Err(
                Refusal::field("redirect_uri", "must be one that the operator has allowed, letter by letter").into()
            );
        }
        open_id.redeem(voucher, self.now()).await.map_err(|trouble| refusal(provider, trouble))
    }
}

fn refusal(provider: Provider, trouble: Trouble) -> Error {
    let why = match trouble {
        Trouble::Away(seconds) => Outside::Away { seconds },
        Trouble::Nonsense => Outside::Nonsense,
        Trouble::CodeRefused => Outside::CodeRefused,
        Trouble::Unproven => Outside::Unproven,
    };
    Refusal::Outside(provider, why).into()
}
