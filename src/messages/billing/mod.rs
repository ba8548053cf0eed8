//! Messages of billing: `usage` has the texts, `usage_chart` the picture.

pub(crate) mod usage;
mod usage_chart;
