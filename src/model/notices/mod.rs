//! Notices, their categories, quiet hours and reachability.

pub mod broadcast_sums;
pub mod category;
pub mod notice;
pub mod purchase_notice;
pub mod quiet_hours;
pub mod reachability;
