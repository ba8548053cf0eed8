//! Checks of what a message contains: HTML, entities, keyboards and addresses. Every refusal uses Telegram's wording.

pub(crate) mod entities;
pub(crate) mod html;
pub(crate) mod keyboard;
pub(crate) mod urls;
