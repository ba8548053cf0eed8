//! A fake of GitHub secret scanning. Serves the list of public keys and signs reports with the private keys.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{EncodePublicKey, LineEnding};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{Answer, ask};

/// Behaviour of the key list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// A valid list.
    #[default]
    Well,
    /// No answer.
    Silent,
    /// Status 500.
    Broken,
    /// Status 200 with a body that is no list.
    Nonsense,
    /// Status 200 with a body of one megabyte.
    Endless,
    /// A redirect to another host.
    Elsewhere,
}

/// A running fake.
#[derive(Clone)]
pub struct GitHub {
    /// URL of the key list.
    pub keys_url: String,
    state: Arc<Mutex<Said>>,
}

struct Said {
    mood: Mood,
    published: Vec<u8>,
    asked: usize,
}

impl GitHub {
    /// Starts the fake with key 1 published. It stops with the test.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let keys_url = format!("http://{}/meta/public_keys/secret_scanning", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(Said { mood: Mood::Well, published: vec![1], asked: 0 }));
        let list = get(list).with_state(Arc::clone(&state));
        let routes = Router::new().route("/meta/public_keys/secret_scanning", list);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { keys_url, state }
    }

    /// Sets the behaviour of the key list.
    pub fn be(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// Sets the published keys.
    pub fn publish(&self, keys: &[u8]) {
        self.state.lock().unwrap().published = keys.to_vec();
    }

    /// Number of requests for the key list.
    pub fn asked(&self) -> usize {
        self.state.lock().unwrap().asked
    }
}

async fn list(State(state): State<Arc<Mutex<Said>>>) -> Response {
    let (mood, published) = {
        let mut said = state.lock().unwrap();
        said.asked += 1;
        (said.mood, said.published.clone())
    };
    match mood {
        Mood::Well => {
            let key = |key: &u8| json!({"key_identifier": identifier(*key), "key": pem(*key), "is_current": true});
            axum::Json(json!({"public_keys": published.iter().map(key).collect::<Vec<_>>()})).into_response()
        }
        Mood::Silent => std::future::pending().await,
        Mood::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Nonsense => "<html>Unicorn!</html>".into_response(),
        Mood::Endless => " ".repeat(1 << 20).into_response(),
        Mood::Elsewhere => axum::response::Redirect::temporary("https://example.com/keys").into_response(),
    }
}

fn signing(key: u8) -> SigningKey {
    SigningKey::from_slice(&[key; 32]).unwrap()
}

fn pem(key: u8) -> String {
    signing(key).verifying_key().to_public_key_pem(LineEnding::LF).unwrap()
}

/// Returns the identifier of a key.
pub fn identifier(key: u8) -> String {
    format!("{key:064x}")
}

/// Signs a body with a key.
pub fn sign(key: u8, body: &[u8]) -> String {
    let signature: Signature = signing(key).sign(body);
    STANDARD.encode(signature.to_der().as_bytes())
}

/// Builds one entry of a report.
pub fn found(token: &str) -> Value {
    json!({"token": token, "type": "neuralbox_api_key", "url": PLACE, "source": "commit"})
}

/// Location in every entry of a report.
pub const PLACE: &str = "https://github.com/octocat/Hello-World/blob/1234560/foo/bar.txt";

/// Sends a report signed with key 1.
pub async fn report(url: &str, finds: Value) -> Answer {
    report_by(url, 1, finds).await
}

/// Sends a report signed with `key`.
pub async fn report_by(url: &str, key: u8, finds: Value) -> Answer {
    let body = finds.to_string();
    let signature = sign(key, body.as_bytes());
    post(url, &[(KEY, &identifier(key)), (SIGNATURE, &signature)], body).await
}

pub const KEY: &str = "github-public-key-identifier";
pub const SIGNATURE: &str = "github-public-key-signature";

/// Sends any body with any header fields.
pub async fn post(url: &str, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> Answer {
    let request = reqwest::Client::new().post(format!("{url}/api/v2/leaks/github")).body(body);
    let request = request.header("content-type", "application/json");
    ask(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}
