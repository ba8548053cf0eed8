//! What people can do, one file a thing, through the public doors, on SQLite and on Postgres.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test says what it means by failing"
)]

mod support;

mod accounts;
mod api_keys;
mod billing;
mod bot;
mod broadcasts;
mod mail;
mod notices;
mod pages;
mod rate_limits;
mod sessions;
mod sign_in;
mod store;
mod web;
