//! Device cookie: a browser that knew the password before has its own attempt limit (OWASP device cookies).

use crate::web::cookies::request_cookies::{CookieSpec, RequestCookies, SetCookie};
use crate::web::cookies::site::CookieSite;

/// Lives for the maximum that browsers allow, 400 days.
const DEVICE: CookieSpec = CookieSpec::new("nb_device", 400 * 86_400);

impl RequestCookies {
    /// Device mark of the browser.
    pub(crate) fn device_mark(&self) -> Option<&str> {
        self.value(&DEVICE)
    }

    /// Sets the device mark.
    pub(crate) fn set_device_mark(&self, mark: &str, site: CookieSite) -> SetCookie {
        self.set(&DEVICE, mark.to_owned(), site)
    }
}
