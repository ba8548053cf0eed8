//! Buttons.

use teloxide::types::{CopyTextButton, InlineKeyboardButton, InlineKeyboardButtonKind, InlineKeyboardMarkup, LoginUrl};
use url::Url;

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::Callback;

/// How much is said of what is too long for a message, in characters.
const MAX_FALLBACK_CHARS: usize = 2000;

/// A button that asks something of us.
pub(crate) fn button(label: String, tap: &Callback) -> InlineKeyboardButton {
    InlineKeyboardButton::callback(label, tap.encode())
}

/// A button that copies a text.
pub(crate) fn copy(label: String, text: &str) -> InlineKeyboardButton {
    InlineKeyboardButton::copy_text_button(label, CopyTextButton { text: text.to_owned() })
}

/// A button that opens an address; none if that is no address.
pub(crate) fn link(label: String, address: &str) -> Option<InlineKeyboardButton> {
    address.parse().ok().map(|address| InlineKeyboardButton::url(label, address))
}

/// A button that opens an address signed in. On https Telegram adds who the person is, and its signature; without https it takes no
/// such button.
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

/// The same with buttons that only open what others would have opened signed by Telegram: it takes none of those until BotFather
/// knows the domain, and refuses the whole message. `None` when there are none.
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

/// The same with its addresses in the text: Telegram takes no button to a host without a dot, such as localhost, and refuses
/// the whole message. `None` when there are none.
pub(crate) fn addresses_in_text(screen: &OutgoingMessage) -> Option<OutgoingMessage> {
    let mut html = screen.html.clone();
    let mut kept: Vec<Vec<InlineKeyboardButton>> = Vec::new();
    for row in &screen.keyboard.inline_keyboard {
        let (links, others): (Vec<_>, Vec<_>) =
            row.iter().cloned().partition(|button| matches!(button.kind, InlineKeyboardButtonKind::Url(_)));
        for button in links {
            if let InlineKeyboardButtonKind::Url(address) = button.kind {
                html.push_str("\n\n");
                html.push_str(&teloxide::utils::html::escape(&format!("{}: {address}", button.text)));
            }
        }
        kept.push(others);
    }
    kept.retain(|row| !row.is_empty());
    let changed = html != screen.html;
    changed.then(|| OutgoingMessage { html, keyboard: InlineKeyboardMarkup::new(kept), protected: screen.protected })
}

/// The same as plain text without buttons, and short enough for one message.
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
    // What it says is escaped already. Letters beyond the usual count twice, so half the limit is safe for all of them.
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

/// Without an escape that was cut in two at the end.
fn whole_escapes(mut html: String) -> String {
    if let Some(at) = html.rfind('&').filter(|at| html.get(*at..).is_some_and(|rest| !rest.contains(';'))) {
        html.truncate(at);
        html.push('…');
    }
    html
}

/// Rows of buttons.
pub(crate) fn rows(rows: impl IntoIterator<Item = Vec<InlineKeyboardButton>>) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new(rows)
}
