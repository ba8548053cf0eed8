//! Notices.

pub(crate) mod preferences;
pub(crate) mod warnings;
