//! Billing in chat: `usage` shows tokens and requests of the last days.

pub(in crate::bot) mod usage;
