//! Broadcasts in the chat.

mod as_sent;
mod card;
mod compose;
mod copies;
mod delivery;
mod segments;
