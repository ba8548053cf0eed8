//! Billing in the database: the token ledger, charges, monthly allowances and plan expiry.

pub mod allowance;
pub mod ledger;
pub mod plan_expiry;
pub mod usage;
