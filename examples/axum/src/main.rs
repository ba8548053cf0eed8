//! A website's backend: checks the access token of its page, and keeps an API key of its own.

mod access_token;

use std::env;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tower_http::services::ServeDir;

use access_token::{Claims, Refused, Verifier};

struct Backend {
    verifier: Verifier,
    http: reqwest::Client,
    /// The key never leaves this process.
    key: String,
    api_url: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setting = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
    let issuer = setting("NEURALBOX_ISSUER", "http://localhost:8080");
    let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
    let backend = Backend {
        // Name of this API: the page's data-resource. Tokens for other APIs are refused.
        verifier: Verifier::new(&issuer, &setting("NEURALBOX_RESOURCE", "https://api.shop.example"), http.clone()),
        http,
        key: setting("NEURALBOX_KEY", ""),
        // By default the key asks about itself.
        api_url: setting("NEURALBOX_API_URL", &format!("{issuer}/api/v2/key")),
    };
    let routes = Router::new()
        .route("/api/me", get(me))
        .route("/api/key", get(key))
        .fallback_service(ServeDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../website")))
        .with_state(Arc::new(backend));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:9300").await?;
    axum::serve(listener, routes).await?;
    Ok(())
}

async fn me(SignedIn(claims): SignedIn) -> Json<Value> {
    Json(json!({"person": claims.sub, "scope": claims.scope.split(' ').collect::<Vec<_>>()}))
}

/// Calls the AI API for a signed-in person, with the key of this server.
async fn key(SignedIn(claims): SignedIn, State(backend): State<Arc<Backend>>) -> Result<Json<Value>, StatusCode> {
    let answer = backend.http.get(&backend.api_url).bearer_auth(&backend.key).send().await;
    let answer = answer.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(Json(json!({"person": claims.sub, "status": answer.status().as_u16()})))
}

/// Caller with an access token for this API.
struct SignedIn(Claims);

impl FromRequestParts<Arc<Backend>> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, backend: &Arc<Backend>) -> Result<Self, Response> {
        let sent = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = sent.and_then(|sent| sent.split_once(' ')).unwrap_or_default();
        let token = if scheme.eq_ignore_ascii_case("bearer") { token } else { "" };
        backend.verifier.verify(token).await.map(Self).map_err(|refused| match refused {
            Refused::Invalid => {
                (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")]).into_response()
            }
            Refused::KeysUnavailable => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        })
    }
}
