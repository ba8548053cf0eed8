//! API of the signed-in person's account: profile, sign-in methods, activity, merge, deletion and export.

pub(crate) mod account_deletion;
pub(crate) mod account_export;
pub(crate) mod account_merge;
pub(crate) mod activity;
pub(crate) mod identities;
pub(crate) mod profile;
