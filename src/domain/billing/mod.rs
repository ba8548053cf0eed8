//! Billing: token balances and plans over time.
//!
//! - `usage` charges tokens for requests and returns the ledger.
//! - `allowance` pays the monthly tokens of each plan.
//! - `plan_expiry` notifies people whose plan ends.

pub mod allowance;
pub mod plan_expiry;
pub mod usage;
