//! Work that waits for the writer, put together by its kind so that fewer statements do it.

use std::any::{Any, type_name};
use std::ops::ControlFlow;

use futures::future::BoxFuture;
use tokio::sync::oneshot;

use crate::store::{self, StoreError, Tx, Write};

/// Pieces of work of one kind, whichever it is, with those who wait for them. Each arrives as a group of its own.
pub(in crate::store) trait WriteGroup: Any + Send {
    /// The kind's name: groups that share a commit are done in its order.
    fn kind(&self) -> &'static str;
    /// Whether it may be under way beside another batch of such.
    fn may_run_concurrently(&self) -> bool;
    /// Takes over the pieces of another group, or gives it back if they are of another kind.
    fn join(&mut self, other: Box<dyn WriteGroup>) -> Result<(), Box<dyn WriteGroup>>;
    /// Puts the pieces in the order of the rows they touch.
    fn sort(&mut self);
    /// Does the work.
    fn attempt<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, sqlx::Result<()>>;
    /// Answers everybody, each with the next of the outcomes.
    fn settle(self: Box<Self>, outcomes: &mut dyn Iterator<Item = sqlx::Result<()>>);
    /// Each piece as a group of its own again.
    fn apart(self: Box<Self>) -> Vec<Box<dyn WriteGroup>>;
}

/// A [`WriteGroup`] of works of one type.
struct WriteBatch<W: Write> {
    pieces: Vec<(W, oneshot::Sender<store::Result<W::Out>>)>,
    done: Vec<W::Out>,
}

impl<W: Write> WriteGroup for WriteBatch<W> {
    fn kind(&self) -> &'static str {
        type_name::<W>()
    }

    fn may_run_concurrently(&self) -> bool {
        W::ABREAST
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
            // When nobody listens any more, the work is done all the same, and that was the point.
            let _ = answer.send(outcome.map_err(StoreError::from).and(done));
        }
    }

    fn apart(self: Box<Self>) -> Vec<Box<dyn WriteGroup>> {
        let alone = |piece| -> Box<dyn WriteGroup> { Box::new(Self { pieces: vec![piece], done: Vec::new() }) };
        self.pieces.into_iter().map(alone).collect()
    }
}

/// A work as a group of its own, and where its outcome will arrive.
pub(in crate::store) fn waiting<W: Write>(work: W) -> (Box<dyn WriteGroup>, oneshot::Receiver<store::Result<W::Out>>) {
    let (answer, outcome) = oneshot::channel();
    (Box::new(WriteBatch { pieces: vec![(work, answer)], done: Vec::new() }), outcome)
}

/// Puts together what is of one kind. The order of the outcome is the same in every instance.
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
