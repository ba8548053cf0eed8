//! Way back to the client: a redirect, or a message to the website that opened the window.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::model::oauth::authorization_response::{AuthorizationResponse, ResponseMode};
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};

#[derive(Template)]
#[template(path = "oauth/window_return.html")]
struct WindowReturnPage {
    frame: Layout,
    /// The one origin that may read the fields.
    origin: String,
    fields: Vec<(&'static str, String)>,
}

/// Sends the browser back with a code or an error. 303, so that no form travels along (RFC 9700, section 4.12).
pub(super) fn send_back(page: &PageContext, response: &AuthorizationResponse) -> Response {
    match response.mode() {
        ResponseMode::Query => Redirect::to(&response.location()).into_response(),
        ResponseMode::WebMessage => {
            let (frame, origin) = (page.frame("page-window-return", ""), response.target_origin());
            layout::page(StatusCode::OK, &WindowReturnPage { frame, origin, fields: response.fields() })
        }
    }
}
