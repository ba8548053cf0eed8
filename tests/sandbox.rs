//! The pretend Telegram, through its public doors: what a bot, a person and a test driver can do with it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that finds something else should fail there")]

#[path = "sandbox/stage.rs"]
mod stage;

#[path = "sandbox/callbacks.rs"]
mod callbacks;
#[path = "sandbox/calling.rs"]
mod calling;
#[path = "sandbox/commands.rs"]
mod commands;
#[path = "sandbox/control.rs"]
mod control;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/formatting.rs"]
mod formatting;
#[path = "sandbox/keyboards.rs"]
mod keyboards;
#[path = "sandbox/messages.rs"]
mod messages;
#[path = "sandbox/polling.rs"]
mod polling;
#[path = "sandbox/signing.rs"]
mod signing;
#[path = "sandbox/teloxide.rs"]
mod teloxide_client;
#[path = "sandbox/webhooks.rs"]
mod webhooks;
