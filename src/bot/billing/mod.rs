//! Billing in chat: plans and packs, the subscription, purchases, refunds, usage of the last days, and whom to ask.

pub(in crate::bot) mod contact;
pub(in crate::bot) mod plans;
pub(in crate::bot) mod purchases;
pub(in crate::bot) mod refunds;
pub(in crate::bot) mod subscription;
pub(in crate::bot) mod usage;
