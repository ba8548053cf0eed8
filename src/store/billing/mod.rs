//! Billing in the database: the token ledger, charges, usage per day, monthly allowances, plans over time and purchases.

pub mod allowance;
pub mod daily_usage;
pub mod ledger;
pub mod plan_expiry;
pub mod plan_periods;
pub mod plan_turns;
pub mod purchases;
pub mod trials;
pub mod usage;
