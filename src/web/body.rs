//! Reading what was sent: JSON of at most 64 KiB, with an error that names the field.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::domain::Refusal;
use crate::web::reply::Problem;

/// The longest body we read, in bytes.
pub(crate) const LONGEST: usize = 64 * 1024;

/// A JSON body, parsed.
pub(crate) struct Json<T>(pub(crate) T);

/// A body that says it is JSON, unparsed.
pub(crate) struct JsonText(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonText {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(wrong_kind("Send JSON, with `Content-Type: application/json`."));
        }
        read(request).await.map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let JsonText(text) = JsonText::from_request(request, state).await?;
        parse(&text).map(Json).map_err(Problem::from)
    }
}

/// Reads a body of at most [`LONGEST`] bytes.
pub(crate) async fn read(request: Request) -> Result<Bytes, Problem> {
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LONGEST) {
        return Err(too_large());
    }
    axum::body::to_bytes(request.into_body(), LONGEST).await.map_err(|fault| {
        let mut cause: Option<&dyn std::error::Error> = Some(&fault);
        while let Some(error) = cause {
            if error.to_string().contains("length limit") {
                return too_large();
            }
            cause = error.source();
        }
        Refusal::Malformed("the body ends too soon".to_owned()).into()
    })
}

/// The body is of another kind than `detail` asks for.
pub(crate) fn wrong_kind(detail: &str) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type", "unsupported_media_type", detail)
}

/// The body is longer than [`LONGEST`].
pub(crate) fn too_large() -> Problem {
    let detail = "The body is larger than 64 KiB.";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Payload too large", "payload_too_large", detail)
}

/// The media type of a body, without its parameters, in lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// `application/json`, or a kind of it.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(essence) = media_type(headers) else { return false };
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, Refusal> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let parsed = serde_path_to_error::deserialize(&mut reader).map_err(|fault| {
        let path = fault.path().to_string();
        let inner = fault.into_inner();
        let what = inner.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        match inner.classify() {
            serde_json::error::Category::Data => wrong_field(&path, what),
            _ => Refusal::Malformed(inner.to_string()),
        }
    })?;
    reader.end().map_err(|fault| Refusal::Malformed(fault.to_string()))?;
    Ok(parsed)
}

/// Serde names a missing or unknown field in its text only.
fn wrong_field(path: &str, what: &str) -> Refusal {
    let named = what.split('`').nth(1).unwrap_or_default();
    if what.starts_with("missing field") {
        Refusal::field(named, "is missing")
    } else if what.starts_with("unknown field") {
        Refusal::field(named, "is not known here")
    } else {
        Refusal::field(if path == "." { "body" } else { path }, format!("must be different: {what}"))
    }
}
