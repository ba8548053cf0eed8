//! Pages of the signed-in person's account: profile, security, sign-in methods, apps, activity, merge and deletion.

pub(in crate::web::pages) mod account_deletion;
pub(in crate::web::pages) mod account_merge;
pub(in crate::web::pages) mod activity;
pub(in crate::web::pages) mod apps;
pub(in crate::web::pages) mod email_link;
pub(in crate::web::pages) mod identities;
pub(in crate::web::pages) mod identity_undo;
pub(in crate::web::pages) mod profile;
pub(in crate::web::pages) mod reauthentication;
pub(in crate::web::pages) mod security;
