//! Behaviour of the service through its public interfaces. Each file covers one thing that people do, on SQLite and
//! Postgres.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test reports a failure by panicking"
)]

mod support;

mod accounts;
mod api_keys;
mod billing;
mod bot;
mod broadcasts;
mod mail;
mod notices;
mod oauth;
mod pages;
mod rate_limits;
mod sessions;
mod sign_in;
mod store;
mod web;
