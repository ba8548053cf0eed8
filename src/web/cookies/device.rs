//! Device cookie: a browser that knew the password before has its own attempt limit (OWASP device cookies).

use crate::web::cookies::request_cookies::{CookieSpec, RequestCookies, SetCookie};
use crate::web::cookies::site::CookieSite;

/// Lives for the maximum that browsers allow, 400 days.
const DEVICE: CookieSpec = CookieSpec::new("nb_device", 400 * 86_400);

/// Limit of marks that are looked at.
const MAX_MARKS: usize = 5;

impl RequestCookies {
    /// Device marks of the browser: one for each website, and older ones. At most five.
    pub(crate) fn device_marks(&self) -> Vec<&str> {
        self.values(&DEVICE).take(MAX_MARKS).collect()
    }

    pub(crate) fn set_device_mark(&self, mark: &str, site: CookieSite) -> SetCookie {
        self.set(&DEVICE, mark.to_owned(), site)
    }
}
