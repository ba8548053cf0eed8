//! Accounts as both faces need them: the download of the export.

pub(in crate::web) mod account_export;
