//! Notices.

pub mod notice;
pub mod quiet_hours;
