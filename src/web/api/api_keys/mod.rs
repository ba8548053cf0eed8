//! Api keys.

pub(crate) mod key_info;
pub(crate) mod keys;
pub(crate) mod leaks;
