//! The person's own account in chat: profile, language and help, trial, sign-in methods, activity and deletion.

pub(in crate::bot) mod account_deletion;
pub(in crate::bot) mod activity;
pub(in crate::bot) mod identities;
pub(in crate::bot) mod profile;
pub(in crate::bot) mod trial;
