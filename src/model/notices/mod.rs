//! Notices, their categories, and quiet hours.

pub mod notice;
pub mod quiet_hours;
