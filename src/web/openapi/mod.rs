//! OpenAPI 3.1 document. Handlers describe themselves next to their code; this module adds what they share.
//!
//! - `document`: title, tags, server, security schemes, and the bodies of errors.
//! - `responses`: responses that many operations share.
//! - `error_codes`: codes of the problems of each operation.

pub(in crate::web) mod document;
pub(in crate::web) mod error_codes;
pub(in crate::web) mod responses;
