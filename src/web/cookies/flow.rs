//! Flow cookies. They live for minutes and hold the state of one sign-in or confirmation.
//!
//! All are `SameSite=Lax`, because browsers arrive by links from Telegram, providers and emails.

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

impl RequestCookies {
    /// Value of a flow cookie, if it is not empty.
    pub(crate) fn flow(&self, FlowCookie(spec): &FlowCookie) -> Option<&str> {
        self.value(spec)
    }

    /// Sets a flow cookie to `value`, which must consist of ASCII letters, digits, `-`, `_` and `.`.
    pub(crate) fn set_flow(&self, FlowCookie(spec): &FlowCookie, value: &str) -> SetCookie {
        self.set(spec, value.to_owned(), CookieSite::Own)
    }

    /// Removes a flow cookie.
    pub(crate) fn remove_flow(&self, FlowCookie(spec): &FlowCookie) -> SetCookie {
        self.remove(spec, CookieSite::Own)
    }
}
