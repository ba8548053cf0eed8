//! Floor 1, what we call: services of others.

pub mod github;
pub mod mail;
pub mod openid;
pub mod redis;
pub mod telegram;
