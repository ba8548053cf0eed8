//! Error responses: problems of RFC 9457 with the documented titles.
//!
//! - `from_refusal` maps every refusal of the domain to a problem; `refusals` holds these problems.
//! - `catalog` lists all problems for `/docs`.
//! - `prerendered` serializes the frequent ones of key verification once.
//!
//! A handler returns a [`Problem`], which travels in the extensions of the response. The outermost layer
//! (`web::middleware`) serializes it with the public URL and the request's id, and logs the fault behind it.

pub(in crate::web) mod catalog;
pub(in crate::web) mod from_refusal;
pub(in crate::web) mod prerendered;
pub(in crate::web) mod refusals;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain;
use crate::model::sign_in::login_widget::FieldError;
use crate::web::page_paths;
use crate::web::server::held_back::HeldBack;

/// Header with the id of a request; the caller may choose the id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Result of a handler.
pub(crate) type Result<T> = std::result::Result<T, Problem>;

/// Error response before serialization.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// True if a new sign-in solves the problem; the body then names the page.
    needs_sign_in: bool,
    /// True if the answer is sent late.
    is_held_back: bool,
    /// Cause for the log; never sent to the client.
    fault: Option<String>,
}

/// Body of every error (RFC 9457), extended by `code` and `request_id`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// Address of the documentation of this code.
    #[serde(rename = "type")]
    #[schema(example = "https://auth.example.com/docs#insufficient_plan", format = "uri")]
    kind: String,
    /// Short summary; the same for every problem of this kind.
    #[schema(example = "Insufficient plan")]
    title: &'a str,
    /// HTTP status code, as in the response line.
    #[schema(example = 403)]
    status: u16,
    /// Explanation for people: the cause, and what to do about it. May change; branch on `code`.
    detail: &'a str,
    /// Stable identifier of the kind of problem, for programs.
    #[schema(example = "insufficient_plan")]
    code: &'a str,
    /// Id of this request. Include it when you contact support.
    request_id: &'a str,
    /// Invalid fields; left out if none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldErrorBody<'a>>>,
    /// Page on which the person signs in again and then continues. Present with `reauth_required` and
    /// `telegram_sign_in_required`. A program may use any of the sign-in calls instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://auth.example.com/web/reauthenticate?next=%2Fweb%2Fprofile%2Fsecurity", format = "uri")]
    reauth_url: Option<String>,
}

/// One invalid field of the request.
#[derive(Serialize, ToSchema)]
pub(crate) struct FieldErrorBody<'a> {
    /// Name of the field; `charges[3].tokens` inside a list.
    #[schema(example = "name")]
    field: &'a str,
    /// Reason, to be read after the name of the field.
    #[schema(example = "must not be empty")]
    message: &'a str,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        let (errors, headers) = (Vec::new(), Vec::new());
        let (needs_sign_in, is_held_back, fault) = (false, false, None);
        Self { status, title, code, detail: detail.into(), errors, headers, needs_sign_in, is_held_back, fault }
    }

    /// Adds `reauth_url`, the page on which the person signs in again.
    pub(crate) fn leading_to_reauthentication(self) -> Self {
        Self { needs_sign_in: true, ..self }
    }

    /// Holds the answer back.
    pub(crate) fn held_back(self) -> Self {
        Self { is_held_back: true, ..self }
    }

    /// True if a new sign-in solves the problem.
    pub(crate) const fn needs_sign_in(&self) -> bool {
        self.needs_sign_in
    }

    /// A dependency failed for a moment; the outcome of the request is unknown.
    pub(crate) fn unavailable() -> Self {
        let detail = "A service we depend on isn't responding. Check whether your request took effect, and try again \
                      in a few seconds.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "unavailable", detail).retry_after(5)
    }

    /// Telegram has not answered since the start, so the bot's username and its deep links are unknown.
    pub(crate) fn telegram_unavailable() -> Self {
        let detail = "Telegram is unavailable, so the bot can't sign anyone in. Try again in a few seconds.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "telegram_unavailable", detail).retry_after(5)
    }

    /// The router has no route for the path.
    pub(crate) fn path_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", "path_not_found", "There is nothing at this path. See /docs.")
    }

    /// The path has routes for other methods only. The router adds `Allow`.
    pub(crate) fn method_not_allowed() -> Self {
        let detail = "This path doesn't accept this method. The Allow header lists the methods it accepts.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", "method_not_allowed", detail)
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// Adds `Retry-After`, in seconds.
    pub(crate) fn retry_after(self, seconds: u32) -> Self {
        self.with_header(RETRY_AFTER, &seconds.to_string())
    }

    pub(crate) fn with_errors(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }

    /// Explanation for people, as listed at `/docs`.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// HTTP status of the response.
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// Documented title; fixed for each kind of problem.
    pub(crate) const fn title(&self) -> &'static str {
        self.title
    }

    /// Stable code that programs branch on.
    pub(crate) const fn code(&self) -> &'static str {
        self.code
    }

    /// Additional header fields of the response, such as `Retry-After`.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> + '_ {
        self.headers.iter().cloned()
    }

    /// Logs the fault behind the problem, if it has one.
    pub(crate) fn log(&self, request_id: &str) {
        if let Some(fault) = &self.fault {
            tracing::error!(request_id, code = self.code, error = %fault, "request: failed");
        }
    }

    /// Complete response, `Cache-Control: no-store` included. Logs the fault.
    pub(crate) fn render(&self, public_url: &str, request_id: &str) -> Response {
        self.log(request_id);
        let mut response = (self.status, self.body(public_url, request_id)).into_response();
        if self.is_held_back {
            response.extensions_mut().insert(HeldBack);
        }
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.headers());
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(REQUEST_ID, id);
        }
        response
    }

    /// Serialized JSON body. Its `type` is absolute, because clients read problems behind gateways on other hosts, where
    /// a relative reference would resolve to an address of the gateway (RFC 9457, section 3.1.1).
    pub(crate) fn body(&self, public_url: &str, request_id: &str) -> String {
        let errors =
            self.errors.iter().map(|e| FieldErrorBody { field: &e.field, message: &e.message }).collect::<Vec<_>>();
        let body = ProblemBody {
            kind: format!("{public_url}/docs#{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            request_id,
            errors: (!errors.is_empty()).then_some(errors),
            reauth_url: self
                .needs_sign_in
                .then(|| format!("{public_url}{}", page_paths::reauthenticate(page_paths::SECURITY))),
        };
        // Strings and numbers always serialize.
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Puts the problem into the extensions of the response, where the outermost layer finds it.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<domain::Error> for Problem {
    fn from(error: domain::Error) -> Self {
        match error {
            domain::Error::Refused(refusal) => refusal.into(),
            domain::Error::Failed(fault) if fault.is_passing() => {
                Self { fault: Some(fault.to_string()), ..Self::unavailable() }
            }
            domain::Error::Failed(fault) => {
                let detail =
                    "Something broke on our side. Try again. If the error persists, contact us with the request_id.";
                let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error", "internal", detail);
                Self { fault: Some(fault.to_string()), ..problem }
            }
        }
    }
}
