//! Billing: plans, products that are sold, purchases, and the token ledger.

pub mod ledger;
pub mod plan;
pub mod product;
pub mod purchase;
pub mod subscription;
pub mod support;
pub mod timeline;
