//! Sessions.

pub mod refresh;
pub mod session_start;
pub mod sessions;
