//! Pages on the way of an authorization request, of a device, and of a sign-out that a client begins.
//!
//! | module | content |
//! |---|---|
//! | `authorize` | start of a request, and its way through sign-in and consent |
//! | `consent` | asks the person |
//! | `answer` | sends the browser back to the client |
//! | `device` | code and number of a device |
//! | `logout` | sign-out |
//! | `form_policy` | forms that may lead to a client |
//! | `prefetch` | refuses browsers that load a page before anybody asks for it |

mod answer;
pub(in crate::web::pages) mod authorize;
pub(in crate::web::pages) mod consent;
pub(in crate::web::pages) mod device;
pub(in crate::web::pages) mod form_policy;
pub(in crate::web::pages) mod logout;
pub(in crate::web::pages) mod prefetch;
pub(in crate::web::pages) mod scopes;
