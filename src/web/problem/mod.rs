//! How HTTP answers: problems (RFC 9457) with the documented titles, and the few shapes of success.
//!
//! A [`Problem`] leaves itself in the response; the outermost layer (`web::request`) writes it out with the request's id.
//! That is the one place where an error becomes bytes, and the one place where a fault is logged.

pub(in crate::web) mod catalog;
pub(in crate::web) mod from_refusal;
pub(in crate::web) mod prerendered;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain;
use crate::model::sign_in::login_widget::FieldError;

/// The header that names a request, theirs or ours.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a handler answers.
pub(crate) type Result<T> = std::result::Result<T, Problem>;

/// An error on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// For the log only.
    fault: Option<String>,
}

/// The body of every error: RFC 9457, with `code` and `request_id`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// Where this kind of problem is explained.
    #[serde(rename = "type")]
    #[schema(example = "/docs#insufficient_plan")]
    kind: String,
    /// The kind of problem, in words.
    #[schema(example = "Insufficient plan")]
    title: &'a str,
    /// The HTTP status.
    #[schema(example = 403)]
    status: u16,
    /// What happened, and what to do next.
    detail: &'a str,
    /// The kind of problem, for programs.
    #[schema(example = "insufficient_plan")]
    code: &'a str,
    /// Names this request in our log.
    request_id: &'a str,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldErrorBody<'a>>>,
}

/// A field that is wrong.
#[derive(Serialize, ToSchema)]
pub(crate) struct FieldErrorBody<'a> {
    /// The field.
    #[schema(example = "name")]
    field: &'a str,
    /// What it must be.
    #[schema(example = "must not be empty")]
    message: &'a str,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, title, code, detail: detail.into(), errors: Vec::new(), headers: Vec::new(), fault: None }
    }

    /// Something we depend on is away, and will be back.
    pub(crate) fn unavailable() -> Self {
        let detail =
            "Something we depend on does not answer. Look whether it was done, and try again in a few seconds.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "unavailable", detail).retry_after(5)
    }

    /// The bot's name is not known yet, and without it there is no way to the bot.
    pub(crate) fn telegram_unavailable() -> Self {
        let detail =
            "Telegram cannot be reached now, so that the bot cannot sign anyone in. Try again in a few seconds.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "telegram_unavailable", detail).retry_after(5)
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// When it makes sense to try again.
    pub(crate) fn retry_after(self, seconds: u32) -> Self {
        self.with_header(RETRY_AFTER, &seconds.to_string())
    }

    pub(crate) fn with_errors(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }

    /// What a person may read: for pages.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The status.
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// The title.
    pub(crate) const fn title(&self) -> &'static str {
        self.title
    }

    /// The code.
    pub(crate) const fn code(&self) -> &'static str {
        self.code
    }

    /// What it adds to the response's header.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> + '_ {
        self.headers.iter().cloned()
    }

    /// Writes the fault behind it, if there is one, to the log.
    pub(crate) fn log(&self, request_id: &str) {
        if let Some(fault) = &self.fault {
            tracing::error!(request_id, code = self.code, "{fault}");
        }
    }

    /// The response as it goes out.
    pub(crate) fn render(&self, request_id: &str) -> Response {
        self.log(request_id);
        let mut response = (self.status, self.body(request_id)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.headers());
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(REQUEST_ID, id);
        }
        response
    }

    /// The body as it goes out.
    pub(crate) fn body(&self, request_id: &str) -> String {
        let errors =
            self.errors.iter().map(|e| FieldErrorBody { field: &e.field, message: &e.message }).collect::<Vec<_>>();
        let body = ProblemBody {
            kind: format!("/docs#{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            request_id,
            errors: (!errors.is_empty()).then_some(errors),
        };
        // Texts and numbers only: it cannot fail.
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Leaves the problem for the outermost layer.
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
                let detail = "Something broke on our side. Try again; if it stays, tell us the request_id.";
                let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error", "internal", detail);
                Self { fault: Some(fault.to_string()), ..problem }
            }
        }
    }
}
