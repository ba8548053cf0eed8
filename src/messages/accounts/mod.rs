//! Accounts.

pub(crate) mod identities;
