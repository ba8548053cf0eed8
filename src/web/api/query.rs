//! Queries of lists: where a page starts, and how long it is.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::Refusal;

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
pub(crate) enum SortOrder {
    /// Oldest first.
    Rising,
    /// Newest first.
    Falling,
}

impl PageQuery {
    /// Id after which the page starts, and its maximum length.
    pub(crate) fn bounds(&self) -> Result<(Option<i64>, usize), Refusal> {
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
    pub(crate) fn page<T>(
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
