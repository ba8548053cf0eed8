//! Notices in the database: the queue, deferred replies, preferences, reachability and rate-limit alerts.

pub mod deferred_replies;
pub mod notice_queue;
pub mod preferences;
pub mod rate_limit_alerts;
pub mod reachability;
