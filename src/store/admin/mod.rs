//! Admin data: actions on accounts with their audit log, people by name, and statistics.
//!
//! - `admin_actions` stores requests until they are confirmed, `perform_action` performs them, `undo` takes them back.
//! - `audit_log` records what admins did. `person_notices` notifies people of what was done to their account.

pub mod admin_actions;
pub mod audit_log;
pub mod people;
pub mod perform_action;
mod person_notices;
pub mod stats;
pub mod undo;
