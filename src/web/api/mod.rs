//! HTTP API under `/api/v2`.
//!
//! - `sign_in` starts sessions; four of its calls are published and fixed.
//! - `sessions` lists and ends sessions, and introspects tokens.
//! - `accounts` serves the signed-in person; `api_keys` their keys; `usage` tokens and charges.
//! - `broadcasts` is for admins.
//!
//! Doc comments of handlers, bodies and fields are published in the OpenAPI document.

pub(crate) mod accounts;
pub(crate) mod api_keys;
pub(crate) mod broadcasts;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod usage;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::Refusal;
use crate::web::extract::json::wrong_field;
use crate::web::problem::Problem;

/// Page of a list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(expecting = "an object")]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// `next` of the previous page.
    after: Option<String>,
    /// Maximum number of items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<usize>,
}

/// Order of the ids in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SortOrder {
    /// Oldest first.
    Rising,
    /// Newest first.
    Falling,
}

impl PageQuery {
    /// Id after which the page starts, and its maximum length.
    fn bounds(&self) -> Result<(Option<i64>, usize), Refusal> {
        let limit = self.limit.unwrap_or(100);
        if !(1..=100).contains(&limit) {
            return Err(Refusal::field("limit", "must be from 1 to 100"));
        }
        let after = self.after.as_ref().map(|after| after.parse::<i64>()).transpose();
        let after = after.map_err(|_| Refusal::field("after", "must be the `next` of the previous page"))?;
        Ok((after, limit))
    }

    /// Returns the page of `items`, and `next`. A page starts after an id even if the item with that id no longer
    /// exists.
    fn page<T>(
        &self,
        items: Vec<T>,
        order: SortOrder,
        id: impl Fn(&T) -> i64,
    ) -> Result<(Vec<T>, Option<String>), Refusal> {
        let (after, limit) = self.bounds()?;
        let is_behind = |item: &T| match (after, order) {
            (None, _) => true,
            (Some(after), SortOrder::Rising) => id(item) > after,
            (Some(after), SortOrder::Falling) => id(item) < after,
        };
        let mut rest: Vec<T> = items.into_iter().filter(is_behind).collect();
        let more = rest.len() > limit;
        rest.truncate(limit);
        let next = rest.last().filter(|_| more).map(|item| id(item).to_string());
        Ok((rest, next))
    }
}

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

/// Access token and its lifetime.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccessTokenResponse {
    /// Access token; send it as `Authorization: Bearer …`.
    access_token: String,
    /// Lifetime in seconds.
    #[schema(example = 900)]
    expires_in: i64,
}
