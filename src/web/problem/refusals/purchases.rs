//! Problems of purchases, subscriptions and the trial.

use axum::http::StatusCode;

use crate::domain::error::PurchaseError;
use crate::web::problem::Problem;
use crate::web::problem::refusals::requests::{conflict, not_found};

pub(in crate::web::problem) fn purchase(why: PurchaseError) -> Problem {
    match why {
        PurchaseError::NotSold => not_found("product_not_sold", "Nothing is sold under this name."),
        PurchaseError::BetterPlan => {
            conflict("better_plan", "The account has this plan or a better one already. Nothing was ordered.")
        }
        PurchaseError::AlreadySubscribed => {
            conflict("already_subscribed", "The account is subscribed to this plan. Nothing was ordered.")
        }
        PurchaseError::TelegramRequired => {
            conflict("telegram_required", "Stars are paid in Telegram. Link a Telegram account first.")
        }
        PurchaseError::TelegramUnavailable => {
            let detail = "Telegram does not answer. Nothing was changed. Try again in a minute.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "payments_unavailable", detail)
        }
        PurchaseError::TelegramRefused => {
            conflict("refused_by_telegram", "Telegram did not accept the request. Nothing was changed.")
        }
        PurchaseError::NoSubscription => {
            conflict("no_subscription", "The account has no subscription that could be changed.")
        }
        PurchaseError::PurchaseNotFound => not_found("purchase_not_found", "No purchase has that id."),
        PurchaseError::AlreadyRefunded => conflict("already_refunded", "The purchase was refunded before."),
        PurchaseError::TrialNotOffered => not_found("trial_not_offered", "No trial is offered."),
        PurchaseError::TrialUsed => {
            conflict("trial_used", "The trial was used before, or the account has this plan or a better one.")
        }
    }
}
