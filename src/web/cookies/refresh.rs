//! Refresh cookie and device cookie (RFC 6265bis), and the origin check that keeps other websites from using them.

use axum::http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{AppendHeaders, IntoResponseParts};

use crate::domain::Refusal;
use crate::model::session::{IDLE_LIFETIME_SECS, RefreshToken};
use crate::web::WebSettings;

/// Name on https. The prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`.
const SECURE_NAME: &str = "__Host-nb_refresh";
const PLAIN_NAME: &str = "nb_refresh";

/// Name of the device cookie: a browser that knew the password before has its own attempt limit (OWASP device cookies).
const SECURE_DEVICE: &str = "__Host-nb_device";
const PLAIN_DEVICE: &str = "nb_device";
/// Lifetime of the device cookie in seconds: the maximum of browsers, 400 days.
const DEVICE_LIFETIME_SECS: u32 = 400 * 86_400;

/// Name of the refresh cookie.
pub(crate) const fn name(https: bool) -> &'static str {
    if https { SECURE_NAME } else { PLAIN_NAME }
}

/// Refresh token of the browser, if it is well-formed.
pub(crate) fn refresh_token(headers: &HeaderMap, https: bool) -> Option<RefreshToken> {
    value(headers, name(https)).and_then(RefreshToken::parse)
}

/// True if the browser sent a refresh cookie, well-formed or not.
pub(crate) fn has_refresh_cookie(headers: &HeaderMap, https: bool) -> bool {
    value(headers, name(https)).is_some_and(|value| !value.is_empty())
}

/// Value of the first cookie called `name`.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let fields = headers.get_all(COOKIE).iter().filter_map(|field| field.to_str().ok());
    let mut pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Website on which the browser uses the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieSite {
    /// Our own pages, or a program other than a browser.
    Own,
    /// Allowed website of another origin. The cookie must be sent across sites and is partitioned by website.
    Embedding,
}

/// Sets the refresh cookie for as long as an idle session lives.
pub(crate) fn set(token: &RefreshToken, site: CookieSite, https: bool) -> impl IntoResponseParts + use<> {
    cookie(format!("{}={}; Max-Age={IDLE_LIFETIME_SECS}; {}", name(https), token.reveal(), attributes(site, https)))
}

/// Value of the device cookie.
pub(crate) fn device(headers: &HeaderMap, https: bool) -> Option<&str> {
    value(headers, device_name(https))
}

/// Sets the device cookie.
pub(crate) fn set_device(mark: &str, site: CookieSite, https: bool) -> impl IntoResponseParts + use<> {
    cookie(format!("{}={mark}; Max-Age={DEVICE_LIFETIME_SECS}; {}", device_name(https), attributes(site, https)))
}

const fn device_name(https: bool) -> &'static str {
    if https { SECURE_DEVICE } else { PLAIN_DEVICE }
}

/// Removes the refresh cookie.
pub(crate) fn clear(site: CookieSite, https: bool) -> impl IntoResponseParts + use<> {
    cookie(format!("{}=; Max-Age=0; {}", name(https), attributes(site, https)))
}

const fn attributes(site: CookieSite, https: bool) -> &'static str {
    match (site, https) {
        (CookieSite::Own, true) => "Path=/; Secure; HttpOnly; SameSite=Lax",
        (CookieSite::Embedding, true) => "Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
        // `SameSite=None` requires `Secure`, which requires https.
        (_, false) => "Path=/; HttpOnly; SameSite=Lax",
    }
}

fn cookie(text: String) -> AppendHeaders<Option<(axum::http::HeaderName, HeaderValue)>> {
    AppendHeaders(HeaderValue::try_from(text).ok().map(|value| (SET_COOKIE, value)))
}

/// Website of a request, by headers that scripts cannot change (`Origin`, Fetch Metadata). Refuses websites that are
/// not allowed. Other programs send neither header, and hold only cookies of their own.
pub(crate) fn site(headers: &HeaderMap, settings: &WebSettings) -> Result<CookieSite, Refusal> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(ORIGIN.as_str()) else {
        let cross = text("sec-fetch-site").is_some_and(|site| site.eq_ignore_ascii_case("cross-site"));
        return if cross { Err(Refusal::ForeignOrigin) } else { Ok(CookieSite::Own) };
    };
    let scheme = if settings.is_https() { "https" } else { "http" };
    let same_host = text(HOST.as_str()).is_some_and(|host| origin == format!("{scheme}://{host}"));
    if same_host || origin == settings.own_origin() {
        Ok(CookieSite::Own)
    } else if settings.allowed_origins.iter().any(|allowed| allowed == origin) {
        Ok(CookieSite::Embedding)
    } else {
        Err(Refusal::ForeignOrigin)
    }
}
