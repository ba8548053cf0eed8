//! Floor 1, what we call: services of others.

pub mod redis;
pub mod telegram;
