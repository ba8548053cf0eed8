//! Cookies of the OAuth provider.
//!
//! Each authorization request has a cookie of its own, so that a second tab or a form of another website never disturbs
//! the first. Each client that a website embeds has one for its refresh token.

use crate::domain::oauth::authorize::cookie_suffix;
use crate::model::crypto::secret::Secret;
use crate::model::oauth::client::ClientId;
use crate::model::session::IDLE_LIFETIME_SECS;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::web::cookies::request_cookies::{CookieSpec, RequestCookies, SetCookie};
use crate::web::cookies::site::CookieSite;

/// Lifetime of an authorization request, in seconds.
const REQUEST_SECS: i64 = 600;

/// Cookie of an authorization request; `None` for an id that is none of ours.
fn request_spec(request: &str) -> Option<CookieSpec> {
    Some(CookieSpec::of_many("nb_oauth", cookie_suffix(request)?, REQUEST_SECS))
}

fn app_spec(client: &ClientId) -> CookieSpec {
    CookieSpec::of_many("nb_app", client.as_str(), IDLE_LIFETIME_SECS)
}

impl RequestCookies {
    /// Secret of the browser that began an authorization request.
    pub(crate) fn authorization_browser(&self, request: &str) -> Option<&str> {
        self.values(&request_spec(request)?).next()
    }

    /// Ties an authorization request to this browser.
    pub(crate) fn set_authorization_browser(&self, request: &str, browser: &OneTimeToken) -> Option<SetCookie> {
        Some(self.set(&request_spec(request)?, browser.reveal(), CookieSite::Own))
    }

    /// Forgets an authorization request that has been answered.
    pub(crate) fn remove_authorization_browser(&self, request: &str) -> Option<SetCookie> {
        Some(self.remove(&request_spec(request)?, CookieSite::Own))
    }

    /// Refresh token of an embedded client.
    pub(crate) fn app_token(&self, client: &ClientId) -> Option<&str> {
        self.values(&app_spec(client)).next()
    }

    /// Sets the refresh token of an embedded client, for the website that embeds it.
    pub(crate) fn set_app_token(&self, client: &ClientId, token: &Secret) -> SetCookie {
        self.set(&app_spec(client), token.reveal().to_owned(), CookieSite::Embedding)
    }

    /// Removes the refresh token of an embedded client.
    pub(crate) fn remove_app_token(&self, client: &ClientId) -> SetCookie {
        self.remove(&app_spec(client), CookieSite::Embedding)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;
    use crate::web::WebSettings;
    use crate::web::extract::trusted_proxies::TrustedProxies;

    fn cookies(url: &str, sent: &str) -> RequestCookies {
        let settings = WebSettings {
            public_url: url.parse().unwrap(),
            allowed_origins: Vec::new().into(),
            trusted_proxies: TrustedProxies::new(Vec::new()),
            widget_script: url.parse().unwrap(),
        };
        let headers = HeaderMap::from_iter([("cookie".parse().unwrap(), sent.parse().unwrap())]);
        RequestCookies::from_headers(&headers, &settings)
    }

    #[test]
    fn requests_do_not_disturb_each_other() {
        let (one, two) = (format!("{}A", "a".repeat(42)), format!("{}A", "b".repeat(42)));
        let cookies = cookies("http://localhost", "nb_oauth_aaaaaaaa=x; nb_oauth_bbbbbbbb=y");
        assert_eq!(cookies.authorization_browser(&one), Some("x"));
        assert_eq!(cookies.authorization_browser(&two), Some("y"));
        assert_eq!(cookies.authorization_browser("aaaaaaaa"), None, "no id");
        let removed = cookies.remove_authorization_browser(&one).expect("a cookie").to_string();
        assert_eq!(removed, "nb_oauth_aaaaaaaa=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn the_token_of_an_embedded_client_is_partitioned() {
        let client = ClientId::parse("c_0123456789abcdefghijkl").expect("an id");
        let set = |url| cookies(url, "").set_app_token(&client, &Secret::new("t".to_owned())).to_string();
        assert_eq!(
            set("https://auth.example"),
            "__Host-nb_app_c_0123456789abcdefghijkl=t; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"
        );
        assert_eq!(
            set("http://localhost"),
            "nb_app_c_0123456789abcdefghijkl=t; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax"
        );
    }
}
