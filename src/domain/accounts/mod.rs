//! Accounts: the record of a person, and what they do with it.
//!
//! - `profile` is what a person sees and edits; `activity` is what happened to the account.
//! - `identities` links and unlinks sign-in methods and checks for a recent sign-in.
//! - `sign_in_failures` counts failed sign-ins until they are written to the activity.
//! - `account_merge`, `account_deletion` and `account_export` act on a whole account.

pub mod account_deletion;
pub mod account_export;
pub mod account_merge;
pub mod activity;
pub mod identities;
pub mod identity_undo;
pub mod profile;
pub mod reauthentication;
pub(in crate::domain) mod sign_in_failures;
