//! The state of a sign-in: a cookie that ties the answer of Telegram's widget to the browser that asked for it.
//!
//! Redirect mode has no defence of its own against a sign-in that somebody else started (login CSRF): what Telegram signed
//! is good in every browser. So the address it comes back to carries what this cookie holds.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::AppendHeaders;
use subtle::ConstantTimeEq;

use crate::web::cookie;

/// How long a person may take to sign in, in seconds.
const LIFETIME: u32 = 600;

const fn name(https: bool) -> &'static str {
    if https { "__Host-nb_state" } else { "nb_state" }
}

/// The state this browser holds, if it is one of ours by its looks.
pub(crate) fn held(headers: &HeaderMap, https: bool) -> Option<&str> {
    let ours = |state: &&str| state.len() == 32 && state.bytes().all(|byte| byte.is_ascii_hexdigit());
    cookie::value(headers, name(https)).filter(ours)
}

/// Whether the browser holds that state.
pub(crate) fn is_held(headers: &HeaderMap, https: bool, state: &str) -> bool {
    held(headers, https).is_some_and(|held| held.as_bytes().ct_eq(state.as_bytes()).into())
}

/// Gives the browser a state, or the same for longer: a second tab must not spoil the first one's sign-in.
pub(crate) fn set(state: &str, https: bool) -> AppendHeaders<Option<(HeaderName, HeaderValue)>> {
    cookie(format!("{}={state}; Max-Age={LIFETIME}; {}", name(https), attributes(https)))
}

/// Takes the state away: it was used.
pub(crate) fn clear(https: bool) -> AppendHeaders<Option<(HeaderName, HeaderValue)>> {
    cookie(format!("{}=; Max-Age=0; {}", name(https), attributes(https)))
}

/// Lax, because the browser comes back from Telegram by a link.
const fn attributes(https: bool) -> &'static str {
    if https { "Path=/; Secure; HttpOnly; SameSite=Lax" } else { "Path=/; HttpOnly; SameSite=Lax" }
}

fn cookie(text: String) -> AppendHeaders<Option<(HeaderName, HeaderValue)>> {
    AppendHeaders(HeaderValue::try_from(text).ok().map(|value| (SET_COOKIE, value)))
}
