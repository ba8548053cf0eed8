//! The writer: one task that commits queued writes together.
//!
//! A commit costs a disk flush. All writes queued by then share one (group commit) at full durability: a caller is
//! answered only after the commit. Writes run in the task of the writer, so a caller who hangs up leaves neither a
//! partial write nor an open transaction.
//!
//! A caller that waits for one write before it sends the next sees them take effect in that order, whatever their lanes.

use std::any::type_name;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::join_all;
use tokio::sync::{Mutex, RwLock, watch};
use tokio::task::JoinHandle;

use crate::store::StoreError;
use crate::store::engine::batch::{WriteGroup, grouped, queued};
use crate::store::engine::connection_fault::{is_away, is_reported, lost_a_race};
use crate::store::engine::db::{Db, Tx};
use crate::store::engine::queue::{WriteLane, WriteReceiver, WriteSender, queue};
use crate::telemetry;

/// Maximum number of writes per commit.
const MAX_BATCH: usize = 128;
/// Number of batches concurrently in flight to a server: while one runs, the next is assembled.
const MAX_CONCURRENT_BATCHES: usize = 2;
/// Maximum wait for a batch to grow to the size of the one in flight.
const BATCH_DELAY: Duration = Duration::from_millis(2);
/// Maximum duration of an attempt, from its beginning to the commit.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(15);
/// Time for which a failed write makes the store unhealthy, unless a later one succeeds.
const FAILURE_MEMORY: Duration = Duration::from_mins(1);
/// Number of attempts after a lost deadlock or race for a row.
const MAX_ATTEMPTS: usize = 5;

/// A write: statements that take effect together or not at all.
///
/// It may run again from the beginning, so it contains all random values and times it needs. Only an `Err` rolls back:
/// an `Ok` that reports a refusal must not have written anything that the refusal should undo.
pub trait Write: Send + Sync + 'static {
    /// Outcome for the caller.
    type Out: Send + 'static;

    /// The row it touches first. Writes that share a commit run in this order. So batches of two instances lock rows in
    /// the same order and do not deadlock.
    fn order(&self) -> i64 {
        0
    }

    /// Lane it is queued in.
    const LANE: WriteLane = WriteLane::Open;

    /// True if a batch of such writes may run concurrently with another. Requires that two of them never wait for each
    /// other's rows crosswise, in any order.
    const MAY_RUN_CONCURRENTLY: bool = false;

    /// Runs the statements of one write.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = sqlx::Result<Self::Out>> + Send;

    /// Runs several writes that share a commit, as if one after the other, with outcomes in the same order. Override it
    /// where fewer statements suffice: on Postgres each one is a round trip.
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

/// Returns the outcome of a write run as a list of one.
pub(in crate::store) fn alone<T>(outcomes: Vec<T>) -> sqlx::Result<T> {
    outcomes.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

/// Sender to the queue of the writer task.
#[derive(Clone, Debug)]
pub(in crate::store) struct Writer {
    queue: WriteSender,
}

/// Health of writes. Catches a full disk, which reads do not notice.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct WriteHealth {
    failed_at: Arc<std::sync::Mutex<Option<Instant>>>,
}

impl WriteHealth {
    /// Fails if a write failed within the last minute and none has succeeded since.
    pub(in crate::store) fn check(&self) -> sqlx::Result<()> {
        let failed_at = *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner);
        match failed_at.filter(|at| at.elapsed() < FAILURE_MEMORY) {
            Some(_) => Err(sqlx::Error::Io(std::io::Error::other("the latest write failed"))),
            None => Ok(()),
        }
    }

    /// Records an outcome. With a server, only a failure that it reported counts: readiness checks whether the
    /// server answers and takes writes, and so notices the end of such a state without a write.
    fn record(&self, db: &Db, outcome: &Result<(), WriteFailure>) {
        let failed = match outcome {
            Ok(()) => false,
            Err(WriteFailure::Undone(fault)) if !is_away(fault) => false,
            Err(WriteFailure::ToBegin(fault) | WriteFailure::Undone(fault) | WriteFailure::Unknown(fault))
                if !db.is_sqlite() && !is_reported(fault) =>
            {
                return;
            }
            Err(_) => true,
        };
        *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner) = failed.then(Instant::now);
    }
}

impl Writer {
    /// Starts the task. It ends once all senders are dropped and the queue is empty.
    pub(in crate::store) fn start(db: Db, health: WriteHealth) -> (Self, JoinHandle<()>) {
        let (queue, queued) = queue();
        let batches = if db.is_sqlite() { 1 } else { MAX_CONCURRENT_BATCHES };
        let (queued, exclusion, in_flight) = (queued.into(), RwLock::default(), watch::Sender::new(0));
        let state = Arc::new(WriterTask { db, health, queued, exclusion, in_flight });
        let task = tokio::spawn(async move {
            join_all((0..batches).map(|_| state.work())).await;
        });
        (Self { queue }, task)
    }

    /// Queues a write and waits until it is durable. If the caller stops queued, the write still takes effect.
    pub(in crate::store) async fn write<W: Write>(&self, work: W) -> crate::store::Result<W::Out> {
        telemetry::metrics::db_writes_total(type_name::<W>());
        let (piece, outcome) = queued(work);
        self.queue.send(W::LANE, piece)?;
        outcome.await.map_err(|_| StoreError::Busy)?
    }
}

/// State of the writer task.
struct WriterTask {
    db: Db,
    health: WriteHealth,
    queued: Mutex<WriteReceiver>,
    /// Lock shared by batches that may run concurrently; others take it exclusively.
    exclusion: RwLock<()>,
    /// Number of writes in batches in flight.
    in_flight: watch::Sender<usize>,
}

impl WriterTask {
    /// Commits batches until all senders are dropped.
    async fn work(&self) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        while self.gather(&mut batch).await {
            let size = batch.len();
            telemetry::metrics::db_commit_batch_size(size);
            self.in_flight.send_modify(|pieces| *pieces += size);
            // A panic drops the batch, which answers its writes as busy; the writer continues.
            if AssertUnwindSafe(self.commit(std::mem::take(&mut batch))).catch_unwind().await.is_err() {
                tracing::error!("writer: a write panicked, its batch is abandoned");
            }
            self.in_flight.send_modify(|pieces| *pieces -= size);
        }
    }

    /// Collects queued writes, including those of tasks that are ready to run now. That saves commits, and a lone write
    /// does not wait. Returns false once the queue is closed.
    async fn gather(&self, batch: &mut Vec<Box<dyn WriteGroup>>) -> bool {
        let mut queued = self.queued.lock().await;
        let taken = queued.receive(batch, MAX_BATCH).await;
        tokio::task::yield_now().await;
        let _ = tokio::time::timeout(BATCH_DELAY, self.fill(batch, &mut queued)).await;
        taken > 0
    }

    /// Collects until the batch is as large as the writes in flight. Otherwise, of two alternating batches one would
    /// carry most of the load and the other would still cost a commit.
    async fn fill(&self, batch: &mut Vec<Box<dyn WriteGroup>>, queued: &mut WriteReceiver) {
        let mut in_flight = self.in_flight.subscribe();
        loop {
            while batch.len() < MAX_BATCH
                && let Some(piece) = queued.try_receive()
            {
                batch.push(piece);
            }
            let wanted = MAX_BATCH.min(*in_flight.borrow_and_update());
            if batch.len() >= wanted {
                return;
            }
            tokio::select! {
                more = queued.receive(batch, wanted - batch.len()) => if more == 0 { return },
                changed = in_flight.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn commit(&self, batch: Vec<Box<dyn WriteGroup>>) {
        let groups = grouped(batch);
        if groups.iter().all(|group| group.may_run_concurrently()) {
            let _shared = self.exclusion.read().await;
            commit(&self.db, &self.health, groups).await;
        } else {
            let _alone = self.exclusion.write().await;
            commit(&self.db, &self.health, groups).await;
        }
    }
}

/// Failure of an attempt, by its consequence.
enum WriteFailure {
    /// The database is unreachable: other writes would fail as well.
    ToBegin(sqlx::Error),
    /// A statement failed, and everything was rolled back.
    Undone(sqlx::Error),
    /// The commit failed, but may have taken effect: a retry could apply the writes twice.
    Unknown(sqlx::Error),
}

impl WriteFailure {
    fn into_fault(self) -> sqlx::Error {
        match self {
            Self::ToBegin(fault) | Self::Undone(fault) | Self::Unknown(fault) => fault,
        }
    }
}

/// Commits the batch as one. If a write fails, each is committed on its own, so that one failure does not affect the
/// others. If the connection cannot do its work, the batch is retried once on another one. If the database is
/// unavailable, all fail immediately.
async fn commit(db: &Db, health: &WriteHealth, mut groups: Vec<Box<dyn WriteGroup>>) {
    let mut outcome = within_timeout(attempt(db, &mut groups)).await;
    if let Err(WriteFailure::Undone(fault)) = &outcome
        && db.is_cut(fault)
    {
        outcome = within_timeout(attempt(db, &mut groups)).await;
    }
    health.record(db, &outcome);
    match outcome {
        Ok(()) => settle(groups, || Ok(())),
        Err(WriteFailure::Undone(fault)) if !is_away(&fault) => one_by_one(db, groups).await,
        Err(failed) => settle_unavailable(groups, &failed.into_fault()),
    }
}

async fn one_by_one(db: &Db, groups: Vec<Box<dyn WriteGroup>>) {
    let mut rest = groups.into_iter().flat_map(WriteGroup::split);
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

/// Fails all writes with the text of the error, which cannot be cloned.
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

/// Limits an attempt. A frozen server does not answer at all, so the outcome is unknown.
async fn within_timeout(attempt: impl Future<Output = Result<(), WriteFailure>>) -> Result<(), WriteFailure> {
    let frozen = || WriteFailure::Unknown(sqlx::Error::Io(std::io::Error::from(std::io::ErrorKind::TimedOut)));
    tokio::time::timeout(COMMIT_TIMEOUT, attempt).await.unwrap_or_else(|_| Err(frozen()))
}

async fn attempt(db: &Db, groups: &mut [Box<dyn WriteGroup>]) -> Result<(), WriteFailure> {
    let mut tx = db.begin().await.map_err(WriteFailure::ToBegin)?;
    for group in groups {
        if let Err(fault) = group.attempt(&mut tx).await {
            tx.rollback(&fault).await;
            return Err(WriteFailure::Undone(fault));
        }
    }
    tx.commit().await.map_err(WriteFailure::Unknown)
}
