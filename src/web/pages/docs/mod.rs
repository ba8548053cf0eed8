//! API documentation at `/docs`: all calls, all problem codes, and the conventions common to them.

pub(in crate::web::pages) mod reference;
pub(in crate::web::pages) mod schema;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::sessions::access_token::ACCESS_TOKEN_SECS;
use crate::web::page_paths;
use crate::web::pages::docs::reference::ApiReference;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::problem::Problem;
use crate::web::problem::catalog;

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage<'a> {
    frame: Layout,
    reference: &'a ApiReference,
    problems: Vec<Problem>,
    access_minutes: i64,
}

/// Renders the documentation.
pub(crate) fn show(page: &PageContext, reference: &ApiReference) -> Response {
    let frame = page.frame("page-docs", page_paths::DOCS);
    let page = DocsPage { frame, reference, problems: catalog::every(), access_minutes: ACCESS_TOKEN_SECS / 60 };
    layout::page(StatusCode::OK, &page)
}
