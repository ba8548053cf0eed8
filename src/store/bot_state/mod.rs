//! Bot state.

pub mod parked_updates;
pub mod secret_messages;
pub mod updates;
