//! Billing page: the plans side by side, the current plan, and the ledger.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::model::billing::ledger::LedgerEntry;
use crate::model::billing::plan::Plan;
use crate::web::WebState;
use crate::web::extract::fields::from_fields;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::localizer::{PageLocalizer, Timestamp};
use crate::web::problem::Result;

/// Ledger entries per page.
const PAGE_LINES: usize = 20;

/// Query of the billing page.
#[derive(Debug, Default)]
pub(crate) struct BillingQuery {
    /// Id of the last entry of the previous page.
    after: Option<String>,
}

from_fields!(BillingQuery { after }, Ignored);

#[derive(Template)]
#[template(path = "billing.html")]
struct BillingPage {
    frame: Layout,
    balance: String,
    lines: Vec<LedgerRow>,
    /// `after` of the page with older entries.
    older: Option<i64>,
    /// True if the page does not start with the newest entry.
    is_later_part: bool,
    until: Option<Timestamp>,
    plans: Vec<PlanCard>,
    bot: Option<String>,
}

/// Ledger entry, formatted.
struct LedgerRow {
    reason: String,
    request: Option<String>,
    came: bool,
    tokens: String,
    balance: String,
    when: Timestamp,
}

/// Plan in the comparison.
struct PlanCard {
    title: String,
    own: bool,
    price: String,
    api_access: bool,
    points: Vec<String>,
}

/// Shows the plans and a part of the ledger.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(query): Query<BillingQuery>,
) -> Result<Response> {
    // An invalid `after` shows the newest entries.
    let after = query.after.and_then(|after| after.parse().ok());
    let part = web.domain.ledger(&page.caller, after, PAGE_LINES).await?;
    let (account, localizer) = (page.caller.account(), page.localizer());
    let own = web.domain.plan_of_account(account);
    let counts = own.id == account.plan && own.id != web.domain.plans().base().id;
    let page = BillingPage {
        frame: page.frame("page-billing", page_paths::BILLING),
        balance: localizer.count("page-tokens", account.token_balance),
        older: part.entries.last().filter(|_| part.more).map(|entry| entry.id),
        lines: part.entries.into_iter().map(|entry| line(entry, localizer)).collect(),
        is_later_part: after.is_some(),
        until: account.plan_until.filter(|_| counts).map(|until| localizer.when(until)),
        plans: web.domain.plans().iter().map(|plan| offer(plan, own, localizer)).collect(),
        bot: web.link.bot(),
    };
    Ok(layout::page(StatusCode::OK, &page))
}

fn line(entry: LedgerEntry, localizer: &PageLocalizer) -> LedgerRow {
    let known = ["welcome", "allowance", "charge", "grant", "correction"].contains(&entry.reason.as_str());
    let came = entry.tokens >= 0;
    let sign = if came { "+" } else { "−" };
    LedgerRow {
        request: entry.charge_id().map(ToOwned::to_owned),
        reason: if known { localizer.text(&format!("page-ledger-{}", entry.reason)) } else { entry.reason },
        came,
        tokens: format!("{sign}{}", localizer.number(entry.tokens.saturating_abs())),
        balance: localizer.number(entry.balance),
        when: localizer.when(entry.created_at),
    }
}

fn offer(plan: &Plan, own: &Plan, localizer: &PageLocalizer) -> PlanCard {
    let price =
        if plan.stars == 0 { localizer.text("page-plan-free") } else { localizer.count("page-plan-stars", plan.stars) };
    let mut points = vec![
        localizer.count("page-plan-tokens", plan.monthly_tokens),
        localizer.count("page-plan-requests", plan.requests_per_minute),
    ];
    if plan.api_access {
        points.push(localizer.count("page-plan-keys", plan.keys));
    }
    PlanCard { title: plan.title.clone(), own: plan.id == own.id, price, api_access: plan.api_access, points }
}
