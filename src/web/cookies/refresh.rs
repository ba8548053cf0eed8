//! Refresh cookie (RFC 6265bis).

use crate::model::session::{IDLE_LIFETIME_SECS, RefreshToken};
use crate::web::cookies::request_cookies::{CookieSpec, RequestCookies, SetCookie};
use crate::web::cookies::site::{CookieSite, Scheme};

/// Lives as long as an idle session.
const REFRESH: CookieSpec = CookieSpec::new("nb_refresh", IDLE_LIFETIME_SECS);

/// Name of the cookie as sent.
pub(crate) fn name(scheme: Scheme) -> String {
    REFRESH.wire_name(scheme)
}

impl RequestCookies {
    /// Refresh token of the browser, if it is well-formed.
    pub(crate) fn refresh_token(&self) -> Option<RefreshToken> {
        self.value(&REFRESH).and_then(RefreshToken::parse)
    }

    /// True if the browser sent a refresh cookie, well-formed or not.
    pub(crate) fn has_refresh_token(&self) -> bool {
        self.value(&REFRESH).is_some()
    }

    /// Sets the refresh cookie for as long as an idle session lives.
    pub(crate) fn set_refresh_token(&self, token: &RefreshToken, site: CookieSite) -> SetCookie {
        self.set(&REFRESH, token.reveal(), site)
    }

    /// Removes the refresh cookie.
    pub(crate) fn remove_refresh_token(&self, site: CookieSite) -> SetCookie {
        self.remove(&REFRESH, site)
    }
}
