//! Api keys.

pub(in crate::bot) mod keys;
pub(in crate::bot) mod rotation;
