//! Billing page: the person's plan, the plans side by side, packs, purchases and the ledger.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{IntoResponse, Response};

use crate::model::billing::ledger::LedgerEntry;
use crate::model::billing::purchase::{Purchase, PurchaseId};
use crate::web::WebState;
use crate::web::extract::fields::from_fields;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::billing::own_plan::{OwnPlanCard, RenewalButton};
use crate::web::pages::billing::plan_cards::{BuyButton, Buyer, PackRow, PlanCard, SaleNotice};
use crate::web::pages::billing::terms::ContactLink;
use crate::web::pages::billing::{checkout, plan_cards, terms};
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::list_part::ListPart;
use crate::web::pages::localizer::{PageLocalizer, Timestamp};
use crate::web::problem::Result;

/// Ledger entries per page.
const PAGE_LINES: usize = 20;
/// Purchases per page.
const PAGE_PURCHASES: usize = 10;

/// Query of the billing page.
#[derive(Debug, Default)]
pub(crate) struct BillingQuery {
    /// Confirmation to show.
    done: Option<String>,
    /// Id of the last ledger entry of the previous page.
    after: Option<String>,
    /// Id of the last purchase of the previous page.
    bought: Option<String>,
}

from_fields!(BillingQuery { done, after, bought }, Ignored);

#[derive(Template)]
#[template(path = "billing/overview.html")]
struct BillingPage {
    frame: Layout,
    balance: String,
    own: OwnPlanCard,
    notice: Option<SaleNotice>,
    plans: Vec<PlanCard>,
    packs: Vec<PackRow>,
    purchases: ListPart<PurchaseRow>,
    lines: ListPart<LedgerRow>,
    contact: Option<ContactLink>,
    /// URL of the terms of use.
    terms: String,
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

/// Purchase, formatted.
struct PurchaseRow {
    title: String,
    price: String,
    /// Text id of the state.
    state: String,
    when: Timestamp,
}

/// Shows the plans, and a part of the purchases and of the ledger.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(query): Query<BillingQuery>,
) -> Result<Response> {
    let (domain, caller, localizer) = (&web.domain, &page.caller, page.localizer());
    // An invalid cursor shows the newest rows.
    let after = query.after.and_then(|after| after.parse().ok());
    let bought = query.bought.and_then(|bought| bought.parse().ok());
    let entries = domain.ledger(caller, after, PAGE_LINES).await?;
    let purchases = domain.purchases(caller, bought.map(PurchaseId), PAGE_PURCHASES).await?;
    let offers = domain.offers(caller.account()).await?;
    let buyer = Buyer::of(&web, &page).await?;
    let view = BillingPage {
        frame: page.frame("page-billing", page_paths::BILLING).noticing(query.done.as_deref()),
        balance: localizer.count("page-tokens", caller.account().token_balance),
        own: OwnPlanCard::of(&web, &page).await?,
        notice: SaleNotice::of(&web, buyer),
        plans: plan_cards::plan_cards(&web, &page, buyer, &offers),
        packs: plan_cards::pack_rows(&web, &page, buyer),
        purchases: ListPart::new(purchases, bought, |last| last.id.0, |purchase| purchase_row(purchase, localizer)),
        lines: ListPart::new(entries, after, |last| last.id, |entry| ledger_row(entry, localizer)),
        contact: domain.support().map(ContactLink::of),
        terms: terms::address(&web),
    };
    let response = layout::page(StatusCode::OK, &view);
    if domain.are_products_sold() {
        return Ok(([(CONTENT_SECURITY_POLICY, checkout::form_policy(&web))], response).into_response());
    }
    Ok(response)
}

fn purchase_row(purchase: Purchase, localizer: &PageLocalizer) -> PurchaseRow {
    PurchaseRow {
        title: purchase.title,
        price: localizer.count("page-pack-stars", purchase.stars),
        state: format!("page-purchase-state-{}", purchase.state.as_str()),
        when: localizer.when(purchase.created_at),
    }
}

fn ledger_row(entry: LedgerEntry, localizer: &PageLocalizer) -> LedgerRow {
    let known = ["welcome", "allowance", "charge", "grant", "correction", "purchase", "refund"]
        .contains(&entry.reason.as_str());
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
