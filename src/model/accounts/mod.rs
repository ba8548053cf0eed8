//! Accounts: the record of a person, and its activity.

pub mod account;
pub mod activity;
pub mod activity_actor;
pub mod identity;
pub mod purchase_change;
pub mod sign_in_method;
