//! Commands of admins.

mod admin;
mod ban;
mod plan;
