//! Admin.

pub mod admin_actions;
pub mod stats;
