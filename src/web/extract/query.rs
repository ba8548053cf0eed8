//! Query strings.

use crate::web::extract::json::wrong_field;
use crate::web::problem::Problem;

/// Parsed query string. A parse failure names the invalid field.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned> axum::extract::FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Problem> {
        let parsed = axum::extract::Query::try_from_uri(&parts.uri);
        let axum::extract::Query(query) = parsed.map_err(|fault| {
            // `Failed to deserialize query string: limit: invalid digit found in string`, or without the field.
            let text = fault.body_text();
            let text = text.split_once(": ").map_or(text.as_str(), |(_, what)| what);
            let named = text.split_once(": ").filter(|(field, _)| !field.contains(' '));
            let (field, what) = named.unwrap_or(("query", text));
            Problem::from(wrong_field(field, what))
        })?;
        Ok(Self(query))
    }
}
