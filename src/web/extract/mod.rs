//! Extractors of requests: caller and client, JSON and form bodies, query strings, ids in paths.
//!
//! `header_fields` reads header fields as bytes; `trusted_proxies` finds the client behind proxies.
//! `fields` reads bodies and queries field by field; `field_values` and `checks` know what a field may hold.

pub(in crate::web) mod app_caller;
pub(in crate::web) mod caller;
pub(in crate::web) mod checks;
pub(in crate::web) mod client;
pub(in crate::web) mod field_values;
pub(in crate::web) mod fields;
pub(crate) mod form;
pub(in crate::web) mod header_fields;
pub(in crate::web) mod json;
pub(in crate::web) mod json_value;
pub(in crate::web) mod path_id;
pub(in crate::web) mod query;
pub(in crate::web) mod trusted_proxies;
pub(in crate::web) mod write_cost;
