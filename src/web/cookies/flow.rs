//! Flow cookies. They live for minutes and hold the state of one sign-in or confirmation.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::AppendHeaders;

use crate::web::cookies::refresh;

/// Name and lifetime of a flow cookie.
#[derive(Debug)]
pub(crate) struct FlowCookie {
    /// Name on https. The prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`.
    secure_name: &'static str,
    /// Name on plain http.
    plain_name: &'static str,
    /// Lifetime in seconds.
    lifetime: u32,
}

/// Ties the redirect of the Login Widget to the browser that started it.
pub(crate) const LOGIN_STATE: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_login_state", plain_name: "nb_login_state", lifetime: 600 };
/// Poll token of a browser that waits for an answer in the bot.
pub(crate) const BOT_SIGN_IN: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_bot_sign_in", plain_name: "nb_bot_sign_in", lifetime: 120 };
/// Token of a sign-in link, until the person confirms it.
pub(crate) const SIGN_IN_LINK: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_sign_in_link", plain_name: "nb_sign_in_link", lifetime: 120 };

/// Poll token of a signed-in browser that links a Telegram account through the bot.
pub(crate) const TELEGRAM_LINK: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_telegram_link", plain_name: "nb_telegram_link", lifetime: 120 };
/// Ties the redirect of an upstream provider to the browser that was sent there.
pub(crate) const UPSTREAM_STATE: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_upstream_state", plain_name: "nb_upstream_state", lifetime: 600 };
/// Token of an emailed link that verifies an address, until the person confirms it.
pub(crate) const EMAIL_VERIFY: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_email_verify", plain_name: "nb_email_verify", lifetime: 600 };
/// Token of an emailed link that resets a password, until the new one is set.
pub(crate) const PASSWORD_RESET: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_password_reset", plain_name: "nb_password_reset", lifetime: 600 };

/// Token of an emailed link that links an address, until the person confirms it.
pub(crate) const EMAIL_LINK: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_email_link", plain_name: "nb_email_link", lifetime: 600 };

/// Response part that appends one `Set-Cookie` field.
pub(crate) type Setting = AppendHeaders<Option<(HeaderName, HeaderValue)>>;

impl FlowCookie {
    /// Value that the browser sent, if it is not empty.
    pub(crate) fn get<'a>(&self, headers: &'a HeaderMap, https: bool) -> Option<&'a str> {
        refresh::value(headers, self.name(https)).filter(|value| !value.is_empty())
    }

    /// Sets the cookie to `value`, which must consist of ASCII letters and digits.
    pub(crate) fn set(&self, value: &str, https: bool) -> Setting {
        setting(format!("{}={value}; Max-Age={}; {}", self.name(https), self.lifetime, attributes(https)))
    }

    /// Removes the cookie.
    pub(crate) fn clear(&self, https: bool) -> Setting {
        setting(format!("{}=; Max-Age=0; {}", self.name(https), attributes(https)))
    }

    const fn name(&self, https: bool) -> &'static str {
        if https { self.secure_name } else { self.plain_name }
    }
}

/// Attributes of flow cookies. `SameSite=Lax`, because browsers arrive by links from Telegram, providers and emails.
const fn attributes(https: bool) -> &'static str {
    if https { "Path=/; Secure; HttpOnly; SameSite=Lax" } else { "Path=/; HttpOnly; SameSite=Lax" }
}

fn setting(text: String) -> Setting {
    AppendHeaders(HeaderValue::try_from(text).ok().map(|value| (SET_COOKIE, value)))
}
