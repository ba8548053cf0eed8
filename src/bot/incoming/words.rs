//! Everyday words and deep links that open a screen, each by the name of its command.
//!
//! A name that is not a command is ignored, so a word may be listed before its screen exists.

use crate::bot::incoming::command::{BotCommand, ParsedText};

/// Screens that a deep link `?start=NAME` opens, by the name of their command.
const DEEP_LINKS: [&str; 12] = [
    "newkey", "keys", "plans", "usage", "support", "profile", "sessions", "apps", "notify", "language", "signin",
    "help",
];
/// Beginning of the deep link of a browser that waits to be signed in; its code follows.
const SIGN_IN_LINK: &str = "signin_";
/// Beginning of the deep link of a device that waits to be signed in; its code follows.
const DEVICE_LINK: &str = "device_";
/// Beginning of the deep link that buys a plan; the id of the plan follows.
const BUY_LINK: &str = "buy_";
/// Longest message that is looked up as a word, in bytes.
const MAX_WORD_BYTES: usize = 64;

/// Words of both languages for a command.
const WORDS: [(&str, &[&str]); 15] = [
    ("start", &["menu", "start", "home", "меню", "старт", "начать", "главная"]),
    (
        "keys",
        &["keys", "key", "my keys", "api keys", "api key", "ключи", "ключ", "мои ключи", "api ключи", "api-ключи"],
    ),
    ("newkey", &["new key", "create key", "create a key", "newkey", "новый ключ", "создать ключ", "создать"]),
    ("profile", &["profile", "balance", "account", "tokens", "me", "профиль", "баланс", "аккаунт", "токены"]),
    (
        "plans",
        &["plans", "plan", "buy", "price", "prices", "upgrade", "vip", "тарифы", "тариф", "купить", "цена", "цены"],
    ),
    ("signin", &["dashboard", "website", "site", "sign in", "login", "log in", "сайт", "войти", "вход", "кабинет"]),
    ("sessions", &["sessions", "session", "devices", "сеансы", "сеанс", "сессии", "устройства"]),
    ("apps", &["apps", "applications", "приложения"]),
    ("notify", &["notifications", "notify", "settings", "уведомления", "настройки"]),
    ("language", &["language", "english", "русский", "язык"]),
    ("usage", &["usage", "statistics", "расход", "использование", "статистика"]),
    ("support", &["support", "contact", "поддержка", "контакты", "техподдержка"]),
    ("terms", &["terms", "условия", "правила"]),
    ("help", &["help", "commands", "?", "помощь", "справка", "команды"]),
    ("cancel", &["cancel", "stop", "отмена", "отменить", "стоп"]),
];

/// Command of a message that is one of the known words; `None` for anything else. Case, spaces and a mark at the end do
/// not matter.
pub(in crate::bot) fn of_message(text: &str) -> Option<BotCommand> {
    if text.len() > MAX_WORD_BYTES {
        return None;
    }
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let text = words.join(" ");
    let text = if text == "?" { &text } else { text.trim_end_matches(['.', '!', '?']) };
    let (name, _) = WORDS.iter().find(|(_, words)| words.contains(&text))?;
    of_name(name)
}

/// Command of a deep link's payload. An unknown one opens the menu.
pub(in crate::bot) fn of_deep_link(payload: &str) -> BotCommand {
    if let Some(code) = payload.strip_prefix(SIGN_IN_LINK) {
        return BotCommand::OpenRequest(code.to_owned());
    }
    if let Some(code) = payload.strip_prefix(DEVICE_LINK) {
        return BotCommand::OpenDevice(code.to_owned());
    }
    if let Some(plan) = payload.strip_prefix(BUY_LINK) {
        return BotCommand::OpenPlan(plan.to_owned());
    }
    let name = DEEP_LINKS.into_iter().find(|name| *name == payload);
    name.and_then(of_name).unwrap_or(BotCommand::Start)
}

/// Command of that name without arguments; `None` if there is none.
fn of_name(name: &str) -> Option<BotCommand> {
    match BotCommand::parse(&format!("/{name}"), None) {
        ParsedText::Ours(command) => Some(command).filter(|command| *command != BotCommand::Unknown),
        ParsedText::Others | ParsedText::Words => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn people_write_words_in_both_languages() {
        for (text, command) in [
            ("keys", BotCommand::Keys),
            (" My  KEYS ", BotCommand::Keys),
            ("Меню", BotCommand::Start),
            ("баланс?", BotCommand::Profile),
            ("Отмена", BotCommand::Cancel),
            ("купить!", BotCommand::Plans),
            ("new key", BotCommand::NewKey(None)),
            ("?", BotCommand::Help),
        ] {
            assert_eq!(of_message(text), Some(command), "{text}");
        }
        for text in ["hello", "", "keys please", "broadcast", &"keys ".repeat(40)] {
            assert_eq!(of_message(text), None, "{text}");
        }
    }

    #[test]
    fn no_word_opens_two_screens() {
        let mut seen = HashSet::new();
        assert!(WORDS.iter().flat_map(|(_, words)| words.iter()).all(|word| seen.insert(*word)));
    }

    #[test]
    fn an_unknown_link_opens_the_menu() {
        for payload in ["", "ref_7", "group", "keys2", "user", "stats"] {
            assert_eq!(of_deep_link(payload), BotCommand::Start, "{payload}");
        }
        assert_eq!(of_deep_link("keys"), BotCommand::Keys);
    }
}
