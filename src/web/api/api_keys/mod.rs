//! API of API keys: management by their owner, self-description for a key, and reports of leaked keys.

pub(crate) mod key_info;
pub(crate) mod keys;
pub(crate) mod leaks;
