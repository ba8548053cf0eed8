//! Chats as a person sees them, rendered as text for snapshots.

use neuralbox_auth::model::api_key::PlainKey;
use telegram_sandbox::{Button, VisibleMessage};

/// Compares the bot's last message in a chat with a snapshot: text with markup, then buttons.
#[macro_export]
macro_rules! sees {
    ($chat:expr, @$seen:literal) => {
        insta::allow_duplicates! { insta::assert_snapshot!($crate::support::chat::seen(&$chat), @$seen) }
    };
}

/// Compares the last warning (🔔) in a chat with a snapshot.
#[macro_export]
macro_rules! is_warned {
    ($chat:expr, @$seen:literal) => {
        insta::allow_duplicates! {
            insta::assert_snapshot!($crate::support::chat::shown($crate::support::chat::warnings(&$chat).last().unwrap()), @$seen)
        }
    };
}

/// Renders the bot's last message.
pub fn seen(chat: &[VisibleMessage]) -> String {
    shown(last(chat))
}

/// Renders a message.
pub fn shown(message: &VisibleMessage) -> String {
    let mut lines: Vec<String> = message.file.map(|kind| format!("({kind})")).into_iter().collect();
    lines.push(message.html.clone());
    if message.protected {
        lines.push("(protected)".to_owned());
    }
    lines.extend(message.buttons.iter().map(|row| row.iter().map(label).collect::<Vec<_>>().join(" ")));
    steady(&lines.join("\n"))
}

/// Beginnings of notices about what admins did, in both languages.
const ABOUT_ADMINS: [&str; 9] = [
    "🎁 You",
    "🎁 У вас",
    "🎁 Теперь у вас",
    "🎁 Вам",
    "ℹ️ ",
    "⛔ Your account",
    "⛔ Ваш аккаунт",
    "✅ Your account is active",
    "✅ Ваш аккаунт разблокирован",
];
/// Words by which the result of a trial, which begins like the notice of a given plan, is told from it.
const OF_TRIALS: [&str; 2] = [", free of charge.", ", бесплатно."];

/// Returns the bot's last message except for notices, which arrive at any time.
pub fn last(chat: &[VisibleMessage]) -> &VisibleMessage {
    let last = chat.iter().rfind(|message| message.from_bot && !is_notice(message));
    last.unwrap_or_else(|| panic!("no message of the bot in {chat:#?}"))
}

/// Number of messages of the bot in a chat, without notices.
pub fn said(chat: &[VisibleMessage]) -> usize {
    chat.iter().filter(|message| message.from_bot && !is_notice(message)).count()
}

/// Returns the warnings in a chat.
pub fn warnings(chat: &[VisibleMessage]) -> Vec<VisibleMessage> {
    chat.iter().filter(|message| message.from_bot && is_warning(message)).cloned().collect()
}

fn is_notice(message: &VisibleMessage) -> bool {
    is_warning(message)
        || ABOUT_ADMINS.iter().any(|beginning| message.text.starts_with(beginning))
            && !OF_TRIALS.iter().any(|words| message.text.contains(words))
}

fn is_warning(message: &VisibleMessage) -> bool {
    message.text.starts_with('🔔')
}

/// Returns the API key in the bot's last message.
pub fn key_in(chat: &[VisibleMessage]) -> String {
    let key = PlainKey::find_in(&last(chat).text).next();
    key.unwrap_or_else(|| panic!("no key in {chat:#?}")).reveal().to_owned()
}

fn label(button: &Button) -> String {
    let does = match (button.url(), button.copies()) {
        (Some(url), _) => format!(" → {url}"),
        (_, Some(text)) => format!(" = {text}"),
        _ => String::new(),
    };
    format!("[{}{does}]", button.label)
}

/// Replaces dates by their text.
pub fn undated(html: &str) -> String {
    let mut parts = html.split("<tg-time ");
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, part| text + part.split_once('>').expect("the end of a tag").1);
    text.replace("</tg-time>", "")
}

/// Replaces values that differ in each run: keys, tokens, our port, and the seconds behind dates.
fn steady(text: &str) -> String {
    let mut steady = undated(text);
    for key in PlainKey::find_in(text) {
        steady = steady.replace(key.reveal(), "nb_KEY");
    }
    while let Some(masked) = masked_in(&steady) {
        steady = steady.replace(&masked, "nb_·…·");
    }
    for name in ["?token=", "?link="] {
        while let Some((before, rest)) = steady.split_once(name).filter(|(_, rest)| !rest.starts_with("TOKEN")) {
            let after = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_".contains(c));
            steady = format!("{before}{name}TOKEN{after}");
        }
    }
    while let Some((_, rest)) = steady.split_once("http://127.0.0.1:") {
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        steady = steady.replace(&format!("http://127.0.0.1:{port}"), "http://HERE");
    }
    steady
}

/// Returns the first masked key, `nb_ab12…wxyz`.
fn masked_in(text: &str) -> Option<String> {
    text.match_indices("nb_").find_map(|(at, _)| {
        let letters: Vec<char> = text[at + 3..].chars().take(9).collect();
        let middle = letters.get(4).is_some_and(|dots| *dots == '…');
        let plain = letters.iter().filter(|c| c.is_ascii_alphanumeric()).count() == 8;
        (middle && plain).then(|| format!("nb_{}", letters.iter().collect::<String>()))
    })
}
