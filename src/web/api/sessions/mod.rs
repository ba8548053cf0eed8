//! API of sessions: a browser refreshes and ends its own; the person lists and ends their own; services introspect and revoke credentials.

pub(crate) mod introspection;
pub(crate) mod refresh;
pub(crate) mod sessions;
