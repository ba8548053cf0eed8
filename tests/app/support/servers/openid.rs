//! A fake OpenID Provider on loopback. Can be told to misbehave.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

use crate::support::App;

/// Our client id at the provider.
pub const CLIENT: &str = "nb-client.apps.example";

/// Settings that make the provider the one of "Sign in with Google".
pub const GOOGLE: [(&str, &str); 3] =
    [("GOOGLE_CLIENT_ID", CLIENT), ("GOOGLE_CLIENT_SECRET", "visible-secret"), ("GOOGLE_ISSUER_URL", "{provider}")];

/// Settings that make the provider the one of "Log in with Telegram".
pub const TELEGRAM: [(&str, &str); 3] = [
    ("TELEGRAM_OIDC_CLIENT_ID", CLIENT),
    ("TELEGRAM_OIDC_CLIENT_SECRET", "visible-secret"),
    ("TELEGRAM_OIDC_ISSUER_URL", "{provider}"),
];

/// Behaviour of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// A valid answer.
    #[default]
    Well,
    /// No answer.
    Silent,
    /// Status 500.
    Broken,
    /// Status 200 with an HTML page.
    Page,
    /// Status 200 with half of the body.
    Half,
    /// A connection that closes in the middle of the body.
    Dropped,
    /// Status 200 with a megabyte of spaces.
    Endless,
    /// A redirect to another host.
    Elsewhere,
    /// Status 400 with that OAuth error code.
    Refusing(&'static str),
    /// Valid JSON with the essential part wrong or missing: another issuer, no keys, no ID token.
    Other,
}

/// A running fake provider.
#[derive(Clone)]
pub struct Provider {
    /// Issuer URL.
    pub issuer: String,
    state: Arc<Mutex<Said>>,
}

#[derive(Default)]
struct Said {
    issuer: String,
    moods: BTreeMap<&'static str, Mood>,
    published: Vec<u8>,
    token: String,
    asked: BTreeMap<&'static str, usize>,
    redeemed: Vec<Redeemed>,
}

/// Token request of the service.
#[derive(Clone, Debug)]
pub struct Redeemed {
    pub authorization: String,
    pub form: BTreeMap<String, String>,
}

impl Provider {
    /// Starts the provider with key 1 published. It stops with the test.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let said = Said { issuer: issuer.clone(), published: vec![1], ..Said::default() };
        let state = Arc::new(Mutex::new(said));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/{what}", any(answer))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { issuer, state }
    }

    /// Sets the behaviour of an endpoint: `discovery`, `keys` or `token`.
    pub fn be(&self, what: &'static str, mood: Mood) {
        self.state.lock().unwrap().moods.insert(what, mood);
    }

    /// Sets the published keys.
    pub fn publish(&self, keys: &[u8]) {
        self.state.lock().unwrap().published = keys.to_vec();
    }

    /// Sets the ID token returned for any code.
    pub fn give(&self, token: String) {
        self.state.lock().unwrap().token = token;
    }

    /// Number of requests to an endpoint.
    pub fn asked(&self, what: &str) -> usize {
        self.state.lock().unwrap().asked.get(what).copied().unwrap_or(0)
    }

    /// Returns the latest token request.
    pub fn redeemed(&self) -> Redeemed {
        self.state.lock().unwrap().redeemed.last().expect("a token request").clone()
    }

    /// Builds valid ID token claims for a subject, extended by `more`.
    pub fn claims(&self, app: &App, subject: &str, more: Value) -> Value {
        let now = app.clock.unix();
        let mut claims = json!({"iss": self.issuer, "aud": CLIENT, "sub": subject, "iat": now, "exp": now + 3600});
        let Value::Object(more) = more else { panic!("not an object: {more}") };
        claims.as_object_mut().unwrap().extend(more);
        claims
    }
}

async fn discovery(State(state): State<Arc<Mutex<Said>>>) -> Response {
    let issuer = state.lock().unwrap().issuer.clone();
    let other = json!({"issuer": "https://evil.example"});
    respond(&state, "discovery", document(&issuer), &other).await
}

fn document(issuer: &str) -> Value {
    json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize?tenant=1"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA", "HS256", "none"],
    })
}

async fn answer(
    State(state): State<Arc<Mutex<Said>>>,
    Path(what): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (published, token) = {
        let said = state.lock().unwrap();
        (said.published.clone(), said.token.clone())
    };
    if what == "keys" {
        // Key types that we do not support must be ignored.
        let odd = json!({"kty": "EC", "crv": "secp256k1", "kid": "odd", "alg": "ES256K", "x": "AA", "y": "AA"});
        let keys: Vec<_> = published.iter().flat_map(|key| [public(*key), public_ed25519(*key)]).chain([odd]).collect();
        return respond(&state, "keys", json!({ "keys": keys }), &json!({"keys": []})).await;
    }
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let authorization = headers.get("authorization").map_or("", |value| value.to_str().unwrap()).to_owned();
    state.lock().unwrap().redeemed.push(Redeemed { authorization, form });
    let given = json!({"access_token": "at", "token_type": "Bearer", "expires_in": 3600, "id_token": token});
    let without = json!({"access_token": "at", "token_type": "Bearer", "expires_in": 3600});
    respond(&state, "token", given, &without).await
}

async fn respond(state: &Arc<Mutex<Said>>, what: &'static str, well: Value, other: &Value) -> Response {
    let mood = {
        let mut said = state.lock().unwrap();
        *said.asked.entry(what).or_default() += 1;
        said.moods.get(what).copied().unwrap_or_default()
    };
    let text = well.to_string();
    let half = text[..text.len() / 2].to_owned();
    match mood {
        Mood::Well => axum::Json(well).into_response(),
        Mood::Other => axum::Json(other).into_response(),
        Mood::Silent => std::future::pending().await,
        Mood::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "{}").into_response(),
        Mood::Page => axum::response::Html("<html>Sign in to the hotel's network</html>").into_response(),
        Mood::Half => ([("content-type", "application/json")], half).into_response(),
        Mood::Dropped => {
            let parts = [Ok(half), Err(std::io::Error::other("gone"))];
            ([("content-type", "application/json")], Body::from_stream(futures::stream::iter(parts))).into_response()
        }
        Mood::Endless => ([("content-type", "application/json")], " ".repeat(1 << 20)).into_response(),
        Mood::Elsewhere => axum::response::Redirect::temporary("https://example.com/").into_response(),
        Mood::Refusing(error) => (StatusCode::BAD_REQUEST, axum::Json(json!({ "error": error }))).into_response(),
    }
}

fn signing(key: u8) -> SigningKey {
    SigningKey::from_slice(&[key; 32]).unwrap()
}

/// Returns the public JWK of a key.
pub fn public(key: u8) -> Value {
    let point = signing(key).verifying_key().to_sec1_point(false);
    let part = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
    let (x, y) = (part(point.x().unwrap()), part(point.y().unwrap()));
    json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": format!("key-{key}"), "x": x, "y": y})
}

fn public_ed25519(key: u8) -> Value {
    let public = ed25519_dalek::SigningKey::from_bytes(&[key; 32]).verifying_key();
    let x = URL_SAFE_NO_PAD.encode(public.as_bytes());
    json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": format!("ed-{key}"), "x": x})
}

fn text(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// Signs an ID token with ES256.
pub fn token(key: u8, claims: &Value) -> String {
    token_with(&json!({"alg": "ES256", "typ": "JWT", "kid": format!("key-{key}")}), key, claims)
}

/// Signs an ID token with ES256 under any header.
pub fn token_with(header: &Value, key: u8, claims: &Value) -> String {
    let text = text(header, claims);
    let signature: Signature = signing(key).sign(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// Signs an ID token with Ed25519.
pub fn token_ed25519(key: u8, claims: &Value) -> String {
    let text = text(&json!({"alg": "EdDSA", "kid": format!("ed-{key}")}), claims);
    let signature = ed25519_dalek::SigningKey::from_bytes(&[key; 32]).sign(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// Signs an ID token with HMAC under any header and secret.
pub fn token_hmac(header: &Value, secret: &[u8], claims: &Value) -> String {
    let text = text(header, claims);
    let mac = Hmac::<Sha256>::new_from_slice(secret).unwrap().chain_update(&text).finalize().into_bytes();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac))
}

/// Builds an unsigned ID token.
pub fn token_unsigned(alg: &str, claims: &Value) -> String {
    format!("{}.", text(&json!({"alg": alg, "typ": "JWT"}), claims))
}
