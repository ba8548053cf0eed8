//! Bot updates: outages, floods, deferred replies.

mod away;
mod deferred_replies;
mod faults;
mod flood;
mod telegram_unavailable;
mod webhook;
