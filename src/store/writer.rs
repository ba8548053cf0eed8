//! The writer: one task that commits waiting work together.
//!
//! A commit costs a disk flush. Whatever is waiting when the writer comes round shares one (group commit), at full
//! durability: a caller is answered after the commit, never before. And because the work lives in the writer's task, a
//! caller who hangs up leaves nothing half done and no connection in a transaction.

use std::future::Future;

use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::store::db::{Db, Tx};
use crate::store::{Error, Result};
use crate::telemetry;

/// Work that may wait; beyond it callers are told to come back.
const QUEUE: usize = 4096;
/// Work that shares a commit.
const TOGETHER: usize = 128;
/// How often work is tried that lost a deadlock or a race for a row.
const ATTEMPTS: usize = 5;

/// A piece of work: one or more statements that happen together or not at all.
///
/// It may be run again from the beginning, so whatever chance or time it needs is in it already; and when it refuses, it
/// has written nothing that the refusal should undo: only an `Err` is rolled back.
pub trait Write: Send + Sync + 'static {
    /// What the caller gets to know.
    type Out: Send + 'static;

    /// The row it touches first. Work that shares a commit is done in this order, so that two instances' batches meet in
    /// the same order and do not deadlock.
    fn order(&self) -> i64 {
        0
    }

    /// Does the work.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = sqlx::Result<Self::Out>> + Send;
}

/// The door to the writer's task.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Piece>>,
}

impl Writer {
    /// Starts the task; it ends when the last door is gone and all work is done.
    pub(super) fn start(db: Db) -> (Self, JoinHandle<()>) {
        let (queue, mut waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(async move {
            let mut batch = Vec::with_capacity(TOGETHER);
            while waiting.recv_many(&mut batch, TOGETHER).await > 0 {
                telemetry::batch(batch.len());
                commit(&db, std::mem::take(&mut batch)).await;
            }
        });
        (Self { queue }, task)
    }

    /// Hands work over and waits until it is durable. When the caller goes away, the work is done all the same.
    pub(super) async fn write<W: Write>(&self, work: W) -> Result<W::Out> {
        let (answer, outcome) = oneshot::channel();
        let piece = Box::new(Waiting { work, done: None, answer });
        self.queue.try_send(piece).map_err(|_| Error::Busy)?;
        outcome.await.map_err(|_| Error::Busy)?
    }
}

/// Work of any kind, with whoever waits for it.
trait Piece: Send {
    fn order(&self) -> i64;
    fn attempt<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, sqlx::Result<()>>;
    fn settle(self: Box<Self>, outcome: sqlx::Result<()>);
}

struct Waiting<W: Write> {
    work: W,
    done: Option<W::Out>,
    answer: oneshot::Sender<Result<W::Out>>,
}

impl<W: Write> Piece for Waiting<W> {
    fn order(&self) -> i64 {
        self.work.order()
    }

    fn attempt<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, sqlx::Result<()>> {
        Box::pin(async move {
            self.done = Some(self.work.run(tx).await?);
            Ok(())
        })
    }

    fn settle(self: Box<Self>, outcome: sqlx::Result<()>) {
        let Self { done, answer, .. } = *self;
        let outcome = outcome.map_err(Error::from).and_then(|()| done.ok_or(Error::Busy));
        // When nobody listens any more, the work is done all the same, and that was the point.
        let _ = answer.send(outcome);
    }
}

/// Commits the batch as one; if any of it fails, each on its own, so that a bad piece spoils nobody else's.
async fn commit(db: &Db, mut batch: Vec<Box<dyn Piece>>) {
    batch.sort_by_key(|piece| piece.order());
    if batch.len() > 1 && together(db, &mut batch).await.is_ok() {
        for piece in batch {
            piece.settle(Ok(()));
        }
        return;
    }
    for mut piece in batch {
        let outcome = alone(db, piece.as_mut()).await;
        piece.settle(outcome);
    }
}

async fn together(db: &Db, batch: &mut [Box<dyn Piece>]) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    for piece in batch {
        if let Err(fault) = piece.attempt(&mut tx).await {
            tx.rollback().await;
            return Err(fault);
        }
    }
    tx.commit().await
}

async fn alone(db: &Db, piece: &mut dyn Piece) -> sqlx::Result<()> {
    let mut left = ATTEMPTS;
    loop {
        left -= 1;
        let mut tx = db.begin().await?;
        let outcome = match piece.attempt(&mut tx).await {
            Ok(()) => tx.commit().await,
            Err(fault) => {
                tx.rollback().await;
                Err(fault)
            }
        };
        match outcome {
            Err(fault) if left > 0 && lost_a_race(&fault) => {}
            settled => return settled,
        }
    }
}

/// Serialization failure, deadlock, or a unique key that another instance took in between: the next try sees its row.
fn lost_a_race(fault: &sqlx::Error) -> bool {
    let Some(fault) = fault.as_database_error() else { return false };
    fault.is_unique_violation() || matches!(fault.code().as_deref(), Some("40001" | "40P01"))
}
