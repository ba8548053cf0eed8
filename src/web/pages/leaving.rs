//! Deleting one's account, thinking again, and taking everything along.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::leaving::TO_THINK_AGAIN;
use crate::web::Web;
use crate::web::api::export;
use crate::web::cookie::{self, Site};
use crate::web::pages::frame::{self, Frame, Look, Resident};
use crate::web::pages::words::Stamp;
use crate::web::pages::{path, security};
use crate::web::reply::Result;

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
    Ok(frame::page(StatusCode::OK, &page))
}

/// Asks for it to be deleted. The session is over with it.
pub(crate) async fn leave(State(web): State<Web>, resident: Resident) -> Result<Response> {
    web.domain.leave(&resident.caller).await?;
    let away = Redirect::to(&path::sign_in(None, Some("account_leaving")));
    Ok((cookie::clear(Site::Own, web.settings.is_https()), away).into_response())
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
    let Some(at) = leaving else { return Ok(Redirect::to(path::HOME).into_response()) };
    let page = LeavingPage { day: at.day(), when: look.words.when(at), frame: look.frame("page-leaving", "") };
    Ok(frame::page(StatusCode::OK, &page))
}

/// Keeps it.
pub(crate) async fn keep(State(web): State<Web>, look: Look) -> Result<Response> {
    let Some(visitor) = &look.visitor else { return Ok(Redirect::to(path::SIGN_IN).into_response()) };
    web.domain.stay(visitor).await?;
    Ok(frame::done(security::HERE, "kept"))
}

/// Everything that is kept of whoever asks, as a file.
pub(crate) async fn export(State(web): State<Web>, look: Look) -> Result<Response> {
    match &look.visitor {
        Some(visitor) => export::file(&web, visitor).await,
        None => Ok(Redirect::to(&path::sign_in(Some(security::HERE), None)).into_response()),
    }
}
