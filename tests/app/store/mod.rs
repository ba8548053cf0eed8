//! The writer, in which concurrent writes share a commit.

mod batches;
mod writer;
