//! Messages of billing: plans and packs, offers after a refusal, the subscription, purchases and refunds, usage
//! with its picture, and whom to ask.

pub(crate) mod checkout;
pub(crate) mod contact;
pub(crate) mod offers;
pub(crate) mod plan_facts;
pub(crate) mod plans;
pub(crate) mod purchases;
pub(crate) mod receipts;
pub(crate) mod refunds;
pub(crate) mod subscription;
pub(crate) mod usage;
mod usage_chart;
