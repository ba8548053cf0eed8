//! Randomness and secrets.

pub mod rng;
pub mod secret;
