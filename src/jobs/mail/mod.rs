//! Background work of email: [`sender`] sends the queue, `templates` renders subject, text and HTML.

mod security;
pub mod sender;
pub(in crate::jobs) mod templates;
