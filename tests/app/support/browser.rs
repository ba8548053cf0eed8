//! A browser or other API client. Keeps its refresh cookie and its access token.

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, SET_COOKIE, USER_AGENT};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use telegram_sandbox::Person;

use super::App;

/// Client state of one browser.
#[derive(Clone)]
pub struct Browser {
    pub client: reqwest::Client,
    pub url: String,
    /// `name=value` of the refresh cookie.
    pub cookie: Option<String>,
    pub access: Option<String>,
    /// Value of `User-Agent`.
    pub agent: Option<&'static str>,
}

/// A response of the service.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// Parses the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Returns a header as text; empty if absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Formats a problem in one line, `401 Invalid or expired token (login_forged)`, and asserts its shape (RFC 9457).
    pub fn problem(&self) -> String {
        let body = self.json();
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(body["status"], self.status, "{self:?}");
        let kind = url::Url::parse(body["type"].as_str().unwrap()).expect("an absolute address");
        assert_eq!((kind.path(), kind.fragment()), ("/docs", body["code"].as_str()), "{self:?}");
        assert!(!body["detail"].as_str().unwrap().is_empty(), "{self:?}");
        assert!(!body["request_id"].as_str().unwrap().is_empty(), "{self:?}");
        assert_eq!(body["request_id"], self.header("x-request-id"), "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        let is_challenged = self.status == 401 || body["code"] == "insufficient_scope";
        assert_eq!(is_challenged, self.header("www-authenticate").starts_with("Bearer "), "{self:?}");
        assert_eq!(self.status == 429, body["code"] == "rate_limit_exceeded", "{self:?}");
        assert!(self.status != 422 || body["errors"].is_array(), "{self:?}");
        let fields = body["errors"].as_array().map_or_else(String::new, |errors| {
            let each = errors
                .iter()
                .map(|e| format!("\n  {}: {}", e["field"].as_str().unwrap(), e["message"].as_str().unwrap()));
            each.collect()
        });
        format!("{} {} ({}){fields}", self.status, body["title"].as_str().unwrap(), body["code"].as_str().unwrap())
    }

    /// Returns the `Set-Cookie` values.
    pub fn cookies(&self) -> Vec<String> {
        self.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }
}

impl Browser {
    pub fn new(url: &str) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { client, url: url.to_owned(), cookie: None, access: None, agent: None }
    }

    /// Builds a request with the cookie and access token, if any. A path without a leading slash is below `/api/v2/`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let base = if path.starts_with('/') { "" } else { "/api/v2/" };
        let mut request = self.client.request(method, format!("{}{base}{path}", self.url));
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(access) = &self.access {
            request = request.bearer_auth(access);
        }
        if let Some(agent) = self.agent {
            request = request.header(USER_AGENT, agent);
        }
        request
    }

    /// Sends a request and stores the cookie and access token of the response.
    pub async fn send(&mut self, request: RequestBuilder) -> Answer {
        let answer = ask(request).await;
        for cookie in answer.cookies() {
            let pair = cookie.split(';').next().unwrap().to_owned();
            if pair.contains("nb_refresh=") || pair.contains("nb_refresh_site=") {
                self.cookie = (!pair.ends_with('=')).then_some(pair);
            }
        }
        let is_json = answer.header("content-type") == "application/json";
        if answer.status == 200 && is_json && answer.text.contains("\"access_token\"") {
            self.access = answer.json()["access_token"].as_str().map(ToOwned::to_owned);
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// Posts a body with any content type.
    pub async fn post_text(&mut self, path: &str, kind: Option<&str>, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, path).body(body);
        let request = kind.into_iter().fold(request, |request, kind| request.header(CONTENT_TYPE, kind));
        self.send(request).await
    }

    pub async fn patch(&mut self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Signs in with the login widget.
    pub async fn sign_in(&mut self, app: &App, person: &Person) -> Answer {
        // A payload can be used only once, and the clock stands still: a second sign-in needs another payload.
        let object = loop {
            let object = app.sandbox.widget_login(person, app.clock.unix());
            if app.sandbox_logins.lock().unwrap().insert(object["hash"].to_string()) {
                break object;
            }
            app.clock.pass(1);
        };
        let answer = self.post("auth/telegram", Value::Object(object)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    /// Exchanges the refresh cookie for a new one.
    pub async fn refresh(&mut self) -> Answer {
        self.send(self.request(Method::POST, "auth/refresh")).await
    }
}

/// Sends a request and reads the whole response.
pub async fn ask(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("a response");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("a response body") }
}

/// Runs requests concurrently; returns the responses in the order of the requests.
pub async fn at_once<T: Send + 'static>(asks: impl IntoIterator<Item: Future<Output = T> + Send + 'static>) -> Vec<T> {
    let asked: Vec<_> = asks.into_iter().map(tokio::spawn).collect();
    futures::future::join_all(asked).await.into_iter().map(|answer| answer.expect("no panic")).collect()
}

/// Verifies a key as a gateway does.
pub async fn verify(app: &App, key: &str) -> Answer {
    ask(reqwest::Client::new().get(format!("{}/api/v2/auth/verify", app.url)).bearer_auth(key)).await
}
