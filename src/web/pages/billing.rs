//! The plans side by side, the one that one has, and what changed one's balance.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use serde::Deserialize;

use crate::model::billing::ledger::Entry;
use crate::model::billing::plan::Plan;
use crate::web::Web;
use crate::web::api::Query;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Resident};
use crate::web::pages::localizer::{Stamp, Words};
use crate::web::problem::Result;

const HERE: &str = "/web/billing";
/// Entries of the ledger on a page.
const LINES: usize = 20;

/// Which part of the ledger is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The last entry of the page before.
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "billing.html")]
struct BillingPage {
    frame: Frame,
    balance: String,
    lines: Vec<Line>,
    /// Where older entries are.
    older: Option<i64>,
    /// Whether there are newer ones.
    is_later_part: bool,
    until: Option<Stamp>,
    plans: Vec<Offer>,
    bot: Option<String>,
}

/// An entry of the ledger as its owner reads it.
struct Line {
    reason: String,
    request: Option<String>,
    came: bool,
    tokens: String,
    balance: String,
    when: Stamp,
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
pub(crate) async fn show(State(web): State<Web>, resident: Resident, Query(asked): Query<Asked>) -> Result<Response> {
    // An address that somebody changed by hand leads to the newest.
    let after = asked.after.and_then(|after| after.parse().ok());
    let part = web.domain.ledger(&resident.caller, after, LINES).await?;
    let (account, words) = (resident.caller.account(), resident.words());
    let own = web.domain.plan_of(account);
    let counts = own.id == account.plan && own.id != web.domain.plans().base().id;
    let page = BillingPage {
        frame: resident.frame("page-billing", HERE),
        balance: words.count("page-tokens", account.token_balance),
        older: part.entries.last().filter(|_| part.more).map(|entry| entry.id),
        lines: part.entries.into_iter().map(|entry| line(entry, words)).collect(),
        is_later_part: after.is_some(),
        until: account.plan_until.filter(|_| counts).map(|until| words.when(until)),
        plans: web.domain.plans().iter().map(|plan| offer(plan, plan.id == own.id, words)).collect(),
        bot: web.link.bot(),
    };
    Ok(layout::page(StatusCode::OK, &page))
}

fn line(entry: Entry, words: &Words) -> Line {
    let known = ["welcome", "allowance", "charge", "grant"].contains(&entry.reason.as_str());
    let came = entry.tokens >= 0;
    let sign = if came { "+" } else { "−" };
    Line {
        request: entry.charge_id().map(ToOwned::to_owned),
        reason: if known { words.say(&format!("page-ledger-{}", entry.reason)) } else { entry.reason },
        came,
        tokens: format!("{sign}{}", words.number(entry.tokens.saturating_abs())),
        balance: words.number(entry.balance),
        when: words.when(entry.created_at),
    }
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
