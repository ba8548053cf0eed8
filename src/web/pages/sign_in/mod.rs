//! Pages of sign-in. `sign_in_page` offers the methods; the other modules each serve one of them.
//!
//! | module | sign-in method |
//! |---|---|
//! | `telegram_callback` | redirect of the Login Widget and of `login_url` buttons |
//! | `upstream_oidc` | Google, "Log in with Telegram" |
//! | `bot_sign_in`, `sign_in_link` | through the bot |
//! | `email_accounts`, `email_tokens`, `passwords` | email and password |
//!
//! `redirect_request` is what the redirects of other websites have in common.

pub(in crate::web::pages) mod bot_sign_in;
pub(in crate::web::pages) mod email_accounts;
pub(in crate::web::pages) mod email_tokens;
pub(in crate::web::pages) mod passwords;
mod redirect_request;
pub(in crate::web::pages) mod sign_in_link;
pub(in crate::web::pages) mod sign_in_page;
pub(crate) mod telegram_callback;
pub(in crate::web::pages) mod upstream_oidc;
