//! Account deletion: schedule and cancel it. Also the export of all data.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::accounts::account_deletion::DELETION_DELAY_SECS;
use crate::web::WebState;
use crate::web::accounts::account_export;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext, SignedInPage};
use crate::web::pages::localizer::Timestamp;
use crate::web::problem::Result;

#[derive(Template)]
#[template(path = "accounts/delete.html")]
struct DeleteAccountPage {
    frame: Layout,
    day: String,
}

/// Asks to confirm the deletion.
pub(crate) async fn ask(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    web.domain.require_recent_sign_in(&page.caller)?;
    let day = page.localizer().day(web.domain.now().plus(DELETION_DELAY_SECS));
    let page = DeleteAccountPage { frame: page.frame("page-delete", page_paths::SECURITY), day };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Schedules the deletion, which ends all sessions.
pub(crate) async fn schedule(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    web.domain.schedule_deletion(&page.caller).await?;
    let redirect = Redirect::to(&page_paths::sign_in(None, Some("deletion_scheduled")));
    Ok((page.cookies().remove_refresh_token(&web.domain).await?, redirect).into_response())
}

#[derive(Template)]
#[template(path = "accounts/deletion_pending.html")]
struct DeletionPendingPage {
    frame: Layout,
    day: String,
    when: Timestamp,
}

/// Shows the time of the deletion, with a button to cancel it.
pub(crate) async fn show(page: PageContext) -> Result<Response> {
    let leaving = page.visitor.as_ref().and_then(|visitor| visitor.account().deletion_due_at);
    let Some(at) = leaving else { return Ok(Redirect::to(page_paths::HOME).into_response()) };
    let page = DeletionPendingPage {
        day: page.localizer.day(at),
        when: page.localizer.when(at),
        frame: page.frame("page-deletion-scheduled", ""),
    };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Cancels the deletion.
pub(crate) async fn keep(State(web): State<WebState>, page: PageContext) -> Result<Response> {
    let Some(visitor) = &page.visitor else { return Ok(Redirect::to(page_paths::SIGN_IN).into_response()) };
    web.domain.cancel_deletion(visitor).await?;
    Ok(layout::done(page_paths::SECURITY, "deletion-cancelled"))
}

/// Downloads all data of the account as one JSON file.
pub(crate) async fn export(State(web): State<WebState>, page: PageContext) -> Result<Response> {
    match &page.visitor {
        Some(visitor) => account_export::download(&web, visitor).await,
        None => Ok(Redirect::to(&page_paths::sign_in(Some(page_paths::SECURITY), None)).into_response()),
    }
}
