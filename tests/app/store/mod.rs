//! The writer: concurrent writes share a commit.

mod batches;
mod writer;
