//! OpenAPI 3.1 document. Handlers describe themselves beside their code; this room adds what is common to all.
//!
//! - `document`: title, tags, server, security schemes, and the bodies of errors.
//! - `responses`: responses that many operations share.

pub(in crate::web) mod document;
pub(in crate::web) mod responses;
