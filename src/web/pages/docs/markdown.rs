//! API reference as Markdown, for assistants and for reading in a terminal.

use askama::Template;
use axum::extract::Extension;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::domain::{Error, Fault};
use crate::web::pages::docs::SharedReference;
use crate::web::pages::docs::reference::{ApiReference, EndpointGroup};
use crate::web::problem::Problem;

/// Media type of the reference as Markdown (RFC 7763).
const MARKDOWN: &str = "text/markdown; charset=utf-8";

#[derive(Template)]
#[template(path = "docs/reference.md")]
struct ReferenceText<'a> {
    reference: &'a ApiReference,
}

#[derive(Template)]
#[template(path = "docs/group.md")]
struct GroupText<'a> {
    group: &'a EndpointGroup,
}

#[derive(Template)]
#[template(path = "docs/llms.txt")]
struct IndexText<'a> {
    reference: &'a ApiReference,
}

/// Whole reference in one file.
pub(crate) async fn whole(Extension(reference): SharedReference) -> Response {
    file(&ReferenceText { reference: &reference }, &reference)
}

/// One group of operations.
pub(crate) fn group(reference: &ApiReference, group: &EndpointGroup) -> Response {
    file(&GroupText { group }, reference)
}

/// Index of the reference, as <https://llmstxt.org> describes it.
pub(crate) async fn index(Extension(reference): SharedReference) -> Response {
    file(&IndexText { reference: &reference }, &reference)
}

/// Links become absolute, because the file is read apart from its address.
fn file(text: &impl Template, reference: &ApiReference) -> Response {
    match text.render() {
        Ok(text) => {
            let text = text.replace("](/", &format!("]({}/", reference.public_url));
            ([(CONTENT_TYPE, MARKDOWN)], text + "\n").into_response()
        }
        Err(fault) => Problem::from(Error::Failed(Fault::new(fault))).into_response(),
    }
}
