//! Upgrades. Only a WebSocket passes; any other protocol would be a tunnel past the check (RFC 9110, 7.8; RFC 9113, 3.1).

use std::sync::Arc;

use crate::before_each;
use crate::program::{Gateway, Preflights};
use crate::raw_api::{REFUSES, Received, fields};
use crate::scene::Scene;
use crate::talk::Talk;

/// Fields of a WebSocket's handshake, without `Connection` and `Upgrade`.
const HANDSHAKE: &str = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// `Upgrade` fields that ask for another protocol, or for several.
const OTHERS: [&str; 17] = [
    "Upgrade: h2c\r\n",
    "upgrade: \t H2C \t\r\n",
    "UPGRADE: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
    "Upgrade: websocket, h2c\r\n",
    "Upgrade: h2c, websocket\r\n",
    "Upgrade: h2c,websocket\r\n",
    "Upgrade: h2c\r\nUpgrade: websocket\r\n",
    "Upgrade:\r\nUpgrade: h2c\r\n",
    "Upgrade: foo\r\n",
    "Upgrade: TLS/1.0, HTTP/1.1\r\n",
    "Upgrade: websocket/13\r\n",
    "Upgrade: websocket,\r\n",
    "Upgrade: \"websocket\"\r\n",
    "Upgrade:\r\n",
    "Upgrade:\r\n h2c\r\n",
    "Upgrade: websocket\r\n , h2c\r\n",
    "Upgrade: websocket;h2c\r\n",
];
const CONNECTIONS: [&str; 4] = [
    "Connection: Upgrade, HTTP2-Settings\r\n",
    "connection: keep-alive, upgrade\r\n",
    "Connection: keep-alive\r\nConnection: Upgrade\r\n",
    "",
];
/// Request lines, fields and bodies around them.
const FRAMES: [(&str, &str, &str); 7] = [
    ("GET / HTTP/1.1", "", ""),
    ("GET / HTTP/1.1", "Content-Length: 5\r\n", "hello"),
    ("POST / HTTP/1.1", "Content-Length: 5\r\n", "hello"),
    ("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
    ("OPTIONS / HTTP/1.1", "", ""),
    ("CONNECT api.example:80 HTTP/1.1", "", ""),
    ("GET / HTTP/1.0", "", ""),
];

fn request((line, length, body): (&str, &str, &str), extra: &str) -> String {
    let host = if line.starts_with("CONNECT") { "api.example:80" } else { "api.example" };
    format!("{line}\r\nHost: {host}\r\nKEY\r\n{extra}{length}\r\n{body}")
}

/// Asserts that no request asked for another protocol, and that none came around the check.
fn assert_no_trick(received: &Received, context: &str) {
    for request in &received.requests {
        let upgrade = fields(request, "upgrade");
        assert!(upgrade.is_empty() || upgrade == ["websocket"], "{context}: {request}");
        assert!(fields(request, "http2-settings").is_empty(), "{context}: {request}");
        let connection = fields(request, "connection").join(",");
        assert!(["", "upgrade", "keep-alive", "close"].contains(&connection.as_str()), "{context}: {request}");
        assert_eq!(fields(request, "x-neuralbox-user-id"), ["1"], "{context}: {request}");
    }
}

async fn assert_no_tunnel(talk: &Talk, request: &str) {
    let answer = talk.say(request).await;
    assert!(answer.starts_with("HTTP/1.") && !answer.contains(" 101 "), "{request}: {answer}");
    let received = talk.api.received();
    assert_no_trick(&received, request);
    assert!(received.tunnelled.is_empty(), "{request}: {received:?}");
    let last = received.requests.last().cloned().unwrap_or_default();
    assert!(fields(&last, "upgrade").is_empty() && !last.contains("/smuggled"), "{request}: {last}");
}

async fn talk(scene: &Arc<Scene>, gateway: Gateway) -> Talk {
    Talk::start(scene, gateway, Preflights::Rejected).await
}

before_each! {
    async fn no_other_protocol_opens_a_tunnel(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = talk(&scene, gateway).await;
            for others in OTHERS {
                for extra in [others.to_owned(), format!("{others}{HANDSHAKE}")] {
                    let extra = format!("{}{extra}", CONNECTIONS[0]);
                    assert_no_tunnel(&talk, &request(FRAMES[0], &extra)).await;
                }
            }
            for connection in CONNECTIONS {
                for frame in FRAMES {
                    assert_no_tunnel(&talk, &request(frame, &format!("{connection}{}", OTHERS[2]))).await;
                }
            }
            assert!(!scene.wire.sent().to_lowercase().contains("http2-settings"), "{}", scene.wire.sent());
        }).await;
    }

    async fn what_is_no_handshake_is_no_websocket(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = talk(&scene, gateway).await;
            let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
            assert_no_tunnel(&talk, &request(FRAMES[0], upgrade)).await;
            assert_no_tunnel(&talk, &request(FRAMES[0], &format!("Upgrade: websocket\r\n{HANDSHAKE}"))).await;
            for frame in [FRAMES[1], FRAMES[2], FRAMES[4], FRAMES[5]] {
                assert_no_tunnel(&talk, &request(frame, &format!("{upgrade}{HANDSHAKE}"))).await;
            }
        }).await;
    }

    async fn of_several_fields_a_websocket_passes_alone_or_nothing(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = talk(&scene, gateway).await;
            for second in ["h2c", "websocket", "foo", ""] {
                let extra = format!("{}Upgrade: websocket\r\nUpgrade: {second}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n{HANDSHAKE}", CONNECTIONS[0]);
                talk.say(&request(FRAMES[0], &extra)).await;
                assert_no_trick(&talk.api.received(), &extra);
            }
        }).await;
    }

    async fn a_websocket_passes_however_it_is_spelled(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = talk(&scene, gateway).await;
            for extra in [
                "Connection: Upgrade\r\nUpgrade: websocket\r\n",
                "connection: keep-alive, upgrade\r\nUPGRADE: WebSocket\r\n",
                "Connection: upgrade , X-NeuralBox-User-Id\r\nUpgrade:  websocket \r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
            ] {
                let before = talk.api.received();
                let answer = talk.say(&request(FRAMES[0], &format!("{extra}{HANDSHAKE}"))).await;
                assert!(answer.starts_with("HTTP/1.1 101 "), "{extra}: {answer}");
                let received = talk.api.received();
                assert_no_trick(&received, extra);
                let opened = received.requests.last().unwrap();
                assert_eq!((fields(opened, "upgrade"), fields(opened, "connection")), (vec!["websocket".to_owned()], vec!["upgrade".to_owned()]));
                assert_eq!(fields(opened, "sec-websocket-key"), ["dghlihnhbxbszsbub25jzq=="]);
                assert!(received.tunnelled.len() > before.tunnelled.len(), "the WebSocket carries what the caller sends");
            }
        }).await;
    }

    async fn a_websocket_that_the_api_refuses_is_no_tunnel(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = talk(&scene, gateway).await;
            let line = format!("GET {REFUSES} HTTP/1.1");
            let asked = request((&line, "", ""), &format!("Connection: Upgrade\r\nUpgrade: websocket\r\n{HANDSHAKE}"));
            let answer = talk.say(&asked).await;
            assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
            let received = talk.api.received();
            assert_eq!((received.requests.len(), received.tunnelled.len()), (1, 0), "{received:?}");
        }).await;
    }
}
