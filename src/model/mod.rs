//! Floor 0: value types that are valid by construction. No I/O, no async, no imports from other floors.
//!
//! Stored types derive sqlx's `Type` and `FromRow`: they describe a column, never a query.

pub mod accounts;
pub mod admin_action;
pub mod api_key;
pub mod billing;
pub mod broadcasts;
pub mod crypto;
pub mod mail;
pub mod network;
pub mod notices;
pub mod oauth;
pub mod rate_limit;
pub mod session;
pub mod sign_in;
pub mod text;
pub mod time;
