//! The plans side by side, and the one that one has.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::model::plan::Plan;
use crate::web::Web;
use crate::web::pages::frame::{self, Frame, Resident};
use crate::web::pages::words::{Stamp, Words};
use crate::web::reply::Result;

#[derive(Template)]
#[template(path = "billing.html")]
struct BillingPage {
    frame: Frame,
    balance: String,
    until: Option<Stamp>,
    plans: Vec<Offer>,
    bot: Option<String>,
}

/// A plan as it is offered.
struct Offer {
    title: String,
    own: bool,
    price: String,
    api_access: bool,
    points: Vec<String>,
}

/// The page.
pub(crate) async fn show(State(web): State<Web>, resident: Resident) -> Result<Response> {
    let (account, words) = (resident.caller.account(), resident.words());
    let own = web.domain.plan_of(account);
    let counts = own.id == account.plan && own.id != web.domain.plans().base().id;
    let page = BillingPage {
        frame: resident.frame("page-billing", "/web/billing"),
        balance: words.count("page-tokens", account.token_balance),
        until: account.plan_until.filter(|_| counts).map(|until| words.when(until)),
        plans: web.domain.plans().iter().map(|plan| offer(plan, plan.id == own.id, words)).collect(),
        bot: web.link.bot(),
    };
    Ok(frame::page(StatusCode::OK, &page))
}

fn offer(plan: &Plan, own: bool, words: &Words) -> Offer {
    let price = if plan.stars == 0 { words.say("page-plan-free") } else { words.count("page-plan-stars", plan.stars) };
    let mut points = vec![
        words.count("page-plan-tokens", plan.monthly_tokens),
        words.count("page-plan-requests", plan.requests_per_minute),
    ];
    if plan.api_access {
        points.push(words.count("page-plan-keys", plan.keys));
    }
    Offer { title: plan.title.clone(), own, price, api_access: plan.api_access, points }
}
