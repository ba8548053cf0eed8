//! Admin data: actions on accounts with their audit log, and statistics.

pub mod admin_actions;
pub mod audit_log;
pub mod stats;
