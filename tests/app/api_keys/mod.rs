//! API keys over HTTP, and their verification.

mod key_cache;
mod key_info;
mod key_names;
mod keys;
mod leaks;
mod rotation;
mod verify;
