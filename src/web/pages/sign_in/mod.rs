//! Sign in.

pub(in crate::web::pages) mod bot_sign_in;
pub(in crate::web::pages) mod email_accounts;
pub(in crate::web::pages) mod email_tokens;
pub(in crate::web::pages) mod passwords;
pub(in crate::web::pages) mod sign_in_link;
pub(in crate::web::pages) mod sign_in_page;
pub(crate) mod telegram_callback;
pub(in crate::web::pages) mod upstream_oidc;
