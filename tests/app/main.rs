//! What people can do, one file a thing, through the public doors, on SQLite and on Postgres.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "a test says what it means by failing"
)]

mod support;

mod authority;
mod cookies_and_cors;
mod errors;
mod forged_tokens;
mod key_names;
mod keys;
mod limits;
mod me;
mod mini_app;
mod ops;
mod refresh;
mod refresh_races;
mod sessions;
mod sign_in_by_widget;
mod sign_out;
mod verify;
mod widget_refusals;
