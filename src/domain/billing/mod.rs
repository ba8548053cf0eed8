//! Billing: token balances, plans over time, and purchases.
//!
//! - `usage` charges tokens for requests and returns the ledger.
//! - `daily_usage` sums tokens and requests per key and day.
//! - `allowance` pays the monthly tokens of each plan.
//! - `plan_expiry` notifies people whose plan ends.
//! - `plan_turns` lets the next plan follow one that ends.
//! - `plan_upgrade` says where a larger plan comes from, and which products lift a limit.
//! - `purchases` sells plans and tokens for Telegram Stars.
//! - `trials` gives a plan for some days, once per Telegram user.

pub mod allowance;
pub mod daily_usage;
pub mod plan_expiry;
pub mod plan_turns;
pub mod plan_upgrade;
pub mod purchases;
pub mod trials;
pub mod usage;
