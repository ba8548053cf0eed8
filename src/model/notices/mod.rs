//! Notices, their categories, quiet hours and reachability.

pub mod admin_action_notice;
pub mod app_notice;
pub mod broadcast_sums;
pub mod category;
pub mod notice;
mod notice_rules;
pub mod purchase_notice;
pub mod quiet_hours;
pub mod reachability;
