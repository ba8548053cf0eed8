//! Cookies. All are `HttpOnly`; on https their names carry the `__Host-` prefix.
//!
//! - `refresh`: the refresh token, the device cookie, and the check of the request's origin.
//! - `flow`: cookies that live for minutes, during one sign-in or confirmation.
//! - `login_state` and `upstream_state`: protection against login CSRF.

pub(in crate::web) mod flow;
pub(in crate::web) mod login_state;
pub(in crate::web) mod refresh;
pub(in crate::web) mod upstream_state;
