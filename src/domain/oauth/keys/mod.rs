//! Signing keys: made once, sealed in the database, shared by all instances, rotated with overlap.
//!
//! A key is *next* (published, so that readers know it), then *current* (signs), then *retired* (verifies). Readers fetch
//! keys rarely: many only when they meet a signature after a restart.

pub mod check;
pub(in crate::domain) mod jwt;
pub(in crate::domain) mod key_ring;
pub(in crate::domain) mod private_key;
pub mod rotation;
pub(in crate::domain) mod sealing;
