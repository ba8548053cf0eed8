//! Billing: token balances and plans over time.
//!
//! - `usage` charges tokens for requests and returns the ledger.
//! - `daily_usage` sums tokens and requests per key and day.
//! - `allowance` pays the monthly tokens of each plan.
//! - `plan_expiry` notifies people whose plan ends.

pub mod allowance;
pub mod daily_usage;
pub mod plan_expiry;
pub mod usage;
