//! The API's documentation: every call, every problem, and the few things that go for all of them.

pub(in crate::web::pages) mod reference;
pub(in crate::web::pages) mod schema;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::sessions::access_token::LIFETIME;
use crate::web::pages::docs::reference::Reference;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Look};
use crate::web::problem::Problem;
use crate::web::problem::catalog;

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
    let page = DocsPage { frame, reference, problems: catalog::every(), access_minutes: LIFETIME / 60 };
    layout::page(StatusCode::OK, &page)
}
