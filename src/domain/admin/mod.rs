//! Administration of other people's accounts.
//!
//! - `access` authenticates admins and finds people.
//! - `admin_actions` requests, confirms and performs actions, each once and with an entry in the audit log.
//! - `stats` counts accounts and summarises one.

pub mod access;
pub mod admin_actions;
pub mod stats;
