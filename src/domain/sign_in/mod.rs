//! Sign-in: every proof that becomes a session.
//!
//! | proof | module |
//! | --- | --- |
//! | login widget, Mini App data | `telegram_login` |
//! | number tapped in the bot | `bot_sign_in` |
//! | link from the chat | `sign_in_link` |
//! | Google, "Log in with Telegram" | `upstream_oidc` |
//! | email and password | `email_accounts`, `passwords`, `email_tokens` |
//!
//! `attempt_limits`, `device_cookie`, `password_hashing` and `hashing_queue` protect passwords against guessing and
//! overload; `rejected_proofs` refuses spent payloads and refresh tokens of ended sessions from memory.

pub(in crate::domain) mod attempt_limits;
pub mod bot_sign_in;
pub(in crate::domain) mod device_cookie;
pub mod email_accounts;
pub mod email_tokens;
pub(in crate::domain) mod hashing_queue;
pub(in crate::domain) mod password_hashing;
pub mod passwords;
pub(in crate::domain) mod rejected_proofs;
mod shared_attempts;
pub mod sign_in_link;
pub mod telegram_login;
pub mod upstream_oidc;
