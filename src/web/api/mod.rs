//! HTTP API under `/api/v2`.
//!
//! - `sign_in` starts sessions; four of its calls are published and fixed.
//! - `sessions` lists and ends sessions, and introspects tokens.
//! - `accounts` serves the signed-in person; `api_keys` their keys; `usage` tokens and charges, and
//!   `daily_usage` their sums per day; `purchases` what they bought.
//! - `broadcasts` and `refunds` are for admins.
//! - `query` holds the pages of a list.
//!
//! Doc comments of handlers, bodies and fields are published in the OpenAPI document.

pub(crate) mod accounts;
pub(crate) mod api_keys;
pub(crate) mod broadcasts;
pub(crate) mod daily_usage;
pub(crate) mod oauth;
pub(crate) mod purchases;
pub(crate) mod query;
pub(crate) mod refunds;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod usage;
