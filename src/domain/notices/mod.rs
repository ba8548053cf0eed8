//! Notices the bot sends to people unasked.
//!
//! - `notice_queue` leases, addresses and settles stored notices.
//! - `preferences` holds what people opted out of, and their quiet hours.
//! - `reachability` records whether the bot may write to a person.
//! - `deferred_replies` stores replies that Telegram did not accept.

pub mod deferred_replies;
pub mod notice_queue;
pub mod preferences;
pub mod reachability;
