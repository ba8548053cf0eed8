//! Cookies that live for minutes: what a browser holds while somebody signs in.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::AppendHeaders;

use crate::web::cookies::refresh;

/// A kind of such cookies.
#[derive(Debug)]
pub(crate) struct FlowCookie {
    /// Its name on https, where the name itself makes browsers insist on `Secure`, `Path=/` and no `Domain`.
    secure_name: &'static str,
    /// Its name on plain http.
    plain_name: &'static str,
    /// How long it lives, in seconds.
    lifetime: u32,
}

/// Ties the answer of Telegram's widget to the browser that asked for it.
pub(crate) const LOGIN_STATE: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_login_state", plain_name: "nb_login_state", lifetime: 600 };
/// What a browser shows that waits for the bot's answer.
pub(crate) const BOT_SIGN_IN: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_bot_sign_in", plain_name: "nb_bot_sign_in", lifetime: 120 };
/// What stood in a link from the chat, until the person says yes to it.
pub(crate) const SIGN_IN_LINK: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_sign_in_link", plain_name: "nb_sign_in_link", lifetime: 120 };

/// What a signed-in browser shows that waits for the bot's answer about another Telegram account.
pub(crate) const TELEGRAM_LINK: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_telegram_link", plain_name: "nb_telegram_link", lifetime: 120 };
/// Ties the answer of a provider of identities to the browser that was sent there.
pub(crate) const UPSTREAM_STATE: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_upstream_state", plain_name: "nb_upstream_state", lifetime: 600 };
/// What stood in a link of a mail that confirms an address, until the person says yes to it.
pub(crate) const EMAIL_VERIFY: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_email_verify", plain_name: "nb_email_verify", lifetime: 600 };
/// What stood in a link of a mail that lets the person choose a new password, until they have.
pub(crate) const PASSWORD_RESET: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_password_reset", plain_name: "nb_password_reset", lifetime: 600 };

/// What stood in a link of a mail that adds an address, until the person says yes to it.
pub(crate) const EMAIL_LINK: FlowCookie =
    FlowCookie { secure_name: "__Host-nb_email_link", plain_name: "nb_email_link", lifetime: 600 };

/// What it adds to an answer.
pub(crate) type Setting = AppendHeaders<Option<(HeaderName, HeaderValue)>>;

impl FlowCookie {
    /// What the browser holds.
    pub(crate) fn get<'a>(&self, headers: &'a HeaderMap, https: bool) -> Option<&'a str> {
        refresh::value(headers, self.name(https)).filter(|value| !value.is_empty())
    }

    /// Gives the browser `value`, in plain letters and digits.
    pub(crate) fn set(&self, value: &str, https: bool) -> Setting {
        setting(format!("{}={value}; Max-Age={}; {}", self.name(https), self.lifetime, attributes(https)))
    }

    /// Takes it away: it was used, or is of no use.
    pub(crate) fn clear(&self, https: bool) -> Setting {
        setting(format!("{}=; Max-Age=0; {}", self.name(https), attributes(https)))
    }

    const fn name(&self, https: bool) -> &'static str {
        if https { self.secure_name } else { self.plain_name }
    }
}

/// Lax, because the browser comes from Telegram by a link.
const fn attributes(https: bool) -> &'static str {
    if https { "Path=/; Secure; HttpOnly; SameSite=Lax" } else { "Path=/; HttpOnly; SameSite=Lax" }
}

fn setting(text: String) -> Setting {
    AppendHeaders(HeaderValue::try_from(text).ok().map(|value| (SET_COOKIE, value)))
}
