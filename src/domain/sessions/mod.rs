//! Sessions of signed-in devices.
//!
//! - `session_start` creates the tokens of a new session.
//! - `sessions` authenticates, lists and ends sessions; `refresh` rotates their tokens, and `token_use` remembers which
//!   were used.
//! - `access_token` issues and verifies the short-lived JWT of a session.
//! - `refresh_choice` chooses between several refresh tokens of one request.
//! - `disown` ends a session that a person does not recognise.
//! - `introspection` serves RFC 7662 and RFC 7009 to the operator's other programs.

pub mod access_token;
pub mod disown;
pub mod introspection;
mod jwt_crypto;
pub mod refresh;
mod refresh_choice;
pub mod session_start;
pub mod sessions;
pub(in crate::domain) mod token_use;
