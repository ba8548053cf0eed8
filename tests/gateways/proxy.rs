//! The configurations in `deploy/proxy`, run between a browser and the service, with a certificate made here.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rcgen::CertifiedKey;
use reqwest::{Certificate, Client, RequestBuilder, redirect};
use tempfile::TempDir;

use crate::program::{Running, caddy, free_address, nginx};
use crate::support::{Answer, App, Database, ask};
use crate::wire::Wire;

/// Concurrent requests that nginx accepts from one network.
const CONCURRENT: usize = 100;

/// Proxies with a configuration in `deploy/proxy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proxy {
    Nginx,
    Caddy,
}

/// A proxy in front of the service.
struct Front {
    running: Running,
    /// Address without TLS.
    plain: SocketAddr,
    client: Client,
}

impl Front {
    /// Starts the proxy before `service`.
    async fn start(proxy: Proxy, service: SocketAddr) -> Self {
        let (folder, certificate) = certified();
        let (secure, plain) = (free_address().await, free_address().await);
        let command = configured(proxy, folder.path(), [service, secure, plain]);
        let mut running = Running::spawn(command, folder, secure);
        running.answers().await.unwrap_or_else(|said| panic!("{proxy:?} did not start: {said}"));
        let client = Client::builder()
            .add_root_certificate(certificate)
            .resolve("localhost", secure)
            .redirect(redirect::Policy::none());
        Self { running, plain, client: client.build().unwrap() }
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.running.address.port())
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path)).header("x-forwarded-for", "6.6.6.6")
    }
}

/// Makes a folder with a certificate for `localhost` and its key.
fn certified() -> (TempDir, Certificate) {
    let folder = tempfile::tempdir().unwrap();
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.path().join("certificate.pem"), cert.pem()).unwrap();
    fs::write(folder.path().join("key.pem"), signing_key.serialize_pem()).unwrap();
    (folder, Certificate::from_pem(cert.pem().as_bytes()).unwrap())
}

/// Copies the configuration into `folder`, with the addresses of the service, of TLS and of plain HTTP.
fn configured(proxy: Proxy, folder: &Path, [service, secure, plain]: [SocketAddr; 3]) -> Command {
    let file = if proxy == Proxy::Nginx { "neuralbox-auth.conf" } else { "Caddyfile" };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/proxy").join(file);
    let text = fs::read_to_string(source).unwrap().replace("127.0.0.1:8080", &service.to_string());
    let text = text.replace("/etc/ssl/neuralbox-auth", folder.to_str().unwrap());
    if proxy == Proxy::Nginx {
        let text =
            text.replace("listen 443", &format!("listen {secure}")).replace("listen 80", &format!("listen {plain}"));
        fs::write(folder.join(file), text).unwrap();
        return nginx(folder, &format!("include {};", folder.join(file).display()));
    }
    let text =
        text.replace("#tls ", "tls ").replace("auth.example.com {", &format!("https://localhost:{} {{", secure.port()));
    let ports = format!("{{\n\tadmin off\n\thttp_port {}\n\thttps_port {}\n\tservers", plain.port(), secure.port());
    caddy(folder, &text.replacen("{\n\tservers", &ports, 1))
}

/// Runs a test with each proxy, with an app and a recording wire to it, and cleans up even if it fails.
async fn before_the_service<T: Future<Output = ()> + Send + 'static>(
    proxy: Proxy,
    test: impl FnOnce(Arc<App>, Wire, Front) -> T + Send + 'static,
) {
    let place = Database::Sqlite.make().await;
    let app = Arc::new(App::start(place.url(), &[("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1/32")]).await);
    let played = Arc::clone(&app);
    let outcome = tokio::spawn(async move {
        let wire = Wire::to(played.url.trim_start_matches("http://").parse().unwrap()).await;
        let front = Front::start(proxy, wire.address).await;
        test(played, wire, front).await;
    })
    .await;
    app.stop().await;
    place.clear().await;
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// All values of a header.
fn all<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    answer.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

async fn serves_over_tls(_: Arc<App>, wire: Wire, front: Front) {
    for path in ["/livez", "/web"] {
        let answer = ask(front.get(path)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(all(&answer, "strict-transport-security"), ["max-age=31536000"]);
    }
    let asked = ask(front.client.post(front.url("/api/v2/auth/login")).json(&serde_json::json!({}))).await;
    assert_eq!(asked.status, 422, "{asked:?}");
    let tricks = front.get("/livez").header("connection", "upgrade, x-request-id").header("upgrade", "h2c");
    assert_eq!(ask(tricks.header("te", "trailers").header("http2-settings", "AAMAAABkAAQAAP__")).await.status, 200);
    let sent = wire.sent().to_lowercase();
    assert!(sent.contains("x-forwarded-for: 127.0.0.1\r\n") && !sent.contains("6.6.6.6"), "{sent}");
    assert!(!["upgrade:", "http2-settings", "\r\nte:"].iter().any(|field| sent.contains(field)), "{sent}");
}

async fn bounds_heads_and_bodies(_: Arc<App>, wire: Wire, front: Front) {
    let post = |bytes: usize| front.client.post(front.url("/api/v2/auth/login")).body("a".repeat(bytes));
    let refused = ask(post(100_000).header("content-type", "application/json")).await;
    assert_eq!(refused.status, 413, "{refused:?}");
    assert!(refused.problem().starts_with("413 "), "the service explains its own limit");
    let before = wire.questions();
    // A proxy that answers before it has read the body may close the connection on the rest.
    let outcome = post(5_000_000).send().await;
    assert!(outcome.is_err() || outcome.is_ok_and(|answer| answer.status() == 413));
    let long = front.get("/livez").header("x-long", "a".repeat(90_000)).send().await;
    assert!(long.is_err() || long.is_ok_and(|answer| [400, 413, 431].contains(&answer.status().as_u16())));
    assert_eq!(wire.questions(), before, "neither reached the service");
}

async fn redirects_to_https(front: Front) {
    let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
    let request = client.get(format!("http://{}/web?x=1", front.plain)).header("host", "auth.example.com");
    let answer = ask(request).await;
    assert_eq!((answer.status, answer.header("location")), (301, "https://auth.example.com/web?x=1"), "{answer:?}");
}

async fn explains_an_outage(front: Front) {
    let answer = ask(front.get("/livez")).await;
    assert_eq!((answer.status, answer.header("content-type")), (503, "application/problem+json"), "{answer:?}");
    assert_eq!((answer.header("retry-after"), answer.header("cache-control")), ("5", "no-store"));
    assert_eq!(all(&answer, "strict-transport-security"), ["max-age=31536000"]);
    assert_eq!(answer.json()["code"], "unavailable");
}

mod nginx_proxy {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn carries_requests_over_tls_with_the_callers_address() {
        before_the_service(Proxy::Nginx, serves_over_tls).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn bounds_what_a_request_may_be() {
        before_the_service(Proxy::Nginx, bounds_heads_and_bodies).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn redirects_and_explains() {
        redirects_to_https(Front::start(Proxy::Nginx, free_address().await).await).await;
        explains_an_outage(Front::start(Proxy::Nginx, free_address().await).await).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn bounds_the_requests_of_one_network() {
        let wire = Wire::to_one_who_is_silent().await;
        let front = Front::start(Proxy::Nginx, wire.address).await;
        for _ in 0..CONCURRENT {
            tokio::spawn(front.get("/livez").send());
        }
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(10));
        for _ in 0..1000 {
            if wire.questions() == CONCURRENT {
                break;
            }
            looks.tick().await;
        }
        assert_eq!(wire.questions(), CONCURRENT);
        assert_eq!(ask(front.get("/livez")).await.status, 429);
    }

    /// The test that operators run before a reload.
    #[tokio::test]
    async fn passes_its_own_test() {
        let (folder, _) = certified();
        let addresses = [free_address().await, free_address().await, free_address().await];
        let tested = configured(Proxy::Nginx, folder.path(), addresses).arg("-t").output().unwrap();
        let said = String::from_utf8_lossy(&tested.stderr).into_owned();
        assert!(tested.status.success() && !said.contains("[warn]"), "{said}");
    }
}

mod caddy_proxy {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn carries_requests_over_tls_with_the_callers_address() {
        before_the_service(Proxy::Caddy, serves_over_tls).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn bounds_what_a_request_may_be() {
        before_the_service(Proxy::Caddy, bounds_heads_and_bodies).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn explains_an_outage_over_tls() {
        explains_an_outage(Front::start(Proxy::Caddy, free_address().await).await).await;
    }
}
