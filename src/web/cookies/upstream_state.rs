//! Upstream login state: `state`, `nonce` and PKCE verifier of one redirect to a provider.
//!
//! A provider's answer is valid in any browser (login CSRF), so it must return to the browser that started. That
//! browser holds a secret in a cookie for ten minutes. The state (which includes the purpose of the trip), the nonce
//! and the verifier are all derived from the secret. Several tabs therefore work in parallel, and the service stores
//! nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::model::accounts::account::AccountId;
use crate::model::crypto::secret::Secret;
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::cookies::flow::UPSTREAM_STATE;
use crate::web::cookies::request_cookies::{RequestCookies, SetCookie};
use crate::web::page_paths;

/// Purpose of one trip to a provider. Sealed into the state, so that the answer to a sign-in can never link an
/// identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UpstreamPurpose {
    /// Signs the person in.
    SignIn {
        /// Local path to go to afterwards.
        next: Option<String>,
    },
    /// Links the person's account at the provider to the account that was signed in at the start, and to no other.
    LinkIdentity {
        /// The signed-in account.
        account: AccountId,
    },
}

impl UpstreamPurpose {
    /// Local path to go to afterwards.
    pub(crate) fn next(&self) -> Option<&str> {
        match self {
            Self::SignIn { next } => next.as_deref(),
            Self::LinkIdentity { .. } => None,
        }
    }

    /// `sign_in.NEXT` or `link_identity.ACCOUNT`; the path is base64url.
    fn to_text(&self) -> String {
        match self {
            Self::SignIn { next } => format!("sign_in.{}", URL_SAFE_NO_PAD.encode(next.as_deref().unwrap_or_default())),
            Self::LinkIdentity { account } => format!("link_identity.{account}"),
        }
    }

    fn from_parts(purpose: &str, value: &str) -> Option<Self> {
        match purpose {
            "sign_in" => {
                let next = String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
                Some(Self::SignIn { next: page_paths::local(&next).map(ToOwned::to_owned) })
            }
            "link_identity" => value.parse().ok().map(|account| Self::LinkIdentity { account: AccountId(account) }),
            _ => None,
        }
    }
}

/// Values of one redirect to a provider.
#[derive(Debug)]
pub(crate) struct UpstreamAuthState {
    /// `SALT.PURPOSE.VALUE.SEAL`: random salt, purpose, page to go to or account, and MAC under the secret of the browser.
    pub(crate) state: String,
    /// Nonce that the ID token must contain.
    pub(crate) nonce: String,
    /// PKCE verifier (RFC 7636): only the starter of the flow can redeem the code.
    pub(crate) verifier: Secret,
    /// Purpose of the redirect.
    pub(crate) purpose: UpstreamPurpose,
}

impl UpstreamAuthState {
    /// Derives the values for a browser that holds `secret`.
    pub(crate) fn new(secret: &str, provider: UpstreamProvider, salt: &str, purpose: UpstreamPurpose) -> Self {
        let sealed = format!("{salt}.{}", purpose.to_text());
        let state = format!("{sealed}.{}", seal(secret, provider, "state", &sealed));
        let nonce = seal(secret, provider, "nonce", &state);
        let verifier = Secret::new(seal(secret, provider, "verifier", &state));
        Self { state, nonce, verifier, purpose }
    }

    /// Restores the values from the returned `state`, if this browser started the redirect.
    pub(crate) fn returning(cookies: &RequestCookies, provider: UpstreamProvider, state: &str) -> Option<Self> {
        let mut parts = state.split('.');
        let (salt, purpose, value) = (parts.next()?, parts.next()?, parts.next()?);
        let purpose = UpstreamPurpose::from_parts(purpose, value)?;
        let mut restored = cookies.upstream_secrets().map(|secret| Self::new(secret, provider, salt, purpose.clone()));
        restored.find(|restored| subtle::ConstantTimeEq::ct_eq(restored.state.as_bytes(), state.as_bytes()).into())
    }

    /// PKCE challenge of the verifier (RFC 7636, S256).
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.reveal()))
    }
}

impl RequestCookies {
    /// Secret of this browser, if it has the right format.
    pub(crate) fn upstream_secret(&self) -> Option<&str> {
        self.upstream_secrets().next()
    }

    /// All secrets of this browser that have the right format.
    fn upstream_secrets(&self) -> impl Iterator<Item = &str> {
        let is_ours = |secret: &str| secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.flow_values(&UPSTREAM_STATE, is_ours)
    }

    /// Sets the secret, or extends the present one.
    pub(crate) fn set_upstream_secret(&self, secret: &str) -> SetCookie {
        self.set_flow(&UPSTREAM_STATE, secret)
    }
}

/// HMAC-SHA256 under `secret`, as 43 base64url characters. The provider and the name of the derived value separate the
/// domains.
fn seal(secret: &str, provider: UpstreamProvider, derived: &str, text: &str) -> String {
    let sealed = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| mac.chain_update(format!("{} {derived} {text}", provider.name())).finalize().into_bytes());
    // HMAC accepts keys of any length, so this never fails.
    sealed.map(|sealed| URL_SAFE_NO_PAD.encode(sealed)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;
    use crate::web::WebSettings;
    use crate::web::extract::trusted_proxies::TrustedProxies;

    const SECRET: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn back(secret: &str, provider: UpstreamProvider, state: &str) -> Option<UpstreamAuthState> {
        let headers =
            HeaderMap::from_iter([("cookie".parse().unwrap(), format!("nb_upstream_state={secret}").parse().unwrap())]);
        let settings = WebSettings {
            public_url: "http://localhost".parse().unwrap(),
            allowed_origins: Vec::new().into(),
            trusted_proxies: TrustedProxies::new(Vec::new()),
            widget_script: "http://localhost".parse().unwrap(),
        };
        UpstreamAuthState::returning(&RequestCookies::from_headers(&headers, &settings), provider, state)
    }

    fn sign_in(next: Option<&str>) -> UpstreamPurpose {
        UpstreamPurpose::SignIn { next: next.map(ToOwned::to_owned) }
    }

    #[test]
    fn only_the_browser_that_went_comes_back() {
        let went = UpstreamAuthState::new(SECRET, UpstreamProvider::Google, "5a17", sign_in(Some("/web/billing?a=1")));
        let same = back(SECRET, UpstreamProvider::Google, &went.state).expect("the same browser");
        assert_eq!((&same.nonce, same.verifier.reveal()), (&went.nonce, went.verifier.reveal()));
        assert_eq!(same.purpose.next(), Some("/web/billing?a=1"));
        assert_eq!(went.verifier.reveal().len(), 43, "RFC 7636 wants 43 to 128");
        assert!(back(&SECRET.replace('0', "1"), UpstreamProvider::Google, &went.state).is_none(), "another browser");
        assert!(back("", UpstreamProvider::Google, &went.state).is_none(), "no cookie");
        let several = format!("{}; nb_upstream_state=x; nb_upstream_state={SECRET}", SECRET.replace('0', "1"));
        assert!(back(&several, UpstreamProvider::Google, &went.state).is_some(), "one of several cookies");
        assert!(back(SECRET, UpstreamProvider::Telegram, &went.state).is_none(), "another provider");
        let elsewhere = URL_SAFE_NO_PAD.encode("/web/profile");
        let (salt, seal) = (went.state.split('.').next().unwrap(), went.state.split('.').nth(3).unwrap());
        for state in [
            "",
            ".",
            "..",
            "...",
            "a.b.c.d",
            &format!("{salt}.sign_in.{elsewhere}.{seal}"),
            &format!("{}.x", went.state),
            &went.state[1..],
        ] {
            assert!(back(SECRET, UpstreamProvider::Google, state).is_none(), "{state}");
        }
    }

    #[test]
    fn the_purpose_is_sealed() {
        let purpose = UpstreamPurpose::LinkIdentity { account: AccountId(7) };
        let link = UpstreamAuthState::new(SECRET, UpstreamProvider::Google, "1", purpose.clone());
        let same = back(SECRET, UpstreamProvider::Google, &link.state).expect("the same browser");
        assert_eq!(same.purpose, purpose);
        let other = link.state.replace(".7.", ".8.");
        assert!(back(SECRET, UpstreamProvider::Google, &other).is_none(), "the account is sealed");
        let signs_in = UpstreamAuthState::new(SECRET, UpstreamProvider::Google, "1", sign_in(None));
        let forged = signs_in.state.replace("sign_in", "link_identity");
        assert!(back(SECRET, UpstreamProvider::Google, &forged).is_none(), "a sign-in never links");
        assert!(back(SECRET, UpstreamProvider::Google, &link.state.replace("link_identity", "sign_in")).is_none());
    }

    #[test]
    fn every_redirect_has_its_own_state() {
        let one = UpstreamAuthState::new(SECRET, UpstreamProvider::Google, "1", sign_in(None));
        let two = UpstreamAuthState::new(SECRET, UpstreamProvider::Google, "2", sign_in(None));
        assert!(one.state != two.state && one.nonce != two.nonce && one.verifier != two.verifier);
        assert_eq!(one.purpose.next(), None);
    }

    /// The example of RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        let state = UpstreamAuthState { state: String::new(), nonce: String::new(), verifier, purpose: sign_in(None) };
        assert_eq!(state.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
