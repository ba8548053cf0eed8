//! Login state. Ties the redirect of the Login Widget to the browser that started it.
//!
//! The widget's redirect mode does not protect against login CSRF: a signed payload is valid in every browser. The
//! redirect address therefore carries a state that must equal this cookie.

use axum::http::HeaderMap;
use subtle::ConstantTimeEq;

use crate::web::cookies::flow::{LOGIN_STATE, Setting};

/// State of this browser, if it has the right format.
pub(crate) fn get(headers: &HeaderMap, https: bool) -> Option<&str> {
    let ours = |state: &&str| state.len() == 32 && state.bytes().all(|byte| byte.is_ascii_hexdigit());
    LOGIN_STATE.get(headers, https).filter(ours)
}

/// True if the browser holds `state`. Compares in constant time.
pub(crate) fn matches(headers: &HeaderMap, https: bool, state: &str) -> bool {
    get(headers, https).is_some_and(|own| own.as_bytes().ct_eq(state.as_bytes()).into())
}

/// Sets the state, or extends the present one: a second tab must not invalidate the sign-in of the first.
pub(crate) fn set(state: &str, https: bool) -> Setting {
    LOGIN_STATE.set(state, https)
}
