//! OAuth provider in the API: the apps of the signed-in person, and the clients that owners register.
//!
//! The calls of the protocol itself are not here: they are outside `/api/v2`, and their errors are OAuth's.

pub(crate) mod apps;
pub(crate) mod client_views;
pub(crate) mod clients;
