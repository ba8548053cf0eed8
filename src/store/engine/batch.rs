//! Queued writes, grouped by type so that fewer statements run them.

use std::any::{Any, type_name};
use std::ops::ControlFlow;

use futures::future::BoxFuture;
use tokio::sync::oneshot;

use crate::store::{self, StoreError, Tx, Write};

/// Writes of one type together with their callers. Each write is queued as a group of its own.
pub(in crate::store) trait WriteGroup: Any + Send {
    /// Name of the type. Groups that share a commit run in order of it.
    fn kind(&self) -> &'static str;
    /// True if the group may run concurrently with another batch of such groups.
    fn may_run_concurrently(&self) -> bool;
    /// Absorbs the writes of another group, or returns it if its type differs.
    fn join(&mut self, other: Box<dyn WriteGroup>) -> Result<(), Box<dyn WriteGroup>>;
    /// Sorts the writes by the rows they touch.
    fn sort(&mut self);
    /// Runs the writes in a transaction.
    fn attempt<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, sqlx::Result<()>>;
    /// Answers each caller with the next outcome.
    fn settle(self: Box<Self>, outcomes: &mut dyn Iterator<Item = sqlx::Result<()>>);
    /// Splits into one group per write.
    fn split(self: Box<Self>) -> Vec<Box<dyn WriteGroup>>;
}

/// A [`WriteGroup`] of one type.
struct WriteBatch<W: Write> {
    pieces: Vec<(W, oneshot::Sender<store::Result<W::Out>>)>,
    done: Vec<W::Out>,
}

impl<W: Write> WriteGroup for WriteBatch<W> {
    fn kind(&self) -> &'static str {
        type_name::<W>()
    }

    fn may_run_concurrently(&self) -> bool {
        W::MAY_RUN_CONCURRENTLY
    }

    fn join(&mut self, other: Box<dyn WriteGroup>) -> Result<(), Box<dyn WriteGroup>> {
        let is_ours = (other.as_ref() as &dyn Any).is::<Self>();
        if !is_ours {
            return Err(other);
        }
        if let Ok(other) = (other as Box<dyn Any>).downcast::<Self>() {
            self.pieces.extend(other.pieces);
        }
        Ok(())
    }

    fn sort(&mut self) {
        self.pieces.sort_by_key(|(work, _)| work.order());
    }

    fn attempt<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, sqlx::Result<()>> {
        Box::pin(async move {
            let works: Vec<&W> = self.pieces.iter().map(|(work, _)| work).collect();
            self.done = W::run_all(&works, tx).await?;
            Ok(())
        })
    }

    fn settle(self: Box<Self>, outcomes: &mut dyn Iterator<Item = sqlx::Result<()>>) {
        let mut done = self.done.into_iter();
        for ((_, answer), outcome) in self.pieces.into_iter().zip(outcomes) {
            let done = done.next().ok_or(StoreError::Busy);
            // The caller may have hung up; the write took effect regardless.
            let _ = answer.send(outcome.map_err(StoreError::from).and(done));
        }
    }

    fn split(self: Box<Self>) -> Vec<Box<dyn WriteGroup>> {
        let single = |piece| -> Box<dyn WriteGroup> { Box::new(Self { pieces: vec![piece], done: Vec::new() }) };
        self.pieces.into_iter().map(single).collect()
    }
}

/// Wraps a write in a group of its own; the receiver gets its outcome.
pub(in crate::store) fn queued<W: Write>(work: W) -> (Box<dyn WriteGroup>, oneshot::Receiver<store::Result<W::Out>>) {
    let (answer, outcome) = oneshot::channel();
    (Box::new(WriteBatch { pieces: vec![(work, answer)], done: Vec::new() }), outcome)
}

/// Merges writes of the same type. Every instance arrives at the same order of groups.
pub(in crate::store) fn grouped(batch: Vec<Box<dyn WriteGroup>>) -> Vec<Box<dyn WriteGroup>> {
    let mut groups: Vec<Box<dyn WriteGroup>> = Vec::new();
    for piece in batch {
        let left = groups.iter_mut().try_fold(piece, |piece, group| match group.join(piece) {
            Ok(()) => ControlFlow::Break(()),
            Err(piece) => ControlFlow::Continue(piece),
        });
        if let ControlFlow::Continue(piece) = left {
            groups.push(piece);
        }
    }
    groups.sort_by_key(|group| group.kind());
    for group in &mut groups {
        group.sort();
    }
    groups
}
