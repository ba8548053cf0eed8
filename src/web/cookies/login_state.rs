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
        self.login_states().next()
    }

    /// True if the browser holds `state`. Compares in constant time.
    pub(crate) fn has_login_state(&self, state: &str) -> bool {
        self.login_states().any(|own| own.as_bytes().ct_eq(state.as_bytes()).into())
    }

    /// All states of this browser that have the right format.
    fn login_states(&self) -> impl Iterator<Item = &str> {
        let is_ours = |state: &str| state.len() == 32 && state.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.flow_values(&LOGIN_STATE, is_ours)
    }

    /// Sets the state, or extends the present one: a second tab must not invalidate the sign-in of the first.
    pub(crate) fn set_login_state(&self, state: &str) -> SetCookie {
        self.set_flow(&LOGIN_STATE, state)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;
    use crate::web::WebSettings;
    use crate::web::extract::trusted_proxies::TrustedProxies;

    #[test]
    fn any_state_of_the_browser_counts() {
        let settings = WebSettings {
            public_url: "http://localhost".parse().unwrap(),
            allowed_origins: Vec::new().into(),
            trusted_proxies: TrustedProxies::new(Vec::new()),
            widget_script: "http://localhost".parse().unwrap(),
        };
        let (one, other) = ("0".repeat(32), "1".repeat(32));
        let sent = format!("nb_login_state=; nb_login_state=ü; nb_login_state={one}; nb_login_state={other}");
        let headers = HeaderMap::from_iter([("cookie".parse().unwrap(), sent.parse().unwrap())]);
        let cookies = RequestCookies::from_headers(&headers, &settings);
        assert_eq!(cookies.login_state(), Some(one.as_str()));
        assert!(cookies.has_login_state(&one) && cookies.has_login_state(&other));
        assert!(
            !cookies.has_login_state(&"2".repeat(32)) && !cookies.has_login_state("") && !cookies.has_login_state("ü")
        );
    }
}
