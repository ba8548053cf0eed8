//! Sessions.

pub(crate) mod introspection;
pub(crate) mod sessions;
