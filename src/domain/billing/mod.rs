//! Billing: token balances and plans over time.
//!
//! - `usage` charges tokens for requests and returns the ledger.
//! - `allowance` pays the monthly tokens of each plan.
//! - `plan_expiry` notifies people whose plan ends.
//! - `plan_upgrade` says where a larger plan comes from, and which products lift a limit.

pub mod allowance;
pub mod plan_expiry;
pub mod plan_upgrade;
pub mod usage;
