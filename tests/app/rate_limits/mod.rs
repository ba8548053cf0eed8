//! Rate limits of accounts.

mod rate_limits;
mod shared_rate_limits;
mod write_limits;
