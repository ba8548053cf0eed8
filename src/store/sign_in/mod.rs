//! Sign-in methods in the database: Telegram, the bot, email with password, upstream providers and sign-in links.

pub mod bot_sign_in;
pub mod email_accounts;
pub mod email_tokens;
pub mod passwords;
pub mod proof_signature;
pub mod sign_in_link;
pub mod telegram_login;
pub mod upstream_oidc;
