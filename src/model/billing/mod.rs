//! Billing: plans and the token ledger.

pub mod ledger;
pub mod plan;
