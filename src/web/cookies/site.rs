//! Website of a request: who may use and receive our cookies.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use url::Url;

use crate::domain::Refusal;
use crate::web::WebSettings;

/// Scheme under which browsers reach this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// Plain http, as in development. Cookies have neither `Secure` nor a prefix.
    Http,
    /// Https, possibly ended by a proxy.
    Https,
}

impl Scheme {
    /// Scheme of a URL; anything but https counts as plain http.
    pub(crate) fn of(url: &Url) -> Self {
        if url.scheme() == "https" { Self::Https } else { Self::Http }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Website on which the browser uses the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieSite {
    /// Our own pages, or a program other than a browser.
    Own,
    /// Allowed website of another origin. The cookie must be sent across sites and is partitioned by website.
    Embedding,
}

/// Website of a request, by headers that scripts cannot change (`Origin`, Fetch Metadata). Refuses websites that are
/// not allowed. Other programs send neither header, and hold only cookies of their own.
pub(super) fn site(headers: &HeaderMap, settings: &WebSettings) -> Result<CookieSite, Refusal> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(ORIGIN.as_str()) else {
        let is_cross_site = text("sec-fetch-site").is_some_and(|site| site.eq_ignore_ascii_case("cross-site"));
        return if is_cross_site { Err(Refusal::ForeignOrigin) } else { Ok(CookieSite::Own) };
    };
    let scheme = settings.scheme().as_str();
    let is_same_host = text(HOST.as_str()).is_some_and(|host| origin == format!("{scheme}://{host}"));
    if is_same_host || origin == settings.own_origin() {
        Ok(CookieSite::Own)
    } else if settings.allowed_origins.iter().any(|allowed| allowed == origin) {
        Ok(CookieSite::Embedding)
    } else {
        Err(Refusal::ForeignOrigin)
    }
}
