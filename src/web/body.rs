//! Reading what was sent: JSON of at most 64 KiB, with an error that names the field.

use std::time::Duration;

use axum::body::{BodyDataStream, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use futures::StreamExt;
use serde::de::DeserializeOwned;

use crate::domain::Refusal;
use crate::web::reply::Problem;

/// The longest body we read, in bytes.
pub(crate) const LONGEST: usize = 64 * 1024;

/// How much of a longer one we throw away before we hang up, in bytes, and how long that may take.
const DRAINED: usize = 32 * 1024 * 1024;
const DRAINING: Duration = Duration::from_secs(5);

/// A JSON body, parsed.
pub(crate) struct Json<T>(pub(crate) T);

/// A body that says it is JSON, unparsed.
pub(crate) struct JsonText(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonText {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported media type",
                "unsupported_media_type",
                "Send JSON, with `Content-Type: application/json`.",
            ));
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
    let mut pieces = request.into_body().into_data_stream();
    let mut text = Vec::new();
    let mut is_too_large = announced.is_some_and(|length| length > LONGEST);
    while !is_too_large {
        match pieces.next().await {
            None => return Ok(text.into()),
            Some(Ok(piece)) => {
                is_too_large = text.len() + piece.len() > LONGEST;
                text.extend_from_slice(&piece);
            }
            Some(Err(_)) => return Err(Refusal::Malformed("the body ends too soon".to_owned()).into()),
        }
    }
    let _ = tokio::time::timeout(DRAINING, drain(pieces)).await;
    let detail = "The body is larger than 64 KiB.";
    // What is left unread makes the connection useless for another request.
    Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Payload too large", "payload_too_large", detail)
        .with_header(CONNECTION, "close"))
}

/// Throws away what is still being sent: a connection closed in the middle of it would take the answer along.
async fn drain(mut pieces: BodyDataStream) {
    let mut left = DRAINED;
    while left > 0
        && let Some(Ok(piece)) = pieces.next().await
    {
        left = left.saturating_sub(piece.len());
    }
}

/// `application/json`, or a kind of it.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else { return false };
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
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

/// Serde names a missing, unknown or repeated field in its text only.
pub(crate) fn wrong_field(path: &str, what: &str) -> Refusal {
    let named = what.split('`').nth(1).unwrap_or_default();
    if what.starts_with("missing field") {
        Refusal::field(named, "is missing")
    } else if what.starts_with("unknown field") {
        Refusal::field(named, "is not known here")
    } else if what.starts_with("duplicate field") {
        Refusal::field(named, "must be there once")
    } else {
        Refusal::field(if path == "." { "body" } else { path }, format!("must be different: {what}"))
    }
}
