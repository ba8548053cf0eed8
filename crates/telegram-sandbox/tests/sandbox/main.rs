//! The pretend Telegram, through its public doors: what a bot, a person and a test driver can do with it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that finds something else should fail there")]

mod stage;

mod callbacks;
mod calling;
mod commands;
mod control;
mod faults;
mod formatting;
mod keyboards;
mod messages;
mod polling;
mod signing;
#[path = "teloxide.rs"]
mod teloxide_client;
mod webhooks;
