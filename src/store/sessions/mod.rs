//! Sessions in the database: start, refresh, end and purge.

pub mod refresh;
pub mod session_start;
pub mod sessions;
pub mod token_use;
