//! Background work of email: [`sender`] sends the queue, `content` and `templates` render subject,
//! text and HTML.

mod content;
mod security;
pub mod sender;
pub(in crate::jobs) mod templates;
