//! Accounts.

pub mod account_deletion;
pub mod account_export;
pub mod account_merge;
pub mod activity;
pub mod identities;
pub mod profile;
