//! API keys in the database: the keys, their expiry, last use and networks, leak reports, replaced secrets, and the feed that
//! keeps key caches current.

pub mod key_cache_sync;
pub mod key_expiry;
pub mod keys;
pub mod keys_with_notice;
pub mod last_used;
pub mod leaks;
pub mod networks;
pub mod replaced_secrets;
pub mod rotation;
