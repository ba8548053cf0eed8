//! State of the bot that survives a restart.
//!
//! - `updates` handles each bot update at most once and parks updates until they are handled.
//! - `dialogue` stores the question the bot waits to be answered by a person.
//! - `secret_messages` records chat messages that show a secret and will be deleted.

pub mod dialogue;
pub mod secret_messages;
pub mod updates;
