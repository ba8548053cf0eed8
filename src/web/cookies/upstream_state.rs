//! Upstream login state: `state`, `nonce` and PKCE verifier of one redirect to a provider.
//!
//! A provider's answer is valid in any browser (login CSRF), so it must return to the browser that started. That
//! browser holds a secret in a cookie for ten minutes. The state (which includes the page to go to), the nonce and the
//! verifier are all derived from the secret. Several tabs therefore work in parallel, and the service stores nothing.

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::model::crypto::secret::Secret;
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::cookies::flow::{Setting, UPSTREAM_STATE};
use crate::web::page_paths;

/// Values of one redirect to a provider.
#[derive(Debug)]
pub(crate) struct UpstreamAuthState {
    /// `SALT.NEXT.SEAL`: random salt, page to go to, and MAC under the secret of the browser.
    pub(crate) state: String,
    /// Nonce that the ID token must contain.
    pub(crate) nonce: String,
    /// PKCE verifier (RFC 7636): only the starter of the flow can redeem the code.
    pub(crate) verifier: Secret,
    next: String,
}

impl UpstreamAuthState {
    /// Derives the values for a browser that holds `secret`.
    pub(crate) fn new(secret: &str, provider: UpstreamProvider, salt: &str, next: Option<&str>) -> Self {
        let next = next.unwrap_or_default();
        let what = format!("{salt}.{}", URL_SAFE_NO_PAD.encode(next));
        let state = format!("{what}.{}", seal(secret, provider, "state", &what));
        let nonce = seal(secret, provider, "nonce", &state);
        let verifier = Secret::new(seal(secret, provider, "verifier", &state));
        Self { state, nonce, verifier, next: next.to_owned() }
    }

    /// Restores the values from the returned `state`, if this browser started the redirect.
    pub(crate) fn returning(headers: &HeaderMap, https: bool, provider: UpstreamProvider, state: &str) -> Option<Self> {
        let mut parts = state.split('.');
        let (salt, next) = (parts.next()?, URL_SAFE_NO_PAD.decode(parts.next()?).ok()?);
        let next = String::from_utf8(next).ok()?;
        let restored = Self::new(get(headers, https)?, provider, salt, page_paths::local(&next));
        let is_same: bool = subtle::ConstantTimeEq::ct_eq(restored.state.as_bytes(), state.as_bytes()).into();
        is_same.then_some(restored)
    }

    /// Local path to go to afterwards.
    pub(crate) fn next(&self) -> Option<&str> {
        page_paths::local(&self.next)
    }

    /// PKCE challenge of the verifier (RFC 7636, S256).
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.reveal()))
    }
}

/// Secret of this browser, if it has the right format.
pub(crate) fn get(headers: &HeaderMap, https: bool) -> Option<&str> {
    let ours = |secret: &&str| secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
    UPSTREAM_STATE.get(headers, https).filter(ours)
}

/// Sets the secret, or extends the present one.
pub(crate) fn set(secret: &str, https: bool) -> Setting {
    UPSTREAM_STATE.set(secret, https)
}

/// HMAC-SHA256 under `secret`, as 43 base64url characters. The provider and the purpose `of` separate the domains.
fn seal(secret: &str, provider: UpstreamProvider, of: &str, what: &str) -> String {
    let sealed = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| mac.chain_update(format!("{} {of} {what}", provider.name())).finalize().into_bytes());
    // HMAC accepts keys of any length, so this never fails.
    sealed.map(|sealed| URL_SAFE_NO_PAD.encode(sealed)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn back(secret: &str, provider: UpstreamProvider, state: &str) -> Option<UpstreamAuthState> {
        let headers =
            HeaderMap::from_iter([("cookie".parse().unwrap(), format!("nb_upstream_state={secret}").parse().unwrap())]);
        headers.contains_key("cookie").then(|| UpstreamAuthState::returning(&headers, false, provider, state))?
    }

    #[test]
    fn only_the_browser_that_went_comes_back() {
        let went = UpstreamAuthState::new(SECRET, UpstreamProvider::Google, "5a17", Some("/web/billing?a=1"));
        let same = back(SECRET, UpstreamProvider::Google, &went.state).expect("the same browser");
        assert_eq!((&same.nonce, same.verifier.reveal()), (&went.nonce, went.verifier.reveal()));
        assert_eq!(same.next(), Some("/web/billing?a=1"));
        assert_eq!(went.verifier.reveal().len(), 43, "RFC 7636 wants 43 to 128");
        assert!(back(&SECRET.replace('0', "1"), UpstreamProvider::Google, &went.state).is_none(), "another browser");
        assert!(back("", UpstreamProvider::Google, &went.state).is_none(), "no cookie");
        assert!(back(SECRET, UpstreamProvider::Telegram, &went.state).is_none(), "another provider");
        let elsewhere = URL_SAFE_NO_PAD.encode("/web/profile");
        let (salt, seal) = (went.state.split('.').next().unwrap(), went.state.split('.').nth(2).unwrap());
        for state in [
            "",
            ".",
            "..",
            "a.b.c",
            &format!("{salt}.{elsewhere}.{seal}"),
            &format!("{}.x", went.state),
            &went.state[1..],
        ] {
            assert!(back(SECRET, UpstreamProvider::Google, state).is_none(), "{state}");
        }
    }

    #[test]
    fn every_trip_is_another() {
        let one = UpstreamAuthState::new(SECRET, UpstreamProvider::Google, "1", None);
        let two = UpstreamAuthState::new(SECRET, UpstreamProvider::Google, "2", None);
        assert!(one.state != two.state && one.nonce != two.nonce && one.verifier != two.verifier);
        assert_eq!(one.next(), None);
    }

    /// The example of RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        let state = UpstreamAuthState { state: String::new(), nonce: String::new(), verifier, next: String::new() };
        assert_eq!(state.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
