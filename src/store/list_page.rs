//! Pages of lists. One row is read beyond the page: it shows that the list continues.

/// Items of one page, and whether the list continues.
#[derive(Clone, Debug)]
pub struct ListPage<T> {
    /// Items of the page.
    pub items: Vec<T>,
    /// True if the list continues after the page.
    pub has_more: bool,
}

impl<T> ListPage<T> {
    /// Cuts the rows that [`rows_for`] asked for down to a page of at most `limit` items.
    #[must_use]
    pub fn cut(mut rows: Vec<T>, limit: usize) -> Self {
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Self { items: rows, has_more }
    }

    /// Returns the item after which the next page starts; `None` on the last page.
    #[must_use]
    pub fn resume_after(&self) -> Option<&T> {
        self.items.last().filter(|_| self.has_more)
    }
}

/// Number of rows to read for a page of at most `limit` items.
#[must_use]
pub fn rows_for(limit: usize) -> i64 {
    i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX)
}
