//! Broadcasts in the chat.

mod card;
mod compose;
mod delivery;
