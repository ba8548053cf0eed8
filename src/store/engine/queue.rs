//! Queue of the writer: two lanes, and in each lane a share for every kind of write.
//!
//! A flood of one kind fills its share and no more, so other kinds are still queued. The reserved lane holds what ends
//! access (revocations, sign-outs, bans, resets); every batch takes from it first.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::mpsc;

use crate::store::StoreError;
use crate::store::engine::batch::WriteGroup;

/// Maximum number of queued writes in the open lane; beyond it writes fail as busy.
const MAX_QUEUED_WRITES: usize = 4096;
/// Maximum number of queued writes in the reserved lane; beyond it they take the open lane.
const MAX_RESERVED_WRITES: usize = 1024;

/// Lane that a write is queued in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteLane {
    /// Most writes.
    Open,
    /// Writes that end access. They are queued and committed even while the open lane is full.
    Reserved,
}

type Piece = Box<dyn WriteGroup>;

/// Number of queued writes of each kind in one lane.
#[derive(Debug, Default)]
struct KindCounts(Mutex<HashMap<&'static str, usize>>);

impl KindCounts {
    /// Counts one more write of a kind. Returns false if its share is used up.
    fn add(&self, kind: &'static str, share: usize) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(kind).or_default();
        let has_room = *count < share;
        *count += usize::from(has_room);
        has_room
    }

    fn remove(&self, kind: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(kind) {
            *count = count.saturating_sub(1);
        }
    }
}

/// Sender to one lane.
#[derive(Clone, Debug)]
struct LaneSender {
    queue: mpsc::Sender<Piece>,
    counts: Arc<KindCounts>,
    /// Maximum number of writes of one kind: three quarters of the lane.
    share: usize,
}

impl LaneSender {
    /// Queues a write, or returns it if there is no room.
    fn send(&self, piece: Piece) -> Result<(), Piece> {
        let kind = piece.kind();
        if !self.counts.add(kind, self.share) {
            return Err(piece);
        }
        self.queue.try_send(piece).map_err(|refused| {
            self.counts.remove(kind);
            refused.into_inner()
        })
    }
}

/// Receiver of one lane.
struct LaneReceiver {
    queue: mpsc::Receiver<Piece>,
    counts: Arc<KindCounts>,
}

impl LaneReceiver {
    fn poll(&mut self, context: &mut Context<'_>, batch: &mut Vec<Piece>, limit: usize) -> Poll<usize> {
        let before = batch.len();
        let polled = self.queue.poll_recv_many(context, batch, limit);
        batch.iter().skip(before).for_each(|piece| self.counts.remove(piece.kind()));
        polled
    }

    fn try_receive(&mut self) -> Option<Piece> {
        let piece = self.queue.try_recv().ok()?;
        self.counts.remove(piece.kind());
        Some(piece)
    }
}

/// Sender to both lanes.
#[derive(Clone, Debug)]
pub(super) struct WriteSender {
    reserved: LaneSender,
    open: LaneSender,
}

impl WriteSender {
    /// Queues a write; fails as busy if there is no room. A reserved write may take either lane.
    pub(super) fn send(&self, lane: WriteLane, piece: Piece) -> Result<(), StoreError> {
        let piece = match lane {
            WriteLane::Open => piece,
            WriteLane::Reserved => match self.reserved.send(piece) {
                Ok(()) => return Ok(()),
                Err(piece) => piece,
            },
        };
        self.open.send(piece).map_err(|_| StoreError::Busy)
    }
}

/// Receiver of both lanes.
pub(super) struct WriteReceiver {
    reserved: LaneReceiver,
    open: LaneReceiver,
}

impl WriteReceiver {
    /// Waits for writes and appends up to `limit` to the batch, reserved ones first. Returns their number; 0 once all
    /// senders are dropped and both lanes are empty. Loses nothing if it is dropped while it waits.
    pub(super) async fn receive(&mut self, batch: &mut Vec<Piece>, limit: usize) -> usize {
        poll_fn(|context| {
            let reserved = self.reserved.poll(context, batch, limit);
            let taken = if let Poll::Ready(taken) = reserved { taken } else { 0 };
            if taken >= limit {
                return Poll::Ready(taken);
            }
            match (reserved, self.open.poll(context, batch, limit - taken)) {
                (_, Poll::Ready(more)) if taken + more > 0 => Poll::Ready(taken + more),
                (_, Poll::Pending) if taken > 0 => Poll::Ready(taken),
                (Poll::Ready(_), Poll::Ready(_)) => Poll::Ready(0),
                _ => Poll::Pending,
            }
        })
        .await
    }

    /// Returns the next queued write, a reserved one if there is any, without waiting.
    pub(super) fn try_receive(&mut self) -> Option<Piece> {
        self.reserved.try_receive().or_else(|| self.open.try_receive())
    }
}

/// Creates an empty queue.
pub(super) fn queue() -> (WriteSender, WriteReceiver) {
    let ((reserved, next_reserved), (open, next_open)) = (lane(MAX_RESERVED_WRITES), lane(MAX_QUEUED_WRITES));
    (WriteSender { reserved, open }, WriteReceiver { reserved: next_reserved, open: next_open })
}

fn lane(capacity: usize) -> (LaneSender, LaneReceiver) {
    let (sender, receiver) = mpsc::channel(capacity);
    let counts = Arc::new(KindCounts::default());
    let sender = LaneSender { queue: sender, counts: Arc::clone(&counts), share: capacity / 4 * 3 };
    (sender, LaneReceiver { queue: receiver, counts })
}
