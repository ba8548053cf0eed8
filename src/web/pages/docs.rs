//! The API's documentation: every call, every problem, and the few things that go for all of them.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::access_token::LIFETIME;
use crate::web::pages::frame::{self, Frame, Look};
use crate::web::pages::reference::Reference;
use crate::web::problems;
use crate::web::reply::Problem;

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage<'a> {
    frame: Frame,
    reference: &'a Reference,
    problems: Vec<Problem>,
    access_minutes: i64,
}

/// The page.
pub(crate) fn show(look: &Look, reference: &Reference) -> Response {
    let frame = look.frame("page-docs", "/docs");
    let page = DocsPage { frame, reference, problems: problems::every(), access_minutes: LIFETIME / 60 };
    frame::page(StatusCode::OK, &page)
}
