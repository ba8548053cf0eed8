//! API of sign-in: each module takes one kind of proof and answers with a session.
//!
//! `telegram_login` also holds refresh and sign-out, and the response that all of them share.

pub(crate) mod bot_sign_in;
pub(crate) mod email_accounts;
pub(crate) mod telegram_login;
pub(crate) mod upstream_oidc;
