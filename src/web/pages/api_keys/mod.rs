//! Api keys.

pub(in crate::web::pages) mod keys;
pub(in crate::web::pages) mod rotation;
