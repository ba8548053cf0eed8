//! Messages of the person's own account: menu and profile, sign-in methods, activity and deletion.

pub(crate) mod account_deletion;
pub(crate) mod activity;
pub(crate) mod identities;
pub(crate) mod newcomer;
pub(crate) mod profile;
pub(crate) mod trial;
