//! Broadcasts in chat.

mod card;
mod compose;
mod delivery;
