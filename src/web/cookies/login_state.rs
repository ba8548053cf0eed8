//! The state of a sign-in: a cookie that ties the answer of Telegram's widget to the browser that asked for it.
//!
//! Redirect mode has no defence of its own against a sign-in that somebody else started (login CSRF): what Telegram signed
//! is good in every browser. So the address it comes back to carries what this cookie holds.

use axum::http::HeaderMap;
use subtle::ConstantTimeEq;

use crate::web::cookies::flow::{LOGIN_STATE, Setting};

/// The state this browser holds, if it is one of ours by its looks.
pub(crate) fn get(headers: &HeaderMap, https: bool) -> Option<&str> {
    let ours = |state: &&str| state.len() == 32 && state.bytes().all(|byte| byte.is_ascii_hexdigit());
    LOGIN_STATE.get(headers, https).filter(ours)
}

/// Whether the browser holds that state.
pub(crate) fn matches(headers: &HeaderMap, https: bool, state: &str) -> bool {
    get(headers, https).is_some_and(|held| held.as_bytes().ct_eq(state.as_bytes()).into())
}

/// Gives the browser a state, or the same for longer: a second tab must not spoil the first one's sign-in.
pub(crate) fn set(state: &str, https: bool) -> Setting {
    LOGIN_STATE.set(state, https)
}
