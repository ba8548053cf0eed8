//! A chat as a person sees it, in text: what snapshots hold.

use neuralbox_auth::model::api_key::PlainKey;
use telegram_sandbox::{Button, VisibleMessage};

/// Compares the bot's last message in a chat with what the person should see: text with its markup, then buttons.
#[macro_export]
macro_rules! sees {
    ($chat:expr, @$seen:literal) => {
        insta::allow_duplicates! { insta::assert_snapshot!($crate::support::chat::seen(&$chat), @$seen) }
    };
}

/// Compares the last warning in a chat with what the person should see.
#[macro_export]
macro_rules! is_warned {
    ($chat:expr, @$seen:literal) => {
        insta::allow_duplicates! {
            insta::assert_snapshot!($crate::support::chat::shown($crate::support::chat::warnings(&$chat).last().unwrap()), @$seen)
        }
    };
}

/// The bot's last message, as text.
pub fn seen(chat: &[VisibleMessage]) -> String {
    shown(last(chat))
}

/// A message as text.
pub fn shown(message: &VisibleMessage) -> String {
    let mut lines: Vec<String> = message.file.map(|kind| format!("({kind})")).into_iter().collect();
    lines.push(message.html.clone());
    if message.protected {
        lines.push("(protected)".to_owned());
    }
    lines.extend(message.buttons.iter().map(|row| row.iter().map(label).collect::<Vec<_>>().join(" ")));
    steady(&lines.join("\n"))
}

/// The bot's last message, but for warnings: they come when they come.
pub fn last(chat: &[VisibleMessage]) -> &VisibleMessage {
    let last = chat.iter().rfind(|message| message.from_bot && !is_warning(message));
    last.unwrap_or_else(|| panic!("the bot says nothing in {chat:#?}"))
}

/// How many messages of the bot are in a chat, warnings left out.
pub fn said(chat: &[VisibleMessage]) -> usize {
    chat.iter().filter(|message| message.from_bot && !is_warning(message)).count()
}

/// The warnings in a chat.
pub fn warnings(chat: &[VisibleMessage]) -> Vec<VisibleMessage> {
    chat.iter().filter(|message| message.from_bot && is_warning(message)).cloned().collect()
}

fn is_warning(message: &VisibleMessage) -> bool {
    message.text.starts_with('🔔')
}

/// The key that the bot's last message shows.
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

/// Puts fixed words for what is different every time: keys, tokens and the port we serve on.
fn steady(text: &str) -> String {
    let mut steady = text.to_owned();
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

/// `nb_ab12…wxyz`
fn masked_in(text: &str) -> Option<String> {
    text.match_indices("nb_").find_map(|(at, _)| {
        let letters: Vec<char> = text[at + 3..].chars().take(9).collect();
        let middle = letters.get(4).is_some_and(|dots| *dots == '…');
        let plain = letters.iter().filter(|c| c.is_ascii_alphanumeric()).count() == 8;
        (middle && plain).then(|| format!("nb_{}", letters.iter().collect::<String>()))
    })
}
