//! Extractors of requests: the caller and the request source, JSON and form bodies, ids in paths.

pub(in crate::web) mod caller;
pub(crate) mod form;
pub(in crate::web) mod json;
pub(in crate::web) mod path_id;
