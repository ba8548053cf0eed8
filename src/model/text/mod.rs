//! Texts for people: languages, Fluent messages and Telegram's HTML.

pub mod dates;
pub mod display_name;
pub mod invisible;
pub mod language;
pub mod telegram_html;
pub mod texts;
