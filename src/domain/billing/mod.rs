//! Billing.

pub mod allowance;
pub mod plan_expiry;
pub mod usage;
