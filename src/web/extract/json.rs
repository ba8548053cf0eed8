//! JSON bodies of at most 64 KiB. Errors name all invalid fields.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use axum::http::{HeaderMap, StatusCode};
use bytes::BytesMut;
use futures::StreamExt;

use crate::domain::Refusal;
use crate::web::extract::fields;
use crate::web::extract::fields::FromField;
use crate::web::extract::header_fields::{essence, single};
use crate::web::extract::json_value::JsonValue;
use crate::web::problem::Problem;

/// Limits a body, in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;
/// Limits a body that holds a list, in bytes: fits a thousand charges of the longest kind.
pub(crate) const MAX_LIST_BYTES: usize = 256 * 1024;

/// Limits the part of an oversized body that is read and discarded before the connection closes, in bytes.
const MAX_DRAIN_BYTES: usize = 32 * 1024 * 1024;
/// Limits the time in which a body must arrive.
const BODY_READ_TIMEOUT: Duration = Duration::from_secs(20);
/// Limits the time in which the next part of a body must arrive.
const BODY_PART_TIMEOUT: Duration = Duration::from_secs(10);

/// Parsed JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

/// Unparsed body with a JSON media type.
pub(crate) struct RawJson(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for RawJson {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        json_text(request, MAX_BODY_BYTES).await.map(Self)
    }
}

/// Reads an unparsed body of at most `max_bytes` with a JSON media type.
pub(crate) async fn json_text(request: Request, max_bytes: usize) -> Result<Bytes, Problem> {
    if !is_json(request.headers()) {
        return Err(wrong_kind("Send JSON, with `Content-Type: application/json`."));
    }
    read_up_to(request, max_bytes).await
}

/// Parsed JSON body that may hold a list, of at most [`MAX_LIST_BYTES`].
pub(crate) struct JsonListBody<T>(pub(crate) T);

impl<S: Send + Sync, T: FromField> FromRequest<S> for JsonListBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        parse(&json_text(request, MAX_LIST_BYTES).await?).map(Self).map_err(Problem::from)
    }
}

impl<S: Send + Sync, T: FromField> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let RawJson(text) = RawJson::from_request(request, state).await?;
        parse(&text).map(JsonBody).map_err(Problem::from)
    }
}

/// Parsed JSON body that may be left out.
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<S: Send + Sync, T: FromField + Default> FromRequest<S> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let text = read(request).await?;
        match (text.is_empty(), is_json) {
            (true, _) => Ok(Self(T::default())),
            (false, true) => parse(&text).map(Self).map_err(Problem::from),
            (false, false) => Err(wrong_kind("Send JSON, with `Content-Type: application/json`.")),
        }
    }
}

/// Reads a body of at most [`MAX_BODY_BYTES`]. A longer one is read and discarded, up to [`MAX_DRAIN_BYTES`]: a client
/// that is still writing would see a broken connection instead of the error.
pub(crate) async fn read(request: Request) -> Result<Bytes, Problem> {
    read_up_to(request, MAX_BODY_BYTES).await
}

async fn read_up_to(request: Request, max_bytes: usize) -> Result<Bytes, Problem> {
    let (parts, body) = request.into_parts();
    let announced = single(&parts.headers, CONTENT_LENGTH).text().and_then(|length| length.parse::<usize>().ok());
    if announced.unwrap_or(0) > max_bytes && parts.headers.contains_key(EXPECT) {
        return Err(too_large(max_bytes));
    }
    let mut stream = body.into_data_stream();
    let mut read = BytesMut::new();
    let mut length = 0;
    let all = async {
        while let Some(part) = tokio::time::timeout(BODY_PART_TIMEOUT, stream.next()).await.map_err(|_| unfinished())? {
            let part = part.map_err(|_| Refusal::Malformed("the body ends too soon".to_owned()))?;
            length += part.len();
            if length <= max_bytes {
                read.extend_from_slice(&part);
            } else if length > MAX_DRAIN_BYTES {
                break;
            }
        }
        Ok::<_, Problem>(())
    };
    tokio::time::timeout(BODY_READ_TIMEOUT, all).await.map_err(|_| unfinished())??;
    if length > max_bytes { Err(too_large(max_bytes)) } else { Ok(read.freeze()) }
}

fn unfinished() -> Refusal {
    Refusal::Malformed("the body does not end".to_owned())
}

/// Refusal of an unexpected media type; `detail` names the expected one.
pub(crate) fn wrong_kind(detail: &str) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type", "unsupported_media_type", detail)
}

/// Refusal of a body beyond its limit. Closes the connection, because the rest of the body may still arrive on it.
pub(crate) fn too_large(max_bytes: usize) -> Problem {
    let detail = format!("The body is too large. The limit of this call is {} KiB.", max_bytes / 1024);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Payload too large", "payload_too_large", detail)
        .with_header(CONNECTION, "close")
}

/// Media type of the body in lower case, without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    essence(headers.get(CONTENT_TYPE)?.as_bytes()).map(str::to_ascii_lowercase)
}

/// True for `application/json` and `application/…+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(essence) = media_type(headers) else { return false };
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Parses a body. The refusal names all invalid fields, or the position of the syntax error.
pub(crate) fn parse<T: FromField>(text: &[u8]) -> Result<T, Refusal> {
    fields::read(JsonValue::parse(text)?)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use futures::stream;
    use tokio::time::{Instant, timeout};

    use super::*;

    /// Seconds until a body is given up whose parts come `pause` seconds apart.
    async fn times_out_after(pause: u64) -> u64 {
        let parts = stream::unfold((), move |()| async move {
            let _ = timeout(Duration::from_secs(pause), std::future::pending::<()>()).await;
            Some((Ok::<_, std::convert::Infallible>("["), ()))
        });
        let request =
            Request::builder().header(CONTENT_TYPE, "application/json").body(Body::from_stream(parts)).unwrap();
        let since = Instant::now();
        assert!(json_text(request, MAX_BODY_BYTES).await.is_err());
        since.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_arrive_times_out() {
        assert_eq!(times_out_after(1000).await, 10, "no progress");
        assert_eq!(times_out_after(9).await, 20, "it trickles in");
    }
}
