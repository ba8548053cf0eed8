//! The setting of a gateway test: caller, gateway, service and API.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::api::Api;
use crate::program::{Gateway, Running};
use crate::support::{Answer, App, Browser, Database, ask};
use crate::wire::Wire;

/// Plan limits small enough to exceed: three requests a minute.
pub const SMALL: [(&str, &str); 1] =
    [("NEURALBOX_PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/support/small_plans.toml"))];

/// Runs a test with each gateway: `before_each! { async fn name(gateway: Gateway) { … } }`.
#[macro_export]
macro_rules! before_each {
    ($( async fn $name:ident($gateway:ident: Gateway) $body:block )+) => {$(
        mod $name {
            use super::*;

            async fn test($gateway: $crate::program::Gateway) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn nginx() {
                test($crate::program::Gateway::Nginx).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn caddy() {
                test($crate::program::Gateway::Caddy).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn haproxy() {
                test($crate::program::Gateway::Haproxy).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn traefik() {
                test($crate::program::Gateway::Traefik).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn envoy() {
                test($crate::program::Gateway::Envoy).await;
            }
        }
    )+};
}

/// A running service, API and gateway, connected by a wire.
pub struct Scene {
    pub app: Arc<App>,
    pub api: Api,
    pub wire: Wire,
    pub gate: Running,
}

impl Scene {
    /// Runs a test in a scene and cleans up even if it fails.
    pub async fn play<T: Future<Output = ()> + Send + 'static>(
        gateway: Gateway,
        settings: &[(&str, &str)],
        test: impl FnOnce(Arc<Self>) -> T + Send + 'static,
    ) {
        let place = Database::Sqlite.make().await;
        let app = Arc::new(App::start(place.url(), settings).await);
        let played = Arc::clone(&app);
        let outcome = tokio::spawn(async move {
            let (api, wire) = (Api::start().await, Wire::to(address(&played.url)).await);
            let gate = gateway.start(wire.address, api.address).await;
            test(Arc::new(Self { app: played, api, wire, gate })).await;
        })
        .await;
        app.stop().await;
        place.clear().await;
        if let Err(failed) = outcome {
            std::panic::resume_unwind(failed.into_panic());
        }
    }

    /// Builds an unauthenticated request through the gateway.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        reqwest::Client::new().request(method, format!("{}{path}", self.gate.url()))
    }

    /// Sends a request with a key through the gateway.
    pub async fn get(&self, key: &str) -> Answer {
        ask(self.request(Method::GET, "/v1/models").bearer_auth(key)).await
    }

    /// Creates a person on `plan` with a key called `my laptop`; returns their browser and the key.
    pub async fn with_key(&self, plan: &str) -> (Browser, String) {
        let person = self.app.person_on("Ivan", plan).await;
        let mut browser = self.app.signed_in(&person).await;
        let made = browser.post("keys", json!({ "name": "my laptop" })).await;
        assert_eq!(made.status, 201, "{made:?}");
        (browser, made.json()["key"].as_str().unwrap().to_owned())
    }
}

/// Parses the address in a URL.
fn address(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().unwrap()
}
