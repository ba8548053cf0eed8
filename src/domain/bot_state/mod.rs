//! Bot state.

pub mod secret_messages;
pub mod updates;
