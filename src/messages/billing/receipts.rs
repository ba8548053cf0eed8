//! Messages of notices about purchases: receipts, refunds and failed renewals, each with the next step.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::billing::contact::{paysupport_button, purchases_button};
use crate::messages::billing::offers::offer;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{keys_button, plain, plans_button};
use crate::model::billing::product::Product;
use crate::model::notices::notice::PurchaseNotice;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Message of a notice about a purchase.
pub(crate) fn receipt(localizer: &Localizer, domain: &Domain, notice: &PurchaseNotice) -> OutgoingMessage {
    let html = text(localizer, notice);
    let buttons = match notice {
        PurchaseNotice::PlanBought { title, .. } | PurchaseNotice::PlanRenewed { title, .. } => {
            vec![next_step(localizer, domain, title), vec![purchases_button(localizer), plans_button(localizer)]]
        }
        PurchaseNotice::PackBought { .. } => {
            vec![vec![keys_button(localizer)], vec![purchases_button(localizer), plans_button(localizer)]]
        }
        PurchaseNotice::Refunded { .. } => {
            vec![vec![plans_button(localizer)], vec![purchases_button(localizer), paysupport_button(localizer)]]
        }
        PurchaseNotice::RenewalFailed { title, .. } => {
            let again = sold_plan(domain, title).map(|plan| vec![offer(localizer, &plan)]);
            let others = vec![plans_button(localizer), paysupport_button(localizer)];
            again.into_iter().chain([others]).collect()
        }
    };
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

fn text(localizer: &Localizer, notice: &PurchaseNotice) -> String {
    match notice {
        PurchaseNotice::PlanBought { title, stars, until, charge } => {
            let values = [("stars", Count(*stars)), ("charge", Text(charge.as_str())), ("plan", Text(title.as_str()))];
            localizer.dated("bot-receipt-plan", &values, Moment(*until))
        }
        PurchaseNotice::PlanRenewed { title, stars, until, charge } => {
            let values = [("stars", Count(*stars)), ("charge", Text(charge.as_str())), ("plan", Text(title.as_str()))];
            localizer.dated("bot-receipt-renewed", &values, Moment(*until))
        }
        PurchaseNotice::PackBought { stars, tokens, balance, charge, .. } => {
            let paid = [("stars", Count(*stars)), ("charge", Text(charge.as_str()))];
            let tokens = [("tokens", Count(*tokens)), ("balance", Count(*balance))];
            localizer.html("bot-receipt-pack", &[paid, tokens].concat())
        }
        PurchaseNotice::Refunded { title, stars, taken } => {
            let values = [("title", Text(title.as_str())), ("stars", Count(*stars)), ("taken", Count(*taken))];
            localizer.html("bot-receipt-refunded", &values)
        }
        PurchaseNotice::RenewalFailed { title, until } => {
            localizer.dated("bot-receipt-renewal-failed", &[("plan", Text(title.as_str()))], Moment(*until))
        }
    }
}

/// Next step after a plan: a key, if the plan has API access.
fn next_step(localizer: &Localizer, domain: &Domain, title: &str) -> Vec<InlineKeyboardButton> {
    match sold_plan(domain, title) {
        Some(Product::Plan(plan)) if plan.api_access => {
            vec![button(localizer.text("bot-button-new-key"), &Callback::NewKey), keys_button(localizer)]
        }
        _ => vec![keys_button(localizer)],
    }
}

/// Plan that is sold under this title. A notice holds the title as it was sold.
fn sold_plan(domain: &Domain, title: &str) -> Option<Product> {
    domain.plans().products().find(|product| matches!(product, Product::Plan(plan) if plan.title == title))
}
