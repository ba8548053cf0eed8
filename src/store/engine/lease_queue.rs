//! Lease queue: a table whose rows fall due, are leased to one instance each, and leave or fall due again.
//!
//! A lease moves the due time of a row to the end of the lease. A row without a result is leased again afterwards, so an
//! instance that dies loses nothing. One description serves mails, notices, secret messages and status cards.

use std::marker::PhantomData;

use crate::store::engine::db::RowValue;
use crate::store::{Result, Store, Tx, Write};

/// A queue with rows of type `Row`.
#[derive(Debug)]
pub(in crate::store) struct LeaseQueue<Row> {
    /// Length of a lease, in the unit of the due time.
    lease: i64,
    /// Statement of [`has_due`].
    has_due: &'static str,
    /// Statement of [`lease_due`].
    lease_due: &'static str,
    row: PhantomData<fn() -> Row>,
}

impl<Row> LeaseQueue<Row> {
    /// Describes a queue.
    pub(in crate::store) const fn new(lease: i64, has_due: &'static str, lease_due: &'static str) -> Self {
        Self { lease, has_due, lease_due, row: PhantomData }
    }
}

/// Statement that finds out if a row of a table is due at `$1`.
macro_rules! has_due {
    ($table:literal, $due:literal) => {
        concat!("select 1 = 1 from ", $table, " where ", $due, " <= $1 limit 1")
    };
}
pub(in crate::store) use has_due;

/// Statement that leases the `$3` longest overdue rows of a table at `$1` until `$2`. It may set further columns.
///
/// The repeated condition decides between two instances that chose the same rows: the later one finds them no longer due.
macro_rules! lease_due {
    ($table:literal, $key:literal, $due:literal, $row:literal $(, $set:literal)?) => {
        concat!(
            "update ", $table, " set ", $due, " = $2", $(", ", $set,)?
            " where (", $key, ") in (select ", $key, " from ", $table, " where ", $due, " <= $1 order by ", $due, ", ", $key,
            " limit $3) and ", $due, " <= $1 returning ", $row
        )
    };
}
pub(in crate::store) use lease_due;

/// Statement that sets columns of row `$1`, unless it was leased again after lease number `$2` or has a result.
macro_rules! settle_leased {
    ($table:literal, $set:literal) => {
        concat!("update ", $table, " set ", $set, " where id = $1 and attempts = $2 and due_at is not null")
    };
}
pub(in crate::store) use settle_leased;

/// Leases due rows of a queue, the longest overdue first.
struct LeaseDueRows<Row: 'static> {
    queue: &'static LeaseQueue<Row>,
    limit: i64,
    now: i64,
}

impl<Row: RowValue + 'static> Write for LeaseDueRows<Row> {
    type Out = Vec<Row>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Vec<Row>> {
        let Self { queue, limit, now } = self;
        tx.all(queue.lease_due, &[now, &(now + queue.lease), limit]).await
    }
}

impl Store {
    /// Leases at most `limit` due rows. Writes nothing if no row is due.
    pub(in crate::store) async fn lease<Row: RowValue + 'static>(
        &self,
        queue: &'static LeaseQueue<Row>,
        limit: i64,
        now: i64,
    ) -> Result<Vec<Row>> {
        if self.db.first::<(bool,)>(queue.has_due, &[&now]).await?.is_none() {
            return Ok(Vec::new());
        }
        self.write(LeaseDueRows { queue, limit, now }).await
    }
}
