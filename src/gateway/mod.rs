//! Floor 1: clients for external services.

pub mod github;
pub mod own_issuer;
pub mod redis;
pub mod smtp;
pub mod telegram;
pub mod upstream_oidc;
