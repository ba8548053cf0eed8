//! Sign in.

pub(crate) mod bot_sign_in;
pub(crate) mod email_accounts;
pub(crate) mod telegram_login;
pub(crate) mod upstream_oidc;
