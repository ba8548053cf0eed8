//! The API behind the gateway. Records every request it receives.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Body of every response.
pub const ANSWER: &str = "from the API";

/// A recorded request.
#[derive(Clone, Debug)]
pub struct Reached {
    pub method: Method,
    pub target: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reached {
    /// Returns all values of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }
}

/// A running API; stops on drop.
pub struct Api {
    pub address: SocketAddr,
    reached: Reaches,
    _served: DropGuard,
}

type Reaches = Arc<Mutex<Vec<Reached>>>;

impl Api {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, reached, end) = (listener.local_addr().unwrap(), Reaches::default(), CancellationToken::new());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&reached));
        let serving = axum::serve(listener, router).with_graceful_shutdown(end.clone().cancelled_owned());
        tokio::spawn(async move { serving.await.unwrap() });
        Self { address, reached, _served: end.drop_guard() }
    }

    /// Returns the requests received so far.
    pub fn reached(&self) -> Vec<Reached> {
        self.reached.lock().unwrap().clone()
    }

    /// Returns the only request received; panics unless there is exactly one.
    pub fn only(&self) -> Reached {
        let reached = self.reached();
        assert_eq!(reached.len(), 1, "{reached:#?}");
        reached[0].clone()
    }
}

/// Sends `RateLimit` fields of its own, which the gateway must replace, and the status asked for by `/refuse/STATUS`.
async fn answer(
    State(reached): State<Reaches>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(&'static str, &'static str); 2], &'static str) {
    let refuses = uri.path().strip_prefix("/refuse/").and_then(|status| status.parse().ok());
    reached.lock().unwrap().push(Reached { method, target: uri.to_string(), headers, body });
    let status = refuses.and_then(|status: u16| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::OK);
    (status, [("ratelimit", "\"theirs\";r=1;t=1"), ("ratelimit-policy", "\"theirs\";q=1;w=1")], ANSWER)
}
