//! Renewal of the subscription on the pages. It is shown as changed only after Telegram agreed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::model::billing::purchase::SubscriptionState;
use crate::web::WebState;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::localizer::Timestamp;
use crate::web::problem::Result;

#[derive(Template)]
#[template(path = "billing/cancel.html")]
struct CancelRenewalPage {
    frame: Layout,
    plan: String,
    base: String,
    until: Timestamp,
}

/// Asks to confirm that the renewal is cancelled. Without a renewal it leads to the plans.
pub(crate) async fn ask_cancel(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    let subscription = web.domain.subscription(page.caller.account().id).await?;
    let is_renewing = |state| matches!(state, SubscriptionState::Active | SubscriptionState::Failed);
    let Some(subscription) = subscription.filter(|subscription| is_renewing(subscription.state)) else {
        return Ok(Redirect::to(page_paths::BILLING).into_response());
    };
    let plans = web.domain.plans();
    let view = CancelRenewalPage {
        frame: page.frame("page-cancel-renewal", page_paths::BILLING),
        plan: plans.title(&subscription.plan).to_owned(),
        base: plans.base().title.clone(),
        until: page.localizer().when(subscription.renews_at),
    };
    Ok(layout::page(StatusCode::OK, &view))
}

/// Cancels the renewal. A refusal is a page that says why, and nothing has changed.
pub(crate) async fn cancel(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    web.domain.cancel_subscription(&page.caller).await?;
    Ok(layout::done(page_paths::BILLING, "renewal-cancelled"))
}

/// Resumes the renewal. One that the bot cancelled is switched on by the person: Telegram only allows it again.
pub(crate) async fn resume(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    let subscription = web.domain.resume_subscription(&page.caller).await?;
    let done = if subscription.is_renewing() { "renewal-resumed" } else { "renewal-allowed" };
    Ok(layout::done(page_paths::BILLING, done))
}
