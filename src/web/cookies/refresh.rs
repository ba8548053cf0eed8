//! The refresh cookie (RFC 6265bis), and the guard that keeps other websites from using it.

use axum::http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{AppendHeaders, IntoResponseParts};

use crate::domain::Refusal;
use crate::model::session::{IDLE_LIFETIME_SECS, RefreshToken};
use crate::web::WebSettings;

/// On https the name itself makes browsers insist on `Secure`, `Path=/` and no `Domain`.
const SECURE_NAME: &str = "__Host-nb_refresh";
const PLAIN_NAME: &str = "nb_refresh";

/// The cookie of a browser in which somebody gave an address's password before.
const SECURE_DEVICE: &str = "__Host-nb_device";
const PLAIN_DEVICE: &str = "nb_device";
/// How long it is kept, in seconds: for as long as browsers keep any.
const DEVICE_LIFETIME_SECS: u32 = 400 * 86_400;

const fn name(https: bool) -> &'static str {
    if https { SECURE_NAME } else { PLAIN_NAME }
}

/// The refresh token that the caller holds, if it can be read.
pub(crate) fn refresh_token(headers: &HeaderMap, https: bool) -> Option<RefreshToken> {
    value(headers, name(https)).and_then(RefreshToken::parse)
}

/// Whether the caller holds a refresh cookie at all.
pub(crate) fn is_there(headers: &HeaderMap, https: bool) -> bool {
    value(headers, name(https)).is_some_and(|value| !value.is_empty())
}

/// The value of a cookie.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let fields = headers.get_all(COOKIE).iter().filter_map(|field| field.to_str().ok());
    let mut pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Who may see the cookie again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieSite {
    /// Our own pages, and programs.
    Own,
    /// An allowed website on another origin: the cookie must travel across sites, and is kept apart for each.
    Embedding,
}

/// Sets the refresh cookie.
pub(crate) fn set(token: &RefreshToken, site: CookieSite, https: bool) -> impl IntoResponseParts + use<> {
    cookie(format!("{}={}; Max-Age={IDLE_LIFETIME_SECS}; {}", name(https), token.reveal(), attributes(site, https)))
}

/// What this browser holds if somebody gave an address's password in it before.
pub(crate) fn device(headers: &HeaderMap, https: bool) -> Option<&str> {
    value(headers, device_name(https))
}

/// Lets a browser be known again.
pub(crate) fn set_device(mark: &str, site: CookieSite, https: bool) -> impl IntoResponseParts + use<> {
    cookie(format!("{}={mark}; Max-Age={DEVICE_LIFETIME_SECS}; {}", device_name(https), attributes(site, https)))
}

const fn device_name(https: bool) -> &'static str {
    if https { SECURE_DEVICE } else { PLAIN_DEVICE }
}

/// Takes the refresh cookie away.
pub(crate) fn clear(site: CookieSite, https: bool) -> impl IntoResponseParts + use<> {
    cookie(format!("{}=; Max-Age=0; {}", name(https), attributes(site, https)))
}

const fn attributes(site: CookieSite, https: bool) -> &'static str {
    match (site, https) {
        (CookieSite::Own, true) => "Path=/; Secure; HttpOnly; SameSite=Lax",
        (CookieSite::Embedding, true) => "Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
        // Without https there is no Secure, and so no SameSite=None.
        (_, false) => "Path=/; HttpOnly; SameSite=Lax",
    }
}

fn cookie(text: String) -> AppendHeaders<Option<(axum::http::HeaderName, HeaderValue)>> {
    AppendHeaders(HeaderValue::try_from(text).ok().map(|value| (SET_COOKIE, value)))
}

/// Which site a request comes from, by what browsers say and scripts cannot change (`Origin`, Fetch Metadata). A website
/// that is not allowed is refused. Programs say nothing, and hold no cookie that is not theirs.
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
