//! Query strings. All invalid fields are reported together.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use url::form_urlencoded;

use crate::web::extract::fields;
use crate::web::extract::fields::FromFields;
use crate::web::extract::json_value::JsonValue;
use crate::web::problem::Problem;

/// Parsed query string.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: FromFields> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned();
        let pairs = pairs.map(|(name, value)| (name, JsonValue::QueryText(value))).collect();
        Ok(Self(fields::read(JsonValue::Object(pairs))?))
    }
}
