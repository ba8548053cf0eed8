//! Text.

pub mod invisible;
pub mod language;
pub mod telegram_html;
pub mod texts;
