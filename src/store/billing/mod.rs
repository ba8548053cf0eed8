//! Billing in the database: the token ledger, charges, usage per day, monthly allowances and plan expiry.

pub mod allowance;
pub mod daily_usage;
pub mod ledger;
pub mod plan_expiry;
pub mod usage;
