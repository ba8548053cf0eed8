//! Deleting one's account, thinking again, and taking everything along.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::accounts::account_deletion::TO_THINK_AGAIN;
use crate::web::Web;
use crate::web::api::accounts::account_export;
use crate::web::cookies::refresh;
use crate::web::cookies::refresh::Site;
use crate::web::page_paths;
use crate::web::pages::accounts::security;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Look, Resident};
use crate::web::pages::localizer::Stamp;
use crate::web::problem::Result;

/// What whoever asked for deletion sees instead of any other page.
pub(crate) const HERE: &str = "/web/leaving";

#[derive(Template)]
#[template(path = "delete.html")]
struct DeletePage {
    frame: Frame,
    day: String,
    recent: bool,
}

/// Asks whether the account is really to be deleted.
pub(crate) async fn ask(State(web): State<Web>, resident: Resident) -> Result<Response> {
    let day = web.domain.now().plus(TO_THINK_AGAIN).day();
    let recent = web.domain.is_recent(&resident.caller).await?;
    let page = DeletePage { frame: resident.frame("page-delete", security::HERE), day, recent };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Asks for it to be deleted. The session is over with it.
pub(crate) async fn leave(State(web): State<Web>, resident: Resident) -> Result<Response> {
    web.domain.leave(&resident.caller).await?;
    let away = Redirect::to(&page_paths::sign_in(None, Some("account_leaving")));
    Ok((refresh::clear(Site::Own, web.settings.is_https()), away).into_response())
}

#[derive(Template)]
#[template(path = "leaving.html")]
struct LeavingPage {
    frame: Frame,
    day: String,
    when: Stamp,
}

/// Says when the account will be deleted, and lets its person keep it.
pub(crate) async fn show(look: Look) -> Result<Response> {
    let leaving = look.visitor.as_ref().and_then(|visitor| visitor.account().leaving_at);
    let Some(at) = leaving else { return Ok(Redirect::to(page_paths::HOME).into_response()) };
    let page = LeavingPage { day: at.day(), when: look.words.when(at), frame: look.frame("page-leaving", "") };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Keeps it.
pub(crate) async fn keep(State(web): State<Web>, look: Look) -> Result<Response> {
    let Some(visitor) = &look.visitor else { return Ok(Redirect::to(page_paths::SIGN_IN).into_response()) };
    web.domain.stay(visitor).await?;
    Ok(layout::done(security::HERE, "kept"))
}

/// Everything that is kept of whoever asks, as a file.
pub(crate) async fn export(State(web): State<Web>, look: Look) -> Result<Response> {
    match &look.visitor {
        Some(visitor) => account_export::file(&web, visitor).await,
        None => Ok(Redirect::to(&page_paths::sign_in(Some(security::HERE), None)).into_response()),
    }
}
