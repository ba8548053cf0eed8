//! OAuth 2.1 and OpenID Connect provider: websites and programs sign people in with us.
//!
//! | file | does |
//! |---|---|
//! | [`clients`] | registration and changes of clients, by admins |
//! | [`client_auth`] | who calls the token endpoint |
//! | [`authorize`], [`authorization_step`], [`consent`] | from the request of a client to its code |
//! | [`token`], [`refresh`] | codes and refresh tokens become tokens |
//! | [`device`] | devices without a browser |
//! | [`access_token`], [`claims`] | what tokens and userinfo say, and who a token speaks for |
//! | [`introspection`], [`logout`] | what a token is worth, its end, and the end of a session |
//! | [`apps`] | what a person sees, and can cut off |
//! | [`keys`] | signing keys |
//!
//! Decision record: `docs/decisions/0026-oauth-provider.md`.

pub mod access_token;
pub mod apps;
pub mod authorization_step;
pub mod authorize;
pub mod claims;
pub mod client_auth;
pub mod clients;
pub mod consent;
pub mod device;
pub mod introspection;
pub mod keys;
pub(in crate::domain) mod limits;
pub mod logout;
pub mod refresh;
pub mod token;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::error::Result;
use crate::domain::oauth::keys::key_ring::KeyRing;
use crate::domain::oauth::keys::sealing::KeySealing;
use crate::domain::oauth::limits::OAuthLimits;
use crate::domain::{Domain, Error, Refusal};
use crate::model::oauth::client::ClientId;
use crate::model::oauth::client_spec::Audiences;
use crate::model::oauth::oauth_error::{OAuthError, OAuthErrorCode};
use crate::model::oauth::refresh_token::GrantRefreshChain;
use crate::store::oauth::clients::ClientWithSecrets;

/// Keys, counters and derived secrets of the provider.
pub(in crate::domain) struct OAuthState {
    key_ring: KeyRing,
    sealing: KeySealing,
    refresh_chain: GrantRefreshChain,
    /// Ties the form of a consent page to its request, session and account.
    consent_forms: Hmac<Sha256>,
    limits: OAuthLimits,
}

impl OAuthState {
    /// Derives all keys from the server secret, each separate from every other.
    pub(in crate::domain) fn new(server_secret: &[u8]) -> Option<Self> {
        let mac = Hmac::<Sha256>::new_from_slice(server_secret).ok()?;
        let forms = mac.chain_update(b"neuralbox-auth oauth consent form v1").finalize().into_bytes();
        Some(Self {
            key_ring: KeyRing::default(),
            sealing: KeySealing::new(server_secret)?,
            refresh_chain: GrantRefreshChain::new(server_secret)?,
            consent_forms: Hmac::new_from_slice(&forms).ok()?,
            limits: OAuthLimits::default(),
        })
    }

    /// Also accepts what was made under the previous server secret.
    pub(in crate::domain) fn with_previous(self, server_secret: &[u8]) -> Option<Self> {
        let sealing = self.sealing.with_previous(server_secret)?;
        let refresh_chain = self.refresh_chain.with_previous(server_secret)?;
        Some(Self { sealing, refresh_chain, ..self })
    }

    /// Drops idle counters.
    pub(in crate::domain) fn sweep(&self, millis: i64) {
        self.limits.sweep(millis);
    }
}

/// Refuses with an error of the protocol.
fn refused(code: OAuthErrorCode, description: &'static str) -> Error {
    Refusal::OAuth(OAuthError::new(code, description)).into()
}

impl Domain {
    /// True if the provider is on.
    #[must_use]
    pub fn oauth_is_on(&self) -> bool {
        self.inner.settings.oauth.is_some()
    }

    /// Returns the identifier of our own API, the audience of tokens that name no other.
    #[must_use]
    pub fn own_resource(&self) -> String {
        format!("{}/api/v2", self.public_url())
    }

    /// Returns the APIs that clients may be given.
    pub(in crate::domain) async fn audiences(&self) -> Result<Audiences> {
        let settings = self.inner.settings.oauth.as_ref();
        let mut others = settings.map(|settings| settings.resources.clone()).unwrap_or_default();
        others.extend(self.inner.store.clients().await?.into_iter().filter_map(|client| client.serves));
        Ok(Audiences { own: self.own_resource(), others })
    }

    /// Returns a client that is neither unknown nor disabled.
    pub(in crate::domain) async fn enabled_client(&self, id: &str) -> Result<Option<ClientWithSecrets>> {
        let Some(id) = ClientId::parse(id) else { return Ok(None) };
        let client = self.inner.store.client(&id).await?;
        Ok(client.filter(|known| known.client.disabled_at.is_none()))
    }
}
