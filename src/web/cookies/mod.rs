//! Cookies.

pub(in crate::web) mod flow;
pub(in crate::web) mod login_state;
pub(in crate::web) mod refresh;
pub(in crate::web) mod upstream_state;
