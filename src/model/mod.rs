//! Floor 0, the nouns: plain values that can only be built valid. No I/O, no async, nothing from the floors above.
//!
//! Values that are stored derive sqlx's `Type` and `FromRow`: they say what a column holds, never how to ask for it.

pub mod accounts;
pub mod admin_action;
pub mod api_key;
pub mod billing;
pub mod broadcasts;
pub mod crypto;
pub mod mail;
pub mod network;
pub mod notices;
pub mod session;
pub mod sign_in;
pub mod text;
pub mod time;
