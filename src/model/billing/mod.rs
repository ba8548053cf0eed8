//! Billing: plans, products that are sold, purchases, the token ledger and usage per day.

pub mod daily_usage;
pub mod ledger;
pub mod plan;
pub mod product;
pub mod purchase;
pub mod subscription;
pub mod support;
pub mod timeline;
