//! Messages of API keys: `keys` for lists, cards and new keys, `rotation` for new secrets and names.

pub(crate) mod keys;
pub(crate) mod ready;
pub(crate) mod rotation;
