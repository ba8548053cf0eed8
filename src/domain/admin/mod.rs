//! Administration of other people's accounts.
//!
//! - `access` authenticates admins, decides what each role may do, and finds people; `people` searches by name.
//! - `admin_actions` requests, confirms and performs actions, each once and with an entry in the audit log. `undo` takes
//!   the latest back, and `messages` writes to one person.
//! - `stats` counts accounts and summarises one.

pub mod access;
pub mod admin_actions;
pub mod messages;
pub mod people;
pub mod stats;
pub mod undo;
