//! API keys in chat: `keys` lists, issues, renames and revokes them; `ready` leads to the first request;
//! `rotation` replaces their secrets.

pub(in crate::bot) mod expiry;
pub(in crate::bot) mod keys;
pub(in crate::bot) mod ready;
pub(in crate::bot) mod rotation;
