//! Admin.

pub mod access;
pub mod admin_actions;
pub mod stats;
