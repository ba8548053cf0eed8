//! The writer: one task that commits waiting work together.
//!
//! A commit costs a disk flush. Whatever is waiting when the writer comes round shares one (group commit), at full
//! durability: a caller is answered after the commit, never before. And because the work lives in the writer's task, a
//! caller who hangs up leaves nothing half done and no connection in a transaction.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::join_all;
use tokio::sync::{Mutex, RwLock, mpsc, watch};
use tokio::task::JoinHandle;

use crate::store::engine::batch::{WriteGroup, grouped, waiting};
use crate::store::engine::db::{Db, Tx};
use crate::store::{StoreError, is_away};
use crate::telemetry;

/// Work that may wait; beyond it callers are told to come back.
const MAX_QUEUED_WRITES: usize = 4096;
/// Work that shares a commit.
const MAX_BATCH: usize = 128;
/// Batches that may be on their way to a server at a time: while it works on one, the next is put together.
const ABREAST: usize = 2;
/// How long a batch waits at most to become as large as the one that is under way.
const BATCH_DELAY: Duration = Duration::from_millis(2);
/// How long an attempt may take, from its beginning to its commit.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a failed write is held against the database, if none succeeds.
const FAILURE_MEMORY: Duration = Duration::from_mins(1);
/// How often work is tried that lost a deadlock or a race for a row.
const MAX_ATTEMPTS: usize = 5;

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

    /// Whether a batch of such work may be under way beside another one: only if two of them never wait for each other's rows
    /// crosswise, whatever their order.
    const ABREAST: bool = false;

    /// Does the work.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = sqlx::Result<Self::Out>> + Send;

    /// Does several works of this kind that share a commit, as if one after the other; the outcomes in the same order. Worth
    /// writing where fewer statements can do it: on Postgres each one is a round trip.
    fn run_all(works: &[&Self], tx: &mut Tx) -> impl Future<Output = sqlx::Result<Vec<Self::Out>>> + Send {
        async move {
            let mut outcomes = Vec::with_capacity(works.len());
            for work in works {
                outcomes.push(work.run(tx).await?);
            }
            Ok(outcomes)
        }
    }
}

/// The outcome of a work that was done as a list of one.
pub(in crate::store) fn alone<T>(outcomes: Vec<T>) -> sqlx::Result<T> {
    outcomes.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

/// The door to the writer's task.
#[derive(Clone, Debug)]
pub(in crate::store) struct Writer {
    queue: mpsc::Sender<Box<dyn WriteGroup>>,
}

/// Whether the database took the latest write: a full disk can be read from, and looks well to whoever only reads.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct WriteHealth {
    failed_at: Arc<std::sync::Mutex<Option<Instant>>>,
}

impl WriteHealth {
    /// Why writing is thought to fail: it did within the last minute, and has not succeeded since.
    pub(in crate::store) fn check(&self) -> sqlx::Result<()> {
        let failed_at = *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner);
        match failed_at.filter(|at| at.elapsed() < FAILURE_MEMORY) {
            Some(_) => Err(sqlx::Error::Io(std::io::Error::other("the latest write failed"))),
            None => Ok(()),
        }
    }

    fn note(&self, outcome: &Result<(), WriteFailure>) {
        let failed = match outcome {
            Ok(()) => false,
            Err(WriteFailure::Undone(fault)) => is_away(fault),
            Err(WriteFailure::ToBegin(_) | WriteFailure::Unknown(_)) => true,
        };
        *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner) = failed.then(Instant::now);
    }
}

impl Writer {
    /// Starts the task; it ends when the last door is gone and all work is done.
    pub(in crate::store) fn start(db: Db, strength: WriteHealth) -> (Self, JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(MAX_QUEUED_WRITES);
        let abreast = if db.is_sqlite() { 1 } else { ABREAST };
        let (waiting, road, under_way) = (waiting.into(), RwLock::default(), watch::Sender::new(0));
        let desk = Arc::new(WriterTask { db, strength, waiting, road, under_way });
        let task = tokio::spawn(async move {
            join_all((0..abreast).map(|_| desk.work())).await;
        });
        (Self { queue }, task)
    }

    /// Hands work over and waits until it is durable. When the caller goes away, the work is done all the same.
    pub(in crate::store) async fn write<W: Write>(&self, work: W) -> crate::store::Result<W::Out> {
        let (piece, outcome) = waiting(work);
        self.queue.try_send(piece).map_err(|_| StoreError::Busy)?;
        outcome.await.map_err(|_| StoreError::Busy)?
    }
}

/// Where work is taken in hand.
struct WriterTask {
    db: Db,
    strength: WriteHealth,
    waiting: Mutex<mpsc::Receiver<Box<dyn WriteGroup>>>,
    /// Shared by batches that may go abreast.
    road: RwLock<()>,
    /// How many pieces are in batches that were taken in hand and are not done.
    under_way: watch::Sender<usize>,
}

impl WriterTask {
    /// Commits batch after batch, until the last door is gone.
    async fn work(&self) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        while self.gather(&mut batch).await {
            let size = batch.len();
            telemetry::batch(size);
            self.under_way.send_modify(|pieces| *pieces += size);
            // Work that panics is answered as busy when its batch is dropped; the writer goes on.
            if AssertUnwindSafe(self.commit(std::mem::take(&mut batch))).catch_unwind().await.is_err() {
                tracing::error!("a write panicked; its batch is given up");
            }
            self.under_way.send_modify(|pieces| *pieces -= size);
        }
    }

    /// Takes what waits, and what whoever else is ready to run now brings along: fewer commits, and nobody waits for it who is
    /// alone. Says whether there was anything.
    async fn gather(&self, batch: &mut Vec<Box<dyn WriteGroup>>) -> bool {
        let mut waiting = self.waiting.lock().await;
        let taken = waiting.recv_many(batch, MAX_BATCH).await;
        tokio::task::yield_now().await;
        let _ = tokio::time::timeout(BATCH_DELAY, self.fill(batch, &mut waiting)).await;
        taken > 0
    }

    /// Takes on until the batch is no smaller than what is under way: of two that take turns, each then has half of those who
    /// come again and again, where else one has most of them and the other costs as much.
    async fn fill(&self, batch: &mut Vec<Box<dyn WriteGroup>>, waiting: &mut mpsc::Receiver<Box<dyn WriteGroup>>) {
        let mut under_way = self.under_way.subscribe();
        loop {
            while batch.len() < MAX_BATCH
                && let Ok(piece) = waiting.try_recv()
            {
                batch.push(piece);
            }
            let wanted = MAX_BATCH.min(*under_way.borrow_and_update());
            if batch.len() >= wanted {
                return;
            }
            tokio::select! {
                more = waiting.recv_many(batch, wanted - batch.len()) => if more == 0 { return },
                changed = under_way.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn commit(&self, batch: Vec<Box<dyn WriteGroup>>) {
        let groups = grouped(batch);
        if groups.iter().all(|group| group.may_run_concurrently()) {
            let _shared = self.road.read().await;
            commit((&self.db, &self.strength), groups).await;
        } else {
            let _alone = self.road.write().await;
            commit((&self.db, &self.strength), groups).await;
        }
    }
}

/// How an attempt at some work went wrong, as far as it matters for what to do next.
enum WriteFailure {
    /// The database cannot be reached: the others would wait as long for nothing.
    ToBegin(sqlx::Error),
    /// A piece failed, and all is undone.
    Undone(sqlx::Error),
    /// The commit failed, and may have happened all the same: doing it again could do it twice.
    Unknown(sqlx::Error),
}

impl WriteFailure {
    fn into_fault(self) -> sqlx::Error {
        match self {
            Self::ToBegin(fault) | Self::Undone(fault) | Self::Unknown(fault) => fault,
        }
    }
}

/// Commits the batch as one; if a piece of it is refused, each on its own, so that a bad piece spoils nobody else's. When the
/// database itself is in trouble, all of it is answered at once.
async fn commit((db, strength): (&Db, &WriteHealth), mut groups: Vec<Box<dyn WriteGroup>>) {
    let outcome = within_timeout(attempt(db, &mut groups)).await;
    strength.note(&outcome);
    match outcome {
        Ok(()) => settle(groups, || Ok(())),
        Err(WriteFailure::Undone(fault)) if !is_away(&fault) => one_by_one(db, groups).await,
        Err(failed) => settle_unavailable(groups, &failed.into_fault()),
    }
}

async fn one_by_one(db: &Db, groups: Vec<Box<dyn WriteGroup>>) {
    let mut rest = groups.into_iter().flat_map(WriteGroup::apart);
    while let Some(mut piece) = rest.next() {
        match retried(db, &mut piece).await {
            Err(WriteFailure::ToBegin(fault)) => {
                settle_unavailable(std::iter::once(piece).chain(rest), &fault);
                return;
            }
            outcome => piece.settle(&mut std::iter::once(outcome.map_err(WriteFailure::into_fault))),
        }
    }
}

fn settle(groups: impl IntoIterator<Item = Box<dyn WriteGroup>>, outcome: impl Fn() -> sqlx::Result<()>) {
    let mut outcomes = std::iter::repeat_with(outcome);
    groups.into_iter().for_each(|group| group.settle(&mut outcomes));
}

/// Tells everyone that the database is in trouble, in the words of the fault, which is one and cannot be handed to all.
fn settle_unavailable(groups: impl IntoIterator<Item = Box<dyn WriteGroup>>, fault: &sqlx::Error) {
    settle(groups, || Err(sqlx::Error::Io(std::io::Error::other(fault.to_string()))));
}

async fn retried(db: &Db, piece: &mut Box<dyn WriteGroup>) -> Result<(), WriteFailure> {
    let mut left = MAX_ATTEMPTS;
    loop {
        left -= 1;
        match within_timeout(attempt(db, std::slice::from_mut(piece))).await {
            Err(WriteFailure::Undone(fault)) if left > 0 && lost_a_race(&fault) => {}
            outcome => return outcome,
        }
    }
}

/// A server that is frozen answers nothing at all: then the outcome is unknown.
async fn within_timeout(attempt: impl Future<Output = Result<(), WriteFailure>>) -> Result<(), WriteFailure> {
    let frozen = || WriteFailure::Unknown(sqlx::Error::Io(std::io::Error::from(std::io::ErrorKind::TimedOut)));
    tokio::time::timeout(COMMIT_TIMEOUT, attempt).await.unwrap_or_else(|_| Err(frozen()))
}

async fn attempt(db: &Db, groups: &mut [Box<dyn WriteGroup>]) -> Result<(), WriteFailure> {
    let mut tx = db.begin().await.map_err(WriteFailure::ToBegin)?;
    for group in groups {
        if let Err(fault) = group.attempt(&mut tx).await {
            tx.rollback().await;
            return Err(WriteFailure::Undone(fault));
        }
    }
    tx.commit().await.map_err(WriteFailure::Unknown)
}

/// Serialization failure, deadlock, or a unique key that another instance took in between: the next try sees its row.
fn lost_a_race(fault: &sqlx::Error) -> bool {
    let Some(fault) = fault.as_database_error() else { return false };
    fault.is_unique_violation() || matches!(fault.code().as_deref(), Some("40001" | "40P01"))
}
