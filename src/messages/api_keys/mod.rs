//! Messages of API keys: `keys` for lists, cards and new keys, `expiry` for their end, `pasted_keys` for keys found in chats, `rotation` for new
//! secrets and names.

pub(crate) mod expiry;
pub(crate) mod keys;
pub(crate) mod pasted_keys;
pub(crate) mod ready;
pub(crate) mod rotation;
