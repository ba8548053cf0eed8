//! Bot updates: how they are taken in, outages, floods, deferred replies, topics, and parts that nobody knows.

mod deferred_replies;
mod faults;
mod flood;
mod offline;
mod slow_chats;
mod telegram_unavailable;
mod topics;
mod unknown_parts;
mod webhook;
