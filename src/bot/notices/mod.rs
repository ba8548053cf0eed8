//! Notifications in chat: `preferences` are the switches and quiet hours, `responses` the answers to sign-in warnings.

pub(in crate::bot) mod preferences;
pub(in crate::bot) mod responses;
