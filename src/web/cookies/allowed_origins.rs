//! Websites that may use sessions from their own pages. Settings list them; the demo also allows those of this machine.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use url::{Host, Url};

/// Limit of refused websites that are logged. Anyone can invent origins.
const MAX_REPORTED: usize = 100;

/// Websites of this machine, at any port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoopbackOrigins {
    /// Allowed only if listed.
    #[default]
    Listed,
    /// All allowed, as in the demo.
    Allowed,
}

/// Websites that may use sessions from their own pages (CORS with credentials). Clones share the memory of refused
/// ones.
#[derive(Clone, Debug, Default)]
pub struct AllowedOrigins {
    listed: Vec<String>,
    loopback: LoopbackOrigins,
    reported: Arc<Mutex<HashSet<String>>>,
}

impl AllowedOrigins {
    /// Websites in `listed`, as browsers send them in `Origin`.
    #[must_use]
    pub fn new(listed: Vec<String>, loopback: LoopbackOrigins) -> Self {
        Self { listed, loopback, reported: Arc::default() }
    }

    /// True if the website may use sessions.
    pub(crate) fn allows(&self, origin: &str) -> bool {
        let is_listed = self.listed.iter().any(|allowed| allowed == origin);
        is_listed || (self.loopback == LoopbackOrigins::Allowed && is_loopback(origin))
    }

    /// Logs a refused website: its developer sees only that the browser hides the answer. Each is logged once.
    pub(crate) fn report(&self, origin: &str) {
        if self.is_new(origin) {
            tracing::warn!(origin, "cors: origin refused, it is not in NEURALBOX_ALLOWED_ORIGINS");
        }
    }

    /// True for the first time, and only for the origin of a website: an invented text could hold a line break.
    fn is_new(&self, origin: &str) -> bool {
        let is_website = Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == origin);
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        is_website && reported.len() < MAX_REPORTED && reported.insert(origin.to_owned())
    }
}

impl From<Vec<String>> for AllowedOrigins {
    fn from(listed: Vec<String>) -> Self {
        Self::new(listed, LoopbackOrigins::default())
    }
}

/// True for a website of this machine.
fn is_loopback(origin: &str) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    is_local && url.origin().ascii_serialization() == origin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn websites_of_this_machine_are_allowed_if_wanted() {
        let listed = || vec!["https://shop.example".to_owned()];
        let usual = AllowedOrigins::from(listed());
        let demo = AllowedOrigins::new(listed(), LoopbackOrigins::Allowed);
        for local in ["http://localhost:9300", "http://127.0.0.1", "http://[::1]:81", "https://shop.localhost:8443"] {
            assert!(!usual.allows(local), "{local}");
            assert!(demo.allows(local), "{local}");
        }
        for other in [
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://localhost:80/",
            "null",
            "file://",
            "",
        ] {
            assert!(!demo.allows(other), "{other}");
        }
        assert!(usual.allows("https://shop.example") && demo.allows("https://shop.example"));
        assert!(!usual.allows("https://shop.example:8443"));
    }

    #[test]
    fn a_refused_website_is_reported_once_and_not_without_end() {
        let origins = AllowedOrigins::default();
        assert!(origins.is_new("https://a.example"));
        assert!(!origins.clone().is_new("https://a.example"), "clones share the memory");
        for invented in ["null", "", "https://a.example/", "https://a.example\nINFO all is well", "https://B.example"] {
            assert!(!origins.is_new(invented), "{invented:?}");
        }
        let reported = (0..1000).filter(|number| origins.is_new(&format!("https://{number}.example"))).count();
        assert_eq!(reported, MAX_REPORTED - 1);
    }
}
