//! Messages of notices: `warnings` are the notices themselves, those about broadcasts in `broadcasts`; `preferences` are
//! the settings for them.

pub(crate) mod broadcasts;
pub(crate) mod preferences;
pub(crate) mod warnings;
