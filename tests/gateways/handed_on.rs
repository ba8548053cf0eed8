//! Forwarding. A request reaches the API unchanged, and the service sees only the fields it needs.

use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::before_each;
use crate::program::Gateway;
use crate::scene::Scene;
use crate::support::ask;
use crate::talk::head;

/// Longer than a gateway's in-memory buffers, in bytes.
const LONG: usize = 300_000;

before_each! {
    async fn a_body_reaches_the_api_whole_and_the_service_not_at_all(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            let body = "all of this belongs to the API. ".repeat(LONG / 32);
            let streamed = futures::stream::iter(body.as_bytes().chunks(1000).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect::<Vec<_>>());
            // HAProxy cannot drop trailers, so it refuses what has no length.
            let unmeasured = if gateway == Gateway::Haproxy { 411 } else { 200 };
            for (sent, status) in [(reqwest::Body::from(body.clone()), 200), (reqwest::Body::wrap_stream(streamed), unmeasured)] {
                let request = scene.request(Method::POST, "/v1/chat").bearer_auth(&key).header("cookie", "secret=1");
                match request.body(sent).send().await {
                    Ok(answer) => assert_eq!(answer.status(), status),
                    // HAProxy closes after a 411, perhaps before the client has sent everything.
                    Err(fault) => assert!(status == 411 && fault.is_request(), "{fault:?}"),
                }
            }
            assert_eq!(scene.api.reached().len(), if unmeasured == 200 { 2 } else { 1 });
            for reached in scene.api.reached() {
                assert_eq!((&reached.method, reached.target.as_str()), (&Method::POST, "/v1/chat"));
                assert!(reached.body == body, "{} bytes of {}", reached.body.len(), body.len());
                assert_eq!(reached.all("cookie"), ["secret=1"], "other header fields are forwarded");
            }
            let asked = scene.wire.sent();
            assert!(asked.contains(&key) && !asked.contains("belongs to the API") && !asked.contains("secret"), "{asked}");
            assert!(!asked.to_lowercase().contains("transfer-encoding"), "{asked}");
        }).await;
    }

    async fn a_body_of_a_refused_request_reaches_nobody(gateway: Gateway) {
        Scene::play(gateway, &[], |scene| async move {
            let request = scene.request(Method::POST, "/v1/chat").bearer_auth("nb_0");
            let answer = ask(request.body("all of this belongs to the API. ".repeat(10))).await;
            assert_eq!(answer.problem(), "401 Invalid or expired token (key_unknown)");
            assert!(scene.api.reached().is_empty() && !scene.wire.sent().contains("belongs"));
        }).await;
    }

    async fn path_query_and_method_reach_the_api_as_they_are(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            let targets = match gateway {
                // Traefik resolves `..` and `//`.
                Gateway::Traefik => ["/", "/v1/models?x=1&y=%20z&y=a+b", "/a/%C3%A9;v=1/c", "/v1/x?", "/v1/.x", "/_neuralbox/verify?x"],
                _ => ["/", "/v1/models?x=1&y=%20z&y=a+b", "/a%2Fb/%C3%A9;v=1//c", "/v1/x?", "/v1/../v2/./x", "/_neuralbox/verify?x"],
            };
            for (method, target) in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].iter().zip(targets) {
                // A raw connection, because an HTTP client would normalize the path.
                let mut line = TcpStream::connect(scene.gate.address).await.unwrap();
                let asked = format!("{method} {target} HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer {key}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                line.write_all(asked.as_bytes()).await.unwrap();
                let mut answer = String::new();
                line.read_to_string(&mut answer).await.unwrap();
                if target.starts_with("/_neuralbox") && answer.starts_with("HTTP/1.1 404 ") {
                    continue; // nginx hides this internal location.
                }
                assert!(answer.starts_with("HTTP/1.1 200 "), "{target}: {answer}");
                let reached = scene.api.reached();
                let last = reached.last().unwrap();
                assert_eq!((last.method.as_str(), last.target.as_str()), (*method, target));
            }
        }).await;
    }

    async fn a_websocket_is_opened_with_a_key_and_not_without(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            let sockets = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let gate = gateway.start(scene.wire.address, sockets.local_addr().unwrap()).await;
            let open = async |key: &str| {
                let mut line = TcpStream::connect(gate.address).await.unwrap();
                let asked = format!("GET /live HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer {key}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
                line.write_all(asked.as_bytes()).await.unwrap();
                line
            };
            let answer = head(&mut open("nb_0").await).await;
            assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
            let mut line = open(&key).await;
            let (mut socket, _) = sockets.accept().await.unwrap();
            let asked = head(&mut socket).await.to_lowercase();
            assert!(asked.contains("\r\nupgrade: websocket") && asked.contains("\r\nconnection: upgrade") && asked.contains("x-neuralbox-user-id: 1\r\n"), "{asked}");
            let accept = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
            socket.write_all(accept.as_bytes()).await.unwrap();
            let answer = head(&mut line).await;
            assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
            line.write_all(b"ping").await.unwrap();
            let mut said = [0; 4];
            socket.read_exact(&mut said).await.unwrap();
            socket.write_all(b"pong").await.unwrap();
            let mut answered = [0; 4];
            line.read_exact(&mut answered).await.unwrap();
            assert_eq!((&said, &answered), (b"ping", b"pong"));
        }).await;
    }
}
