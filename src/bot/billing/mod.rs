//! Billing in chat: plans and packs, the subscription, purchases, refunds, and whom to ask.

pub(in crate::bot) mod contact;
pub(in crate::bot) mod plans;
pub(in crate::bot) mod purchases;
pub(in crate::bot) mod refunds;
pub(in crate::bot) mod subscription;
