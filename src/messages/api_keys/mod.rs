//! Api keys.

pub(crate) mod keys;
pub(crate) mod rotation;
