//! Background work of email: [`sender`] sends the queue, `templates` renders subject, text and HTML.

pub mod sender;
pub(in crate::jobs) mod templates;
