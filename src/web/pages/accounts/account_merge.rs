//! Merge page: both accounts side by side, with buttons to accept or decline the offer.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::accounts::account_merge::{MergePreview, MergeSide};
use crate::web::WebState;
use crate::web::extract::path_id::PathId;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::localizer::{PageLocalizer, Timestamp};
use crate::web::problem::Result;

#[derive(Template)]
#[template(path = "accounts/merge.html")]
struct MergePage {
    frame: Layout,
    id: i64,
    sides: Vec<MergeSideCard>,
    plan: String,
    plan_until: Option<Timestamp>,
    balance: String,
    forfeited: String,
}

/// One of the two accounts, formatted.
struct MergeSideCard {
    heading: String,
    name: String,
    number: String,
    plan: String,
    plan_until: Option<Timestamp>,
    balance: String,
    keys: String,
    sessions: String,
    ways: Vec<String>,
}

/// Shows a merge offer.
pub(crate) async fn show(State(web): State<WebState>, page: SignedInPage, id: PathId) -> Result<Response> {
    let localizer = page.localizer();
    let MergePreview { id, stays, goes, plan, .. } = web.domain.merge_preview(&page.caller, id.merge()?).await?;
    let title = web.domain.plans().get(&plan.plan).map(|plan| plan.title.clone());
    let page = MergePage {
        frame: page.frame("page-merge", page_paths::SECURITY),
        id,
        sides: vec![card(&web, localizer, stays, "page-merge-stays"), card(&web, localizer, goes, "page-merge-goes")],
        plan: title.unwrap_or(plan.plan),
        plan_until: plan.plan_until.map(|until| localizer.when(until)),
        balance: localizer.number(plan.token_balance),
        forfeited: localizer.number(plan.forfeited_tokens),
    };
    Ok(layout::page(StatusCode::OK, &page))
}

fn card(web: &WebState, localizer: &PageLocalizer, side: MergeSide, heading: &str) -> MergeSideCard {
    let plan = web.domain.plan_of_account(&side.account);
    let until = side.account.plan_until.filter(|_| plan.id == side.account.plan);
    MergeSideCard {
        heading: localizer.text(heading),
        number: format!("#{}", side.account.id),
        plan: plan.title.clone(),
        plan_until: until.map(|until| localizer.when(until)),
        balance: localizer.number(side.account.token_balance),
        keys: localizer.number(side.keys),
        sessions: localizer.number(side.sessions),
        ways: side
            .identities
            .iter()
            .map(|way| format!("{} {}", localizer.identity_kind(&way.kind), way.display_name()))
            .collect(),
        name: side.account.name,
    }
}

/// Accepts the offer and merges both accounts.
pub(crate) async fn take(State(web): State<WebState>, page: SignedInPage, id: PathId) -> Result<Response> {
    web.domain.merge(&page.caller, id.merge()?).await?;
    Ok(layout::done(page_paths::SECURITY, "merged"))
}

/// Declines the offer.
pub(crate) async fn drop(State(web): State<WebState>, page: SignedInPage, id: PathId) -> Result<Response> {
    web.domain.cancel_merge(&page.caller, id.merge()?).await?;
    Ok(layout::done(page_paths::SECURITY, "merge-dropped"))
}
