//! Sign in.

pub(in crate::domain) mod attempt_limits;
pub mod bot_sign_in;
pub(in crate::domain) mod device_cookie;
pub mod email_accounts;
pub mod email_tokens;
pub(in crate::domain) mod password_hashing;
pub mod passwords;
pub mod sign_in_link;
pub mod telegram_login;
pub mod upstream_oidc;
