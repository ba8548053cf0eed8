//! API keys in chat: `keys` lists, issues, renames and revokes them; `rotation` replaces their secrets.

pub(in crate::bot) mod expiry;
pub(in crate::bot) mod keys;
pub(in crate::bot) mod rotation;
