//! OpenAPI 3.1 document. Handlers describe themselves next to their code; this module adds what they share.
//!
//! - `document`: title, tags, server, security schemes, and the bodies of errors.
//! - `responses`: responses that many operations share.

pub(in crate::web) mod document;
pub(in crate::web) mod responses;
