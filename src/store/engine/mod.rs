//! Database engine: everything that knows SQLite from Postgres, and the writer that groups commits.

pub mod backup;
pub(in crate::store) mod batch;
pub(in crate::store) mod chunked;
pub(in crate::store) mod connection_fault;
pub mod database_check;
pub mod database_url;
pub(in crate::store) mod db;
pub(in crate::store) mod lease_queue;
pub(in crate::store) mod migrations;
pub(in crate::store) mod pooler;
pub(in crate::store) mod postgres;
pub mod provider_check;
pub(in crate::store) mod queue;
pub(in crate::store) mod sqlite;
pub(in crate::store) mod writer;
