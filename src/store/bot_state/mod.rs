//! State of the bot: updates in flight and parked, dialogues, and messages that show secrets.

pub mod dialogue;
pub mod parked_updates;
pub mod secret_messages;
pub mod updates;
