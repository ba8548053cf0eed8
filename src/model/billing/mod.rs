//! Billing: plans, the token ledger and usage per day.

pub mod daily_usage;
pub mod ledger;
pub mod plan;
