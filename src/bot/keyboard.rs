//! Buttons.

use teloxide::types::{CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup};

use crate::bot::callback::Tap;

/// A button that asks something of us.
pub(crate) fn button(label: String, tap: &Tap) -> InlineKeyboardButton {
    InlineKeyboardButton::callback(label, tap.encode())
}

/// A button that copies a text.
pub(crate) fn copy(label: String, text: &str) -> InlineKeyboardButton {
    InlineKeyboardButton::copy_text_button(label, CopyTextButton { text: text.to_owned() })
}

/// Rows of buttons.
pub(crate) fn rows(rows: impl IntoIterator<Item = Vec<InlineKeyboardButton>>) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new(rows)
}
