//! Crypto.

pub mod rng;
pub mod secret;
