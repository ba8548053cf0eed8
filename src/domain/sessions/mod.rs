//! Sessions.

pub mod access_token;
pub mod introspection;
pub mod sessions;
