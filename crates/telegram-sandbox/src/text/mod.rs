//! Contents of a message: HTML, entities, keyboards and addresses. Errors use Telegram's wording.

pub(crate) mod entities;
pub(crate) mod html;
pub(crate) mod keyboard;
pub(crate) mod urls;
