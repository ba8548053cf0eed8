//! Accounts.

pub(in crate::bot) mod identities;
pub(in crate::bot) mod profile;
