//! Problems of the refusals, one file a room. `from_refusal` decides which refusal becomes which.

pub(in crate::web) mod accounts;
pub(in crate::web) mod admin;
pub(in crate::web) mod api_keys;
pub(in crate::web) mod billing;
pub(in crate::web) mod broadcasts;
pub(in crate::web) mod credentials;
pub(in crate::web) mod oauth;
pub(in crate::web) mod purchases;
pub(in crate::web) mod requests;
pub(in crate::web) mod sign_in;
