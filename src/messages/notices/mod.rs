//! Messages of notices: `warnings` are the notices themselves, `preferences` the settings for them.

pub(crate) mod admin_actions;
pub(crate) mod preferences;
pub(crate) mod warnings;
