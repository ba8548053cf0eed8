//! Tests of the sandbox through its public interfaces: as a bot, as a person and as a test driver.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an unexpected value should fail the test where it is read"
)]

mod callbacks;
mod commands;
mod control;
mod faults;
mod formatting;
mod invoice_page;
mod keyboards;
mod login_widget;
mod messages;
mod polling;
mod profile;
mod requests;
mod stars;
mod subscriptions;
mod support;
mod teloxide_client;
mod webhooks;
