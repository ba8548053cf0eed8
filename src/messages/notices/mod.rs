//! Messages of notices: `warnings` are the notices themselves, `preferences` the settings for them.

pub(crate) mod preferences;
pub(crate) mod purchases;
pub(crate) mod warnings;
