//! API of sessions: the person lists and ends their own; services introspect and revoke credentials.

pub(crate) mod introspection;
pub(crate) mod sessions;
