//! Floor 1, what we call: services of others.

pub mod github;
pub mod redis;
pub mod smtp;
pub mod telegram;
pub mod upstream_oidc;
