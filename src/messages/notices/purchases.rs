//! Messages about purchases: receipts, refunds and failed renewals.

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::notices::notice::PurchaseNotice;
use crate::model::text::texts::TextArg::{Count, Text};

/// Message of a notice about a purchase, with the plans as the next step.
pub(crate) fn purchase_notice(localizer: &Localizer, notice: &PurchaseNotice) -> OutgoingMessage {
    let plans = button(localizer.text("bot-button-plans"), &Callback::Plans);
    OutgoingMessage { keyboard: rows([vec![plans]]), ..plain(text(localizer, notice)) }
}

fn text(localizer: &Localizer, notice: &PurchaseNotice) -> String {
    match notice {
        PurchaseNotice::PlanBought { title, stars, day, charge } => {
            let values = [
                ("plan", Text(title.as_str())),
                ("stars", Count(*stars)),
                ("day", Text(day)),
                ("charge", Text(charge)),
            ];
            localizer.html("bot-receipt-plan", &values)
        }
        PurchaseNotice::PlanRenewed { title, stars, day, charge } => {
            let values = [
                ("plan", Text(title.as_str())),
                ("stars", Count(*stars)),
                ("day", Text(day)),
                ("charge", Text(charge)),
            ];
            localizer.html("bot-receipt-renewal", &values)
        }
        PurchaseNotice::PackBought { stars, tokens, balance, charge, .. } => {
            let values = [
                ("tokens", Count(*tokens)),
                ("balance", Count(*balance)),
                ("stars", Count(*stars)),
                ("charge", Text(charge.as_str())),
            ];
            localizer.html("bot-receipt-pack", &values)
        }
        PurchaseNotice::Refunded { title, stars, taken } => refunded(localizer, title, (*stars, *taken)),
        PurchaseNotice::RenewalFailed { title, day } => {
            localizer.html("bot-renewal-failed", &[("plan", Text(title.as_str())), ("day", Text(day))])
        }
    }
}

fn refunded(localizer: &Localizer, title: &str, (stars, taken): (i64, i64)) -> String {
    let refund = localizer.html("bot-receipt-refund", &[("title", Text(title)), ("stars", Count(stars))]);
    if taken == 0 {
        return refund;
    }
    format!("{refund}\n{}", localizer.html("bot-receipt-refund-tokens", &[("tokens", Count(taken))]))
}
