//! Flow cookies. They live for minutes and hold the state of one sign-in or confirmation.
//!
//! All are `SameSite=Lax`, because browsers arrive by links from Telegram, providers and emails.

use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::web::cookies::request_cookies::{CookieSpec, RequestCookies, SetCookie};
use crate::web::cookies::site::CookieSite;

/// Cookie of one flow.
#[derive(Debug)]
pub(crate) struct FlowCookie(CookieSpec);

/// Ties the redirect of the Login Widget to the browser that started it.
pub(crate) const LOGIN_STATE: FlowCookie = FlowCookie(CookieSpec::new("nb_login_state", 600));
/// Poll token of a browser that waits for an answer in the bot.
pub(crate) const BOT_SIGN_IN: FlowCookie = FlowCookie(CookieSpec::new("nb_bot_sign_in", 120));
/// Token of a sign-in link, until the person confirms it.
pub(crate) const SIGN_IN_LINK: FlowCookie = FlowCookie(CookieSpec::new("nb_sign_in_link", 120));
/// Poll token of a signed-in browser that links a Telegram account through the bot.
pub(crate) const TELEGRAM_LINK: FlowCookie = FlowCookie(CookieSpec::new("nb_telegram_link", 120));
/// Ties the redirect of an upstream provider to the browser that was sent there.
pub(crate) const UPSTREAM_STATE: FlowCookie = FlowCookie(CookieSpec::new("nb_upstream_state", 600));
/// Token of an emailed link that verifies an address, until the person confirms it.
pub(crate) const EMAIL_VERIFY: FlowCookie = FlowCookie(CookieSpec::new("nb_email_verify", 600));
/// Secret of the browser that registered an address: it confirms the address without the password.
pub(crate) const REGISTRATION: FlowCookie = FlowCookie(CookieSpec::new("nb_registration", 3600));
/// Token of an emailed link that resets a password, until the new one is set.
pub(crate) const PASSWORD_RESET: FlowCookie = FlowCookie(CookieSpec::new("nb_password_reset", 600));
/// Token of an emailed link that links an address, until the person confirms it.
pub(crate) const EMAIL_LINK: FlowCookie = FlowCookie(CookieSpec::new("nb_email_link", 600));

/// Token of a mailed link that undoes a change of sign-in methods, until the person confirms it.
pub(crate) const IDENTITY_UNDO: FlowCookie = FlowCookie(CookieSpec::new("nb_identity_undo", 600));
/// Form that was refused for want of a recent sign-in, until it is sent again. Holds no secret.
pub(crate) const PENDING_FORM: FlowCookie = FlowCookie(CookieSpec::new("nb_pending_form", 600));
/// Answer of an upstream provider, until the person confirms that the account there is linked.
pub(crate) const UPSTREAM_LINK: FlowCookie = FlowCookie(CookieSpec::new("nb_upstream_link", 600));
/// Limit of values of one cookie that are looked at.
const MAX_VALUES: usize = 5;

/// Token that a request uses, of those in several cookies with one name: the first that `is_valid` accepts, otherwise the
/// first. A single token is not checked.
pub(crate) async fn first_valid<'a, T, E, F: Future<Output = Result<T, E>>>(
    tokens: &[&'a str],
    is_valid: impl Fn(&'a str) -> F,
) -> Option<&'a str> {
    if tokens.len() > 1 {
        for token in tokens {
            if is_valid(token).await.is_ok() {
                return Some(token);
            }
        }
    }
    tokens.first().copied()
}

impl RequestCookies {
    /// Values of a flow cookie that `is_ours` takes for well-formed, in the order sent. At most five.
    pub(in crate::web) fn flow_values<'a, F: Fn(&str) -> bool>(
        &'a self,
        FlowCookie(spec): &FlowCookie,
        is_ours: F,
    ) -> impl Iterator<Item = &'a str> + use<'a, F> {
        self.values(spec).filter(move |value| is_ours(value)).take(MAX_VALUES)
    }

    /// Well-formed tokens of a flow cookie, in the order sent. At most five.
    pub(crate) fn flow_tokens(&self, cookie: &FlowCookie) -> Vec<&str> {
        self.flow_values(cookie, |value| OneTimeToken::parse(value).is_some()).collect()
    }

    /// True if the browser sent the cookie, well-formed or not.
    pub(crate) fn has_flow(&self, FlowCookie(spec): &FlowCookie) -> bool {
        self.values(spec).next().is_some()
    }

    /// Sets a flow cookie to `value`, which must consist of ASCII letters, digits, `-`, `_` and `.`.
    pub(crate) fn set_flow(&self, FlowCookie(spec): &FlowCookie, value: &str) -> SetCookie {
        self.set(spec, value.to_owned(), CookieSite::Own)
    }

    /// Sets the secret of a registration for the website that registered. A website that is not allowed gets none: it may
    /// have registered an address of the person in this browser, with a password of its own.
    pub(crate) fn set_registration(&self, secret: &OneTimeToken) -> Option<SetCookie> {
        let FlowCookie(spec) = &REGISTRATION;
        self.site().ok().map(|site| self.set(spec, secret.reveal(), site))
    }

    /// Removes a flow cookie.
    pub(crate) fn remove_flow(&self, FlowCookie(spec): &FlowCookie) -> SetCookie {
        self.remove(spec, CookieSite::Own)
    }
}
