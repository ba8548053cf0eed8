//! NeuralBox Auth: sign-in and API keys for an AI API, as a Telegram bot and an HTTP service over one store.
//!
//! # Floors
//!
//! A file imports from its own floor or from a lower one; [`web`], [`bot`] and [`jobs`] never import each other
//! (`tests/floors.rs`). Inside each floor there is one folder per feature, with the same name on every floor; the names are in
//! `docs/glossary.md`.
//!
//! | floor | module | holds |
//! |---|---|---|
//! | 0 | [`model`] | plain values that can only be built valid; no I/O, no async |
//! | 1 | [`store`] | every SQL statement, once for SQLite and Postgres, and the group-commit writer |
//! | 1 | [`gateway`] | clients of other services: Bot API, OpenID providers, GitHub, Redis, SMTP |
//! | 2 | [`domain`] | the rules; no HTTP, no updates, no SQL. Start with [`domain::Domain`] |
//! | 3 | [`messages`] | chat messages as pure functions, shared by [`bot`] and [`jobs`] |
//! | 4 | [`web`] | HTTP: [`web::router`] is every route |
//! | 4 | [`bot`] | the Telegram bot: `bot/routes.rs` is every handler |
//! | 4 | [`jobs`] | background work |
//!
//! [`serve`] builds all of these, runs them side by side and stops them in order. [`cli`] is the command line, [`config`] the
//! settings, [`telemetry`] logs and metrics. The pretend Telegram of the demo and the tests is a crate of its own.

pub mod bot;
pub mod cli;
pub mod config;
pub mod domain;
pub mod gateway;
pub mod jobs;
pub(crate) mod messages;
pub mod model;
pub mod serve;
pub mod store;
pub mod telemetry;
pub mod web;
