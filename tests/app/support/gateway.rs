//! The operator's gateway, a program with the service credential.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::{Answer, App, ask};

/// Service credential of the tests that configure one.
pub const SERVICE_TOKEN: &str = "the-service-credential-of-the-tests!";
/// Setting of the service credential.
pub const SERVICE: [(&str, &str); 1] = [("NEURALBOX_SERVICE_TOKEN", SERVICE_TOKEN)];

/// Builds a request with the service credential.
pub fn service(app: &App, method: Method, path: &str) -> RequestBuilder {
    app.browser().request(method, path).bearer_auth(SERVICE_TOKEN)
}

/// Charges an account.
pub async fn charge(app: &App, body: &Value) -> Answer {
    ask(service(app, Method::POST, "usage").json(body)).await
}

/// Charges an account; returns status and balance, or the problem, in one line.
pub async fn charged(app: &App, user: i64, tokens: i64, request: &str) -> String {
    let answer = charge(app, &json!({"user_id": user, "tokens": tokens, "request_id": request})).await;
    if answer.status != 200 {
        return answer.problem();
    }
    let body = answer.json();
    assert_eq!((&body["user_id"], &body["tokens"]), (&json!(user), &json!(tokens)), "{body}");
    assert_eq!(body["request_id"], request);
    format!("{} {}", body["status"].as_str().unwrap(), body["token_balance"])
}

/// Posts a form with the service credential.
pub async fn post_form(app: &App, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = service(app, Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
    ask(request.body(body)).await
}
