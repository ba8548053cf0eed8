//! Accounts.

pub mod account;
pub mod activity;
