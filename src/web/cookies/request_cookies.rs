//! Extractor of cookies. Knows the scheme and the website of the request, so that handlers name a cookie and nothing
//! else.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};
use cookie::prefix::{Host, Prefix};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use crate::domain::Refusal;
use crate::web::cookies::site;
use crate::web::cookies::site::{CookieSite, Scheme};
use crate::web::extract::header_fields::{SingleField, single};
use crate::web::{WebSettings, WebState};

/// Name and lifetime of a cookie.
#[derive(Debug)]
pub(super) struct CookieSpec {
    /// Name on plain http.
    name: Cow<'static, str>,
    lifetime_secs: i64,
}

impl CookieSpec {
    pub(super) const fn new(name: &'static str, lifetime_secs: i64) -> Self {
        Self { name: Cow::Borrowed(name), lifetime_secs }
    }

    /// Cookie of which a browser may have several, told apart by `suffix`: ASCII letters, digits, `-` and `_`.
    pub(super) fn of_many(name: &str, suffix: &str, lifetime_secs: i64) -> Self {
        Self { name: Cow::Owned(format!("{name}_{suffix}")), lifetime_secs }
    }

    /// Name as sent. The prefix makes browsers insist on `Secure`, `Path=/` and no `Domain` (RFC 6265bis, 4.1.3.2).
    pub(super) fn wire_name(&self, scheme: Scheme) -> String {
        match scheme {
            Scheme::Http => self.name.clone().into_owned(),
            Scheme::Https => format!("{}{}", Host::PREFIX, self.name),
        }
    }
}

/// Cookies of a request. The modules of this room add a getter and a setter for each cookie.
#[derive(Clone)]
pub(crate) struct RequestCookies {
    scheme: Scheme,
    /// `None` for a website that is not allowed.
    site: Option<CookieSite>,
    /// True if the browser says that the request comes from another site, on https.
    is_cross_site: bool,
    /// `Cookie` fields as received. A cookie is searched when it is needed: a client may send a hundred thousand.
    received: Vec<HeaderValue>,
}

/// Shows no value: each is a credential.
impl fmt::Debug for RequestCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestCookies").field("scheme", &self.scheme).field("site", &self.site).finish_non_exhaustive()
    }
}

impl RequestCookies {
    /// Cookies in `headers`.
    pub(crate) fn from_headers(headers: &HeaderMap, settings: &WebSettings) -> Self {
        let received = headers.get_all(COOKIE).iter().cloned().collect();
        let (scheme, site) = (settings.scheme(), site::site(headers, settings).ok());
        let is_cross_site =
            scheme == Scheme::Https && single(headers, "sec-fetch-site") == SingleField::Text("cross-site");
        Self { scheme, site, is_cross_site, received }
    }

    /// Website of the request. Refuses a website that is not allowed, which must not use our cookies.
    pub(crate) fn site(&self) -> Result<CookieSite, Refusal> {
        self.site.ok_or(Refusal::ForeignOrigin)
    }

    /// Website that receives the cookies of a request that carries its own proof. A website that is not allowed gets
    /// those of our own pages: its browser does not send them across sites.
    pub(crate) fn receiving_site(&self) -> CookieSite {
        self.site.unwrap_or(CookieSite::Own)
    }

    /// True for a request of an allowed website that is on another site than ours.
    pub(super) fn is_cross_site(&self) -> bool {
        self.is_cross_site && self.site == Some(CookieSite::Embedding)
    }

    /// Values of all cookies of that name, in the order sent, except empty ones. A browser sends several if their paths
    /// or partitions differ, and in no order to rely on (RFC 6265, 4.2.2). Cookies with odd bytes do not hide others.
    pub(super) fn values<'a>(&'a self, spec: &CookieSpec) -> impl Iterator<Item = &'a str> + use<'a> {
        let name = spec.wire_name(self.scheme);
        let pairs = self.received.iter().flat_map(|field| field.as_bytes().split(|byte| *byte == b';'));
        pairs.filter_map(move |pair| value_of(&name, pair))
    }

    /// Sets a cookie to `value`, which must consist of visible ASCII characters other than `;` and `,`.
    pub(super) fn set(&self, spec: &CookieSpec, value: String, site: CookieSite) -> SetCookie {
        SetCookie(self.cookie(spec, value, site, spec.lifetime_secs))
    }

    /// Removes a cookie.
    pub(super) fn remove(&self, spec: &CookieSpec, site: CookieSite) -> SetCookie {
        SetCookie(self.cookie(spec, String::new(), site, 0))
    }

    fn cookie(&self, spec: &CookieSpec, value: String, site: CookieSite, max_age_secs: i64) -> Cookie<'static> {
        let cookie = Cookie::build((spec.wire_name(self.scheme), value))
            .path("/")
            .http_only(true)
            .max_age(Duration::seconds(max_age_secs));
        match (self.scheme, site) {
            // `SameSite=None` requires `Secure`, which requires https.
            (Scheme::Http, _) => cookie.same_site(SameSite::Lax).build(),
            (Scheme::Https, CookieSite::Own) => Host::conform(cookie.same_site(SameSite::Lax).build()),
            (Scheme::Https, CookieSite::Embedding) => {
                Host::conform(cookie.same_site(SameSite::None).partitioned(true).build())
            }
        }
    }
}

/// Value of the pair `name=value`; `None` for another name and for a value that is empty or not UTF-8.
fn value_of<'a>(name: &str, pair: &'a [u8]) -> Option<&'a str> {
    let rest = pair.trim_ascii_start().strip_prefix(name.as_bytes())?;
    let value = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii();
    std::str::from_utf8(value).ok().filter(|value| !value.is_empty())
}

impl FromRequestParts<WebState> for RequestCookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers, &web.settings))
    }
}

/// Response part that appends one `Set-Cookie` field.
pub(crate) struct SetCookie(Cookie<'static>);

/// Writes the attributes in an order of our own; clients and their tests compare the whole field.
impl fmt::Display for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(cookie) = self;
        let max_age_secs = cookie.max_age().unwrap_or_default().whole_seconds();
        write!(f, "{}; Max-Age={max_age_secs}; Path=/", cookie.stripped())?;
        let flags = [(cookie.secure(), "; Secure"), (cookie.http_only(), "; HttpOnly")];
        for (_, flag) in flags.into_iter().filter(|(is_set, _)| *is_set == Some(true)) {
            f.write_str(flag)?;
        }
        if let Some(same_site) = cookie.same_site() {
            write!(f, "; SameSite={same_site}")?;
        }
        f.write_str(if cookie.partitioned() == Some(true) { "; Partitioned" } else { "" })
    }
}

impl IntoResponseParts for SetCookie {
    type Error = Infallible;

    /// Appends nothing if the value cannot stand in a header.
    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Ok(field) = HeaderValue::try_from(self.to_string()) {
            parts.headers_mut().append(SET_COOKIE, field);
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::extract::trusted_proxies::TrustedProxies;

    const SPEC: CookieSpec = CookieSpec::new("nb_example", 60);

    fn cookies(url: &str, headers: &[(&'static str, &str)]) -> RequestCookies {
        let settings = WebSettings {
            public_url: url.parse().unwrap(),
            allowed_origins: vec!["https://shop.example".to_owned()].into(),
            trusted_proxies: TrustedProxies::new(Vec::new()),
            widget_script: url.parse().unwrap(),
        };
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        RequestCookies::from_headers(&headers.collect(), &settings)
    }

    #[test]
    fn cookies_of_the_schemes_name_count() {
        let sent = [("cookie", "other=1; nb_example=plain; __Host-nb_example=a=b;__Host-nb_example = later ")];
        let values = |url, sent: &[_]| cookies(url, sent).values(&SPEC).map(ToOwned::to_owned).collect::<Vec<_>>();
        assert_eq!(values("https://auth.example", &sent), ["a=b", "later"]);
        assert_eq!(values("http://localhost", &sent), ["plain"]);
        let odd = [("cookie", "city=Zürich; nb_example=ü; nb_example=; nb_example; xnb_example=x; nb_example=good")];
        assert_eq!(values("http://localhost", &odd), ["ü", "good"]);
        assert_eq!(values("http://localhost", &[]), [""; 0]);
    }

    #[test]
    fn attributes_follow_scheme_and_site() {
        let set = |url, origin: &str| {
            let cookies = cookies(url, &[("origin", origin)]);
            cookies.set(&SPEC, "x".to_owned(), cookies.receiving_site()).to_string()
        };
        assert_eq!(
            set("https://auth.example", "https://auth.example"),
            "__Host-nb_example=x; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            set("https://auth.example", "https://shop.example"),
            "__Host-nb_example=x; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"
        );
        assert_eq!(
            set("http://localhost", "https://shop.example"),
            "nb_example=x; Max-Age=60; Path=/; HttpOnly; SameSite=Lax"
        );
        let removed = cookies("http://localhost", &[]).remove(&SPEC, CookieSite::Own).to_string();
        assert_eq!(removed, "nb_example=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn other_websites_are_refused() {
        for headers in [[("origin", "https://evil.example")], [("sec-fetch-site", "cross-site")]] {
            assert!(cookies("https://auth.example", &headers).site().is_err(), "{headers:?}");
        }
        assert_eq!(cookies("https://auth.example", &[]).site().ok(), Some(CookieSite::Own));
    }
}
