//! Login state. Ties the redirect of the Login Widget to the browser that started it.
//!
//! The widget's redirect mode does not protect against login CSRF: a signed payload is valid in every browser. The
//! redirect address therefore carries a state that must equal this cookie.

use subtle::ConstantTimeEq;

use crate::web::cookies::flow::LOGIN_STATE;
use crate::web::cookies::request_cookies::{RequestCookies, SetCookie};

impl RequestCookies {
    /// State of this browser, if it has the right format.
    pub(crate) fn login_state(&self) -> Option<&str> {
        let is_ours = |state: &&str| state.len() == 32 && state.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.flow(&LOGIN_STATE).filter(is_ours)
    }

    /// True if the browser holds `state`. Compares in constant time.
    pub(crate) fn has_login_state(&self, state: &str) -> bool {
        self.login_state().is_some_and(|own| own.as_bytes().ct_eq(state.as_bytes()).into())
    }

    /// Sets the state, or extends the present one: a second tab must not invalidate the sign-in of the first.
    pub(crate) fn set_login_state(&self, state: &str) -> SetCookie {
        self.set_flow(&LOGIN_STATE, state)
    }
}
