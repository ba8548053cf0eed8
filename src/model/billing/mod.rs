//! Billing.

pub mod ledger;
pub mod plan;
