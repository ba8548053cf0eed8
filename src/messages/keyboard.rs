//! Buttons, and simpler variants of a message for when Telegram refuses it.

use teloxide::types::{CopyTextButton, InlineKeyboardButton, InlineKeyboardButtonKind, InlineKeyboardMarkup, LoginUrl};
use url::Url;

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::Callback;

/// Length to which a message that is too long is cut, in characters. Telegram's limit is 4,096 with the ellipsis.
const MAX_FALLBACK_CHARS: usize = 4000;

/// Button that sends callback data.
pub(crate) fn button(label: String, tap: &Callback) -> InlineKeyboardButton {
    InlineKeyboardButton::callback(label, tap.encode())
}

/// Button that copies a text.
pub(crate) fn copy(label: String, text: &str) -> InlineKeyboardButton {
    InlineKeyboardButton::copy_text_button(label, CopyTextButton { text: text.to_owned() })
}

/// Button that opens a URL; `None` if the URL is invalid.
pub(crate) fn link(label: String, address: &str) -> Option<InlineKeyboardButton> {
    address.parse().ok().map(|address| InlineKeyboardButton::url(label, address))
}

/// Button that opens a URL signed in.
///
/// On https it is a login button: Telegram adds the person's signed profile. Without https, where Telegram refuses
/// login buttons, it is a plain link.
pub(crate) fn login(label: String, address: &str) -> Option<InlineKeyboardButton> {
    let address: Url = address.parse().ok()?;
    Some(if address.scheme() == "https" {
        InlineKeyboardButton::login(label, login_to(address))
    } else {
        InlineKeyboardButton::url(label, address)
    })
}

const fn login_to(url: Url) -> LoginUrl {
    LoginUrl { url, forward_text: None, bot_username: None, request_write_access: None }
}

/// Variant with plain links instead of login buttons; `None` if there are no login buttons.
///
/// Telegram refuses a message with login buttons until the domain is set at BotFather.
pub(crate) fn logins_as_links(screen: &OutgoingMessage) -> Option<OutgoingMessage> {
    let plain = |button: &InlineKeyboardButton| match &button.kind {
        InlineKeyboardButtonKind::LoginUrl(login) => InlineKeyboardButton::url(&button.text, login.url.clone()),
        _ => button.clone(),
    };
    let rows = &screen.keyboard.inline_keyboard;
    let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(plain).collect()).collect();
    let keyboard = InlineKeyboardMarkup::new(rows);
    (keyboard != screen.keyboard).then(|| OutgoingMessage { keyboard, ..screen.clone() })
}

/// Variant with URLs in the text instead of link buttons; `None` if there are no link buttons.
///
/// Telegram refuses a message with a button to a host without a dot, such as localhost.
pub(crate) fn addresses_in_text(screen: &OutgoingMessage) -> Option<OutgoingMessage> {
    let mut html = screen.html.clone();
    let mut rows: Vec<Vec<InlineKeyboardButton>> = Vec::new();
    for row in &screen.keyboard.inline_keyboard {
        let (links, others): (Vec<_>, Vec<_>) =
            row.iter().cloned().partition(|button| matches!(button.kind, InlineKeyboardButtonKind::Url(_)));
        for button in links {
            if let InlineKeyboardButtonKind::Url(address) = button.kind {
                html.push_str("\n\n");
                html.push_str(&teloxide::utils::html::escape(&format!("{}: {address}", button.text)));
            }
        }
        rows.push(others);
    }
    rows.retain(|row| !row.is_empty());
    let changed = html != screen.html;
    changed.then(|| OutgoingMessage { html, keyboard: InlineKeyboardMarkup::new(rows), protected: screen.protected })
}

/// Variant as plain text without buttons, short enough for one message.
pub(crate) fn without_markup(screen: &OutgoingMessage) -> OutgoingMessage {
    let mut text = String::new();
    let mut in_tag = false;
    for letter in screen.html.chars() {
        match letter {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            _ => text.push(letter),
        }
    }
    // The text is already escaped, so it is at most as long as Telegram counts.
    let html = if text.chars().count() > MAX_FALLBACK_CHARS {
        text.chars().take(MAX_FALLBACK_CHARS).chain(['…']).collect()
    } else {
        text
    };
    OutgoingMessage {
        html: whole_escapes(html),
        keyboard: InlineKeyboardMarkup::default(),
        protected: screen.protected,
    }
}

/// Removes an escape that was cut in half at the end.
fn whole_escapes(mut html: String) -> String {
    if let Some(at) = html.rfind('&').filter(|at| html.get(*at..).is_some_and(|rest| !rest.contains(';'))) {
        html.truncate(at);
        html.push('…');
    }
    html
}

/// Keyboard of the given rows of buttons.
pub(crate) fn rows(rows: impl IntoIterator<Item = Vec<InlineKeyboardButton>>) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new(rows)
}
