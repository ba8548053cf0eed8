//! Billing.

pub mod allowance;
pub mod ledger;
pub mod plan_expiry;
