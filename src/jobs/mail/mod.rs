//! Mail.

pub mod sender;
pub(in crate::jobs) mod templates;
