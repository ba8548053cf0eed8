//! Part of a long list on a page, with links to newer and older rows.

use crate::domain::ListPage;

/// Part of a list, newest row first.
pub(crate) struct ListPart<R> {
    /// Rows of the part.
    pub(crate) rows: Vec<R>,
    /// Cursor of the part with older rows.
    pub(crate) older: Option<i64>,
    /// True if the part does not start with the newest row.
    pub(crate) is_later_part: bool,
}

impl<R> ListPart<R> {
    /// Formats the page that starts after `cursor`.
    pub(crate) fn new<T>(page: ListPage<T>, cursor: Option<i64>, id: impl Fn(&T) -> i64, row: impl Fn(T) -> R) -> Self {
        Self {
            older: page.resume_after().map(id),
            rows: page.items.into_iter().map(row).collect(),
            is_later_part: cursor.is_some(),
        }
    }
}
