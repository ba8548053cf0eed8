//! The person's own account.

mod account_deletion;
mod account_export;
mod account_merge;
mod account_merge_races;
mod activity;
mod identities;
mod profile;
mod theft;
