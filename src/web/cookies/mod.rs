//! Cookies. All are `HttpOnly`; on https their names carry the `__Host-` prefix.
//!
//! | module | content |
//! |---|---|
//! | `request_cookies` | the extractor: reads cookies, and writes them for the scheme and website of the request |
//! | `site` | the website that may receive a cookie, and the check of the request's origin |
//! | `refresh`, `device` | refresh token and device mark, for the lifetime of a session or a browser |
//! | `allowed_origins` | websites that may use sessions from their own pages |
//! | `flow` | cookies that live for minutes, during one sign-in or confirmation |
//! | `login_state`, `upstream_state` | protection against login CSRF |
//! | `oauth` | cookies of authorization requests, and refresh tokens of embedded clients |

pub(in crate::web) mod allowed_origins;
pub(in crate::web) mod device;
pub(in crate::web) mod flow;
pub(in crate::web) mod login_state;
pub(in crate::web) mod oauth;
pub(in crate::web) mod refresh;
pub(in crate::web) mod request_cookies;
pub(in crate::web) mod site;
pub(in crate::web) mod upstream_state;
