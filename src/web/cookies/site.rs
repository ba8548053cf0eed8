//! Website of a request: who may use and receive our cookies.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};
use url::Url;

use crate::domain::Refusal;
use crate::web::WebSettings;
use crate::web::extract::header_fields::{SingleField, single};

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
/// not allowed, and fields that cannot be read. Other programs send neither header, and hold only cookies of their own.
///
/// `Origin: null` identifies nobody (Fetch, section 3.1): a proxy that sets `Referrer-Policy: no-referrer` causes it on
/// forms of our own pages. `Sec-Fetch-Site: same-origin` then proves that the page is ours, and nothing else does.
pub(super) fn site(headers: &HeaderMap, settings: &WebSettings) -> Result<CookieSite, Refusal> {
    let fetch_site = single(headers, "sec-fetch-site");
    let is_own = match single(headers, ORIGIN) {
        SingleField::Absent => match fetch_site {
            SingleField::Absent => true,
            SingleField::Text(site) => ["same-origin", "same-site", "none"].contains(&site),
            SingleField::Unreadable => false,
        },
        SingleField::Text("null") => fetch_site == SingleField::Text("same-origin"),
        SingleField::Text(origin) if is_own_origin(origin, headers, settings) => true,
        SingleField::Text(origin) if settings.allowed_origins.allows(origin) => return Ok(CookieSite::Embedding),
        SingleField::Text(_) | SingleField::Unreadable => false,
    };
    if is_own { Ok(CookieSite::Own) } else { Err(Refusal::ForeignOrigin) }
}

/// True for an allowed website, which may read answers. Reports another one, unless it is our own.
pub(in crate::web) fn may_read_answers(origin: &HeaderValue, headers: &HeaderMap, settings: &WebSettings) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let is_allowed = settings.allowed_origins.allows(origin);
    if !is_allowed && !is_own_origin(origin, headers, settings) {
        settings.allowed_origins.report(origin);
    }
    is_allowed
}

/// True for the origin of the public URL, and for that of the host which the request names.
fn is_own_origin(origin: &str, headers: &HeaderMap, settings: &WebSettings) -> bool {
    let scheme = settings.scheme().as_str();
    let host = single(headers, HOST).text();
    origin == settings.own_origin() || host.is_some_and(|host| origin == format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::extract::trusted_proxies::TrustedProxies;

    #[test]
    fn origin_and_fetch_metadata() {
        let settings = WebSettings {
            public_url: "https://auth.example".parse().unwrap(),
            allowed_origins: vec!["https://shop.example".to_owned()].into(),
            trusted_proxies: TrustedProxies::new(Vec::new()),
            widget_script: "https://auth.example".parse().unwrap(),
        };
        let absent = "";
        let fetch_sites = [absent, "same-origin", "same-site", "none", "cross-site", "Same-Origin", "what", "\u{e9}"];
        let own = |origin: &str| -> [bool; 8] {
            fetch_sites.map(|fetch_site| {
                let fields = [("origin", origin), ("sec-fetch-site", fetch_site), ("host", "inside.example:8443")];
                let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
                let headers = fields.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
                match site(&headers.collect(), &settings) {
                    Ok(CookieSite::Own) => true,
                    Ok(CookieSite::Embedding) => panic!("{origin} is no website"),
                    Err(_) => false,
                }
            })
        };
        assert_eq!(own(absent), [true, true, true, true, false, false, false, false]);
        assert_eq!(own("null"), [false, true, false, false, false, false, false, false]);
        for ours in ["https://auth.example", "https://inside.example:8443"] {
            assert_eq!(own(ours), [true; 8], "{ours}");
        }
        for other in ["https://evil.example", "http://auth.example", "Null", "https://auth.example\u{e9}", "*"] {
            assert_eq!(own(other), [false; 8], "{other}");
        }
    }

    #[test]
    fn two_origins_are_none() {
        let settings = WebSettings {
            public_url: "https://auth.example".parse().unwrap(),
            allowed_origins: vec!["https://shop.example".to_owned()].into(),
            trusted_proxies: TrustedProxies::new(Vec::new()),
            widget_script: "https://auth.example".parse().unwrap(),
        };
        let mut headers = HeaderMap::new();
        headers.append(ORIGIN, "https://shop.example".parse().unwrap());
        assert_eq!(site(&headers, &settings).ok(), Some(CookieSite::Embedding));
        headers.append(ORIGIN, "https://auth.example".parse().unwrap());
        assert!(site(&headers, &settings).is_err());
    }
}
