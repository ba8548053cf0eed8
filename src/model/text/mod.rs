//! Texts for people: languages, Fluent messages, Telegram's HTML, and the search for a name.

pub mod dates;
pub mod display_name;
pub mod invisible;
pub mod language;
pub mod name_search;
pub mod telegram_html;
pub mod texts;
