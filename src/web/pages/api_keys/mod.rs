//! Pages of API keys: the list with its forms, expiry, revocation and rotation.

pub(in crate::web::pages) mod expiry;
pub(in crate::web::pages) mod keys;
pub(in crate::web::pages) mod rotation;
