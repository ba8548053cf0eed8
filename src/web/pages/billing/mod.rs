//! Billing pages: plans, purchases and ledger, the way to an invoice, the subscription, and the terms of use.
//!
//! - `overview` is the page itself; `own_plan` and `plan_cards` are parts of it.
//! - `checkout` leads to an invoice; `subscription` cancels and resumes the renewal.
//! - `terms` are the built-in terms of use.

pub(in crate::web::pages) mod checkout;
pub(in crate::web::pages) mod overview;
mod own_plan;
mod plan_cards;
pub(in crate::web::pages) mod subscription;
pub(in crate::web::pages) mod terms;
