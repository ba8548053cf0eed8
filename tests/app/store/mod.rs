//! The writer, in which concurrent writes share a commit.

mod batches;
mod explain;
mod purge;
mod write_lanes;
mod writer;
