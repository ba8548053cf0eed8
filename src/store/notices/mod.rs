//! Notices in the database: the queue, those about sign-in methods and to admins, deferred replies, preferences,
//! reachability and rate-limit alerts.

pub mod admin_notice;
pub mod deferred_replies;
pub mod identity_change;
pub mod notice_queue;
pub mod preferences;
pub mod rate_limit_alerts;
pub mod reachability;
pub(in crate::store) mod security_mail;
