//! API keys: issuing, verification and the key cache.
//!
//! - `keys` issues, lists, renames, rotates and revokes the keys of an account; `key_info` is what a key may
//!   learn about itself.
//! - `verify` decides for a gateway whether a key may make a request now.
//! - `key_cache` keeps all live keys in memory. `key_cache_sync` receives the changes of other instances, and
//!   `key_cache_refresh` re-reads what changed.
//! - `key_expiry` changes when a key expires, and warns before.
//! - `last_used` and `networks` record the use of keys; `leaks` revokes keys found in public, and
//!   `pasted_keys` finds the state of a key in a chat.

pub(in crate::domain) mod key_cache;
pub(in crate::domain) mod key_cache_refresh;
pub mod key_cache_sync;
pub mod key_expiry;
pub mod key_info;
pub mod key_readiness;
pub mod keys;
pub mod last_used;
pub mod leaks;
pub(in crate::domain) mod networks;
pub mod pasted_keys;
pub mod verify;
