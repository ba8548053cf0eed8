//! Api keys.

pub(in crate::domain) mod key_cache;
pub(in crate::domain) mod key_cache_refresh;
pub mod key_cache_sync;
pub mod key_info;
pub mod keys;
pub mod last_used;
pub mod leaks;
pub(in crate::domain) mod networks;
pub mod verify;
