//! Accounts in the database: creation, profile, identities, activity, merge and deletion.

pub mod account_creation;
pub mod account_deletion;
pub mod account_merge;
pub mod accounts;
pub mod activity;
pub mod identities;
pub mod identity_disabling;
mod identity_removal;
pub mod identity_undo;
mod merge_moves;
pub mod sign_in_failures;
pub mod telegram_accounts;
