//! Request of a browser that a redirect brings from another website, and the answer if the sign-in fails.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain;
use crate::web::WebState;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::middleware::RequestId;
use crate::web::page_paths;
use crate::web::problem::Problem;

/// State of the service, cookies and id of such a request.
pub(crate) struct RedirectRequest {
    pub(super) web: WebState,
    pub(super) cookies: RequestCookies,
    id: RequestId,
}

impl RedirectRequest {
    /// Logs the problem and redirects to the sign-in page, which shows it.
    pub(super) fn refuse(&self, next: Option<&str>, error: domain::Error) -> Response {
        let problem = Problem::from(error);
        problem.log(&self.id.0);
        Redirect::to(&page_paths::sign_in(next, Some(problem.code()))).into_response()
    }
}

impl FromRequestParts<WebState> for RedirectRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Infallible> {
        let id = parts.extensions.get::<RequestId>().cloned().unwrap_or_default();
        let cookies = RequestCookies::from_headers(&parts.headers, &web.settings);
        Ok(Self { web: web.clone(), cookies, id })
    }
}
