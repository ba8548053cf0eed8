//! Api keys.

pub mod key_cache_sync;
pub mod keys;
pub mod keys_with_notice;
pub mod last_used;
pub mod leaks;
pub mod networks;
