//! Two accounts, side by side, before one is made of them.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::accounts::account_merge::{Merging, Side};
use crate::web::Web;
use crate::web::extract::path_id::Number;
use crate::web::pages::accounts::security;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Resident};
use crate::web::pages::localizer::{Stamp, Words};
use crate::web::problem::Result;

#[derive(Template)]
#[template(path = "merge.html")]
struct MergePage {
    frame: Frame,
    id: i64,
    sides: Vec<Shown>,
    plan: String,
    plan_until: Option<Stamp>,
    balance: String,
}

/// An account of the two.
struct Shown {
    heading: String,
    name: String,
    number: String,
    plan: String,
    plan_until: Option<Stamp>,
    balance: String,
    keys: String,
    sessions: String,
    ways: Vec<String>,
}

/// The page.
pub(crate) async fn show(State(web): State<Web>, resident: Resident, id: Number) -> Result<Response> {
    let words = resident.words();
    let Merging { id, stays, goes, plan, .. } = web.domain.merging(&resident.caller, id.merge()?).await?;
    let title = web.domain.plans().get(&plan.plan).map(|plan| plan.title.clone());
    let page = MergePage {
        frame: resident.frame("page-merge", security::HERE),
        id,
        sides: vec![shown(&web, words, (stays, "page-merge-stays")), shown(&web, words, (goes, "page-merge-goes"))],
        plan: title.unwrap_or(plan.plan),
        plan_until: plan.plan_until.map(|until| words.when(until)),
        balance: words.number(plan.token_balance),
    };
    Ok(layout::page(StatusCode::OK, &page))
}

fn shown(web: &Web, words: &Words, (side, heading): (Side, &str)) -> Shown {
    let plan = web.domain.plan_of(&side.account);
    let until = side.account.plan_until.filter(|_| plan.id == side.account.plan);
    Shown {
        heading: words.say(heading),
        number: format!("#{}", side.account.id),
        plan: plan.title.clone(),
        plan_until: until.map(|until| words.when(until)),
        balance: words.number(side.account.token_balance),
        keys: words.number(side.keys),
        sessions: words.number(side.sessions),
        ways: side.identities.iter().map(|way| format!("{} {}", words.identity_kind(&way.kind), way.shown())).collect(),
        name: side.account.name,
    }
}

/// Merges them.
pub(crate) async fn take(State(web): State<Web>, resident: Resident, id: Number) -> Result<Response> {
    web.domain.merge(&resident.caller, id.merge()?).await?;
    Ok(layout::done(security::HERE, "merged"))
}

/// Leaves both as they are.
pub(crate) async fn drop(State(web): State<Web>, resident: Resident, id: Number) -> Result<Response> {
    web.domain.drop_merge(&resident.caller, id.merge()?).await?;
    Ok(layout::done(security::HERE, "merge-dropped"))
}
