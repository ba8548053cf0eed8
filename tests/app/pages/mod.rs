//! Web pages, used through a browser that stores cookies and follows no redirects.

mod assets;
mod billing;
mod bot_sign_in;
mod buying;
mod email_accounts;
mod keys;
mod security;
mod sessions;
mod sign_in;
mod sign_in_link;
mod texts;
mod upstream_oidc;
mod usage;

use std::collections::BTreeMap;

use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, ORIGIN};
use reqwest::{Method, RequestBuilder};
use telegram_sandbox::Person;
use url::form_urlencoded::Serializer;

use crate::support::{Answer, App, ask};

/// Pages for signed-in people.
pub const RESIDENT: [&str; 9] = [
    "/web/profile/api-keys",
    "/web/profile",
    "/web/profile/sessions",
    "/web/profile/activity",
    "/web/profile/security",
    "/web/profile/security/delete",
    "/web/profile/usage",
    "/web/billing",
    "/web/device",
];

/// A browser on the pages.
pub struct Reader<'a> {
    app: &'a App,
    pub cookies: BTreeMap<String, String>,
    pub language: &'static str,
}

impl<'a> Reader<'a> {
    pub fn new(app: &'a App, language: &'static str) -> Self {
        Self { app, cookies: BTreeMap::new(), language }
    }

    /// Signs a person in with the login widget.
    pub async fn signed_in(app: &'a App, person: &Person, language: &'static str) -> Self {
        let mut reader = Self::new(app, language);
        reader.sign_in_as(person).await;
        reader
    }

    /// Replaces the session of this browser by one of another person; its other cookies stay.
    pub async fn sign_in_as(&mut self, person: &Person) {
        let cookie = self.app.signed_in(person).await.cookie.unwrap();
        let (name, value) = cookie.split_once('=').unwrap();
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Builds a request of this browser. `path` may be an absolute URL of the service.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = path.strip_prefix(&self.app.url).unwrap_or(path);
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.app.browser().request(method, path).header(ACCEPT_LANGUAGE, self.language);
        request.header(COOKIE, cookies.join("; "))
    }

    pub async fn send(&mut self, request: RequestBuilder) -> Answer {
        let answer = ask(request).await;
        for cookie in answer.cookies() {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        self.cookies.retain(|_, value| !value.is_empty());
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a form as from our own page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.form(path, fields).header(ORIGIN, &self.app.url);
        self.send(request).await
    }

    /// Builds a form request without `Origin`.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        self.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    /// Creates a key on the page.
    pub async fn make_key(&mut self, name: &str) -> Answer {
        let once = self.once().await;
        self.post("/web/profile/api-keys", &[("once", &once), ("name", name), ("days", "")]).await
    }

    /// Returns the idempotency key of the form for a new key.
    pub async fn once(&mut self) -> String {
        let page = self.get("/web/profile/api-keys").await;
        between(&page.text, "name=\"once\" value=\"", "\"").to_owned()
    }
}

/// Returns the text between two markers.
pub fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from:?} in {text}")) + from.len();
    &text[start..start + text[start..].find(to).unwrap()]
}

/// Asserts the promises of every page: HTML, security headers, and no missing text or variable.
pub fn check(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{answer:?}");
    let policy = answer.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'"),
        "{policy}"
    );
    // Behind `'self'` stand the origins to which a form redirects, such as that of invoices.
    assert!(policy.contains("; form-action 'self'"), "{policy}");
    assert!(policy.contains("; base-uri 'none'; frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.header("referrer-policy").is_empty());
    let text = &answer.text;
    assert!(text.starts_with("<!DOCTYPE html>"), "{text}");
    assert!(!text.contains("page-"), "a text is missing: page-{}", between(text, "page-", "<"));
    assert!(!text.contains("{$") && !text.contains("{ $"), "a value is missing in {text}");
    assert!(!text.contains(" style=") && !text.contains("<style") && !text.contains("javascript:"), "{text}");
    assert_eq!(
        text.matches("<script").count(),
        text.matches("<script defer src=\"/assets/").count() + text.matches("<script async src=").count()
    );
}

/// Returns the target of a redirect.
pub fn leads_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location")
}
