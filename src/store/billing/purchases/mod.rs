//! Purchases in the database: orders, payments, subscriptions, refunds, and the calls that Telegram still has to take.

mod delivery;
pub mod orders;
pub mod payments;
pub mod reconciliation;
pub mod refunds;
pub mod requests;
pub mod subscriptions;
