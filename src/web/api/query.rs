//! Queries of lists: where a page starts, and how long it is.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::ListPage;
use crate::web::extract::fields::{FromFields, RequestFields};

/// Limits the items of one page.
const MAX_ITEMS: usize = 100;

/// Page of a list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// `next` of the previous page.
    #[param(value_type = Option<String>)]
    after: Option<i64>,
    /// Maximum number of items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<usize>,
}

impl FromFields for PageQuery {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let after = fields.parsed("after", |after: Option<String>| after.as_deref().map(parse_after).transpose());
        let limit = fields.parsed("limit", |limit: Option<i64>| limit.map(parse_limit).transpose());
        Some(Self { after: after?, limit: limit? })
    }
}

fn parse_after(after: &str) -> Result<i64, &'static str> {
    after.parse().map_err(|_| "must be the `next` of the previous page")
}

fn parse_limit(limit: i64) -> Result<usize, &'static str> {
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=MAX_ITEMS).contains(limit));
    limit.ok_or("must be from 1 to 100")
}

/// Start and maximum length of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageBounds {
    /// Id after which the page starts.
    pub(crate) after: Option<i64>,
    /// Maximum number of items.
    pub(crate) limit: usize,
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
    pub(crate) fn bounds(&self) -> PageBounds {
        PageBounds { after: self.after, limit: self.limit.unwrap_or(MAX_ITEMS) }
    }

    /// Returns the page of `items`, which are in this order. A page starts after an id even if the item with that id no
    /// longer exists.
    pub(crate) fn page<T>(&self, items: Vec<T>, order: SortOrder, id: impl Fn(&T) -> i64) -> ListPage<T> {
        let PageBounds { after, limit } = self.bounds();
        let is_behind = |item: &T| match (after, order) {
            (None, _) => true,
            (Some(after), SortOrder::Rising) => id(item) > after,
            (Some(after), SortOrder::Falling) => id(item) < after,
        };
        ListPage::cut(items.into_iter().filter(is_behind).collect(), limit)
    }
}
