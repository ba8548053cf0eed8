//! Notices.

pub(in crate::bot) mod preferences;
pub(in crate::bot) mod responses;
