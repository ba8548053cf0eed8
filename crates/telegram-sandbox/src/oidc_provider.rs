//! OpenID Connect provider in the role of Google: the visitor chooses which person to sign in as
//! (<https://openid.net/specs/openid-connect-core-1_0.html>, authorization code flow with PKCE).
//!
//! It stores nothing. A code is the signed request and person, valid for a minute.
//! Any client id and any client secret are accepted.

use axum::{
    Form, Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::{Sandbox, http::loopback, state::people::Person};

const ACCOUNTS_PAGE: &str = include_str!("../templates/google.html");
/// Allows the page nothing except its styles and icon.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Lifetime of a code in seconds.
const CODE_LIFETIME_SECS: i64 = 60;

/// Routes of the provider. The issuer is `/google` on the requested host.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/google/.well-known/openid-configuration", get(discovery))
        .route("/google/keys", get(keys))
        .route("/google/authorize", get(authorize))
        .route("/google/token", post(token))
}

fn issuer(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}/google")
}

async fn discovery(headers: HeaderMap) -> Json<Value> {
    let issuer = issuer(&headers);
    Json(json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"], "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys(State(sandbox): State<Sandbox>) -> Json<Value> {
    let point = signing_key(&sandbox).map(|key| key.verifying_key().to_sec1_point(false));
    let part = |part: Option<&[u8]>| URL_SAFE_NO_PAD.encode(part.unwrap_or_default());
    let public = |x: Option<&[u8]>, y: Option<&[u8]>| json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "pretend", "x": part(x), "y": part(y)});
    let keys: Vec<Value> =
        point.iter().map(|point| public(point.x().map(AsRef::as_ref), point.y().map(AsRef::as_ref))).collect();
    Json(json!({ "keys": keys }))
}

/// Signing key, derived from the bot's token so that it is stable.
fn signing_key(sandbox: &Sandbox) -> Option<SigningKey> {
    let token = sandbox.read(|state| state.settings.token.clone());
    SigningKey::from_slice(&Sha256::digest(format!("pretend Google of {token}"))).ok()
}

fn sign_jwt(key: &SigningKey, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({"alg": "ES256", "typ": "JWT", "kid": "pretend"})), part(claims));
    let signature: Signature = key.sign(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// Authorization request of a website.
#[derive(Clone, Deserialize, Serialize)]
struct AuthorizeQuery {
    client_id: String,
    redirect_uri: String,
    state: Option<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
}

/// Shows the people to choose from. Each name links back to the website with a code.
async fn authorize(State(sandbox): State<Sandbox>, Query(query): Query<AuthorizeQuery>) -> Response {
    let redirect = Url::parse(&query.redirect_uri).ok().filter(loopback::is_loopback);
    let (Some(redirect), Some(key)) = (redirect, signing_key(&sandbox)) else {
        return (StatusCode::BAD_REQUEST, "redirect_uri must be a loopback address\n").into_response();
    };
    let (people, now) = sandbox.read(|state| (state.settings.people.clone(), (state.settings.clock)()));
    let state = query.state.as_deref().unwrap_or_default();
    let link = |person: &Person| {
        let code = sign_jwt(&key, &json!({"asked": query, "person": person.id, "until": now + CODE_LIFETIME_SECS}));
        let url = url_with(&redirect, &[("code", &code), ("state", state)]);
        let [url, name, email] = [url.as_str(), &person.full_name(), &email(person)].map(escape_html);
        format!("<li><a href=\"{url}\"><strong>{name}</strong> <span>{email}</span></a></li>\n")
    };
    let cancel = url_with(&redirect, &[("error", "access_denied"), ("state", state)]);
    let bot_name = sandbox.read(|state| state.settings.bot_name.clone());
    let page = ACCOUNTS_PAGE
        .replace("{service}", &escape_html(&bot_name))
        .replace("{people}", &people.iter().map(link).collect::<String>())
        .replace("{cancel}", &escape_html(cancel.as_str()));
    ([(header::CONTENT_SECURITY_POLICY, POLICY), (header::REFERRER_POLICY, "no-referrer")], Html(page)).into_response()
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn url_with(url: &Url, values: &[(&str, &str)]) -> Url {
    let mut url = url.clone();
    url.query_pairs_mut().extend_pairs(values);
    url
}

fn email(person: &Person) -> String {
    let name = person.username.clone().unwrap_or_else(|| person.id.to_string());
    format!("{name}@example.com")
}

/// Token request of a website.
#[derive(Deserialize)]
struct TokenRequest {
    code: String,
    redirect_uri: String,
    code_verifier: Option<String>,
}

async fn token(State(sandbox): State<Sandbox>, headers: HeaderMap, Form(request): Form<TokenRequest>) -> Response {
    issue_id_token(&sandbox, &issuer(&headers), &request).map_or_else(
        || (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response(),
        |token| {
            let answer =
                json!({"access_token": "unused", "token_type": "Bearer", "expires_in": 3600, "id_token": token});
            Json(answer).into_response()
        },
    )
}

/// ID token for a code, if its signature, expiry, redirect URI and PKCE verifier are valid.
fn issue_id_token(sandbox: &Sandbox, issuer: &str, request: &TokenRequest) -> Option<String> {
    let key = signing_key(sandbox)?;
    let (people, now) = sandbox.read(|state| (state.settings.people.clone(), (state.settings.clock)()));
    let code: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(request.code.split('.').nth(1)?).ok()?).ok()?;
    // ECDSA is deterministic here (RFC 6979), so signing again verifies the signature.
    let is_valid = sign_jwt(&key, &code) == request.code && code.get("until")?.as_i64()? > now;
    let query: AuthorizeQuery = serde_json::from_value(code.get("asked")?.clone()).ok()?;
    let challenge = request.code_verifier.as_ref().map(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)));
    if !is_valid || query.redirect_uri != request.redirect_uri || query.code_challenge != challenge {
        return None;
    }
    let id = code.get("person")?.as_i64()?;
    let person = people.iter().find(|person| person.id == id)?;
    let mut claims = json!({
        "iss": issuer, "aud": query.client_id, "sub": format!("google-{id}"), "iat": now, "exp": now + 3600,
        "name": person.full_name(), "email": email(person), "email_verified": true,
    });
    if let (Some(nonce), Some(claims)) = (query.nonce, claims.as_object_mut()) {
        claims.insert("nonce".to_owned(), nonce.into());
    }
    Some(sign_jwt(&key, &claims))
}
