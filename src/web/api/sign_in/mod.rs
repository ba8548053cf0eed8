//! API of sign-in: each module takes one kind of proof and answers with a session.
//!
//! `passwords` resets and changes a password. `telegram_login` also holds the response that all of them share.

pub(crate) mod bot_sign_in;
pub(crate) mod email_accounts;
pub(crate) mod passwords;
pub(crate) mod telegram_login;
pub(crate) mod upstream_oidc;
