//! NeuralBox Auth: the sign-in and API-key office of an AI API, as a Telegram bot and an HTTP service over one store.
//!
//! # The house
//!
//! Four floors; a file imports from its own floor or below, never up, and the faces never import each other
//! (`tests/floors.rs` holds this true). Read it from the ground up:
//!
//! - [`model`] — floor 0, nouns: plain values that can only be built valid. No I/O, no async.
//! - [`store`] — floor 1, what we keep: every SQL text, once, for SQLite and Postgres, and the writer that commits waiting
//!   work together.
//! - [`gateway`] — floor 1, what we call: the Bot API, OpenID Connect providers, and GitHub for the keys that sign its reports.
//! - [`domain`] — floor 2, verbs: the rules. Knows no HTTP, no updates, no SQL. Start with [`domain::Domain`].
//! - [`web`] — floor 3, the browser's and the gateway's face. [`web::router`] is every route.
//! - [`bot`] — floor 3, the chat's face. Its handler tree is drawn once, in `bot/mod.rs`.
//! - [`jobs`] — floor 3, the clock's face.
//! - [`serve`] — composition: builds all of these, runs them side by side, stops them in order.
//!
//! Beside the house: [`config`] (the environment, read once), [`cli`], [`telemetry`] (logs and metrics), [`demo`],
//! [`doctor`] (looks at everything the service needs). The pretend Telegram of the demo and the tests is a crate of its own,
//! `telegram-sandbox`, and imports nothing of ours.

pub mod bot;
pub mod cli;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod domain;
pub mod gateway;
pub mod jobs;
pub mod model;
pub mod serve;
pub mod store;
pub mod telemetry;
pub mod web;
