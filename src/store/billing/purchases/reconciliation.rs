//! Reconciliation: how far Telegram's list of transactions was compared with the purchases. One instance does it at a
//! time; two would find the same.

use crate::model::time::Moment;
use crate::store::{Tx, Write};

/// Claims a run, unless another instance began one recently.
#[derive(Clone, Debug)]
pub struct ClaimReconciliation {
    /// A run that began later than this is recent.
    pub since: Moment,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the offset of the first transaction to compare; `None` if a recent run exists.
impl Write for ClaimReconciliation {
    type Out = Option<i64>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<i64>> {
        let sql = "update payment_reconciliation set checked_at = $2 where id = 1 and checked_at <= $1
                   returning next_offset";
        Ok(tx.first::<(i64,)>(sql, &[&self.since, &self.now]).await?.map(|(offset,)| offset))
    }
}

/// Gives a run up, so that the next one need not wait.
#[derive(Clone, Debug)]
pub struct ReleaseReconciliation;

impl Write for ReleaseReconciliation {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        tx.run("update payment_reconciliation set checked_at = 0 where id = 1", &[]).await.map(drop)
    }
}

/// Records that all transactions before an offset were compared.
#[derive(Clone, Debug)]
pub struct AdvanceReconciliation {
    /// Offset of the next transaction.
    pub offset: i64,
}

impl Write for AdvanceReconciliation {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update payment_reconciliation set next_offset = $1 where id = 1";
        tx.run(sql, &[&self.offset]).await.map(drop)
    }
}
