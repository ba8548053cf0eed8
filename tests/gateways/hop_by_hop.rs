//! Fields for one hop alone, and trailers (RFC 9110, 6.5.1 and 7.6.1). None reaches the API.

use crate::before_each;
use crate::program::{Gateway, Preflights};
use crate::raw_api::fields;
use crate::scene::Scene;
use crate::talk::{Talk, exchange};

/// Value in every trailer of these tests.
const FORGED: &str = "4242";
const IDENTITY: [&str; 5] = [
    "x-neuralbox-user-id",
    "x-neuralbox-plan",
    "x-neuralbox-key-id",
    "x-neuralbox-key-name",
    "x-neuralbox-token-balance",
];

/// Caddy and Traefik forward the names that a chunked request announces, and never a trailer.
fn announces(gateway: Gateway) -> bool {
    [Gateway::Caddy, Gateway::Traefik].contains(&gateway)
}

/// A frame of HTTP/2 (RFC 9113, 4.1).
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags, 0, 0, 0, stream], payload].concat()
}

/// Header fields as literals without index and Huffman code (RFC 7541, 6.2.2).
fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    fields.iter().flat_map(|(name, value)| [vec![0], text(name), text(value)].concat()).collect()
}

/// True if `read` has the head of a response, or the end of its stream or connection.
fn is_answered(read: &[u8]) -> bool {
    let mut rest = read;
    while let [a, b, c, kind, _, _, _, _, stream, after @ ..] = rest {
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        if after.len() < length {
            return false;
        }
        if *kind == 7 || (*stream == 1 && [1, 3].contains(kind)) {
            return true;
        }
        rest = &after[length..];
    }
    false
}

before_each! {
    async fn connection_removes_nothing_at_the_next_hop(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = Talk::start(&scene, gateway, Preflights::Rejected).await;
            for extra in [
                "Connection: X-NeuralBox-User-Id\r\n",
                "connection: keep-alive, x-neuralbox-user-id , X-NEURALBOX-PLAN\r\n",
                "Connection: keep-alive\r\nConnection: X-NeuralBox-User-Id\r\nConnection: TE\r\nTE: trailers\r\n",
                "Connection: close, X-NeuralBox-Key-Id, X-Forwarded-For\r\n",
                "Connection: X_NeuralBox_User_Id, Authorization, Host\r\n",
                "Connection: Keep-Alive, Trailer\r\nKeep-Alive: timeout=60\r\nProxy-Connection: X-NeuralBox-User-Id\r\nTE: trailers, gzip\r\nTrailer: X-NeuralBox-User-Id\r\n",
            ] {
                let answer = talk.say(&format!("GET / HTTP/1.1\r\nHost: api.example\r\nKEY\r\n{extra}\r\n")).await;
                if gateway == Gateway::Envoy && extra.contains("X-Forwarded-For") {
                    assert!(answer.starts_with("HTTP/1.1 400 "), "Envoy refuses a list with this field: {answer}");
                    continue;
                }
                if [Gateway::Envoy, Gateway::Traefik].contains(&gateway) && extra.contains("Authorization") {
                    assert!(answer.starts_with("HTTP/1.1 4"), "both remove the key before they ask: {answer}");
                    continue;
                }
                assert!(answer.starts_with("HTTP/1.1 200 "), "{extra}: {answer}");
                let received = talk.api.received();
                let reached = received.requests.last().unwrap();
                for name in IDENTITY {
                    assert_eq!(fields(reached, name).len(), 1, "{extra}: {reached}");
                }
                let connection = fields(reached, "connection").join(",");
                assert!(["", "keep-alive", "close"].contains(&connection.as_str()), "{extra}: {reached}");
                for name in ["te", "trailer", "keep-alive", "proxy-connection", "http2-settings"] {
                    assert!(fields(reached, name).is_empty(), "{extra}: {reached}");
                }
            }
        }).await;
    }

    async fn no_trailer_reaches_the_api(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = Talk::start(&scene, gateway, Preflights::Rejected).await;
            for (method, announced) in [
                ("POST", ""),
                ("POST", "Trailer: X-NeuralBox-User-Id, X-Other\r\n"),
                ("POST", "TE: trailers\r\nConnection: TE, Trailer\r\nTrailer: x-other\r\n"),
                ("GET", "Trailer: X-NeuralBox-User-Id\r\n"),
                ("DELETE", ""),
            ] {
                let before = talk.api.received().requests.len();
                let body = format!("5\r\nhello\r\n0\r\nX-NeuralBox-User-Id: {FORGED}\r\nX-Other: {FORGED}\r\n\r\n");
                let answer = talk.say(&format!("{method} / HTTP/1.1\r\nHost: api.example\r\nKEY\r\n{announced}Transfer-Encoding: chunked\r\n\r\n{body}")).await;
                let received = talk.api.received();
                if gateway == Gateway::Haproxy {
                    assert!(answer.starts_with("HTTP/1.1 411 ") && answer.contains("\"length_required\""), "{answer}");
                    assert_eq!(received.requests.len(), before);
                    continue;
                }
                assert!(answer.starts_with("HTTP/1.1 200 "), "{announced}: {answer}");
                let reached = received.requests.last().unwrap();
                assert!(reached.contains("hello") && !reached.contains(FORGED), "{reached}");
                assert_eq!(fields(reached, "x-neuralbox-user-id"), ["1"], "{reached}");
                assert!(fields(reached, "te").is_empty() && fields(reached, "connection").join(",").len() < 11, "{reached}");
                assert!(fields(reached, "trailer").is_empty() || announces(gateway), "{reached}");
            }
        }).await;
    }

    async fn no_trailer_of_http_2_reaches_the_api(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = Talk::start(&scene, gateway, Preflights::Rejected).await;
            let bearer = format!("Bearer {}", talk.key);
            let head = [(":method", "POST"), (":path", "/"), (":scheme", "http"), (":authority", "api.example"), ("authorization", &bearer)];
            let forged = [("x-neuralbox-user-id", FORGED), ("x-other", FORGED)];
            for (extra, body) in [(vec![], &b"hello"[..]), (vec![("trailer", "x-other"), ("te", "trailers")], b"hello"), (vec![], b""), (vec![("content-length", "5")], b"hello")] {
                let data = if body.is_empty() { vec![] } else { frame(0, 0, 1, body) };
                let sent = [
                    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
                    frame(4, 0, 0, &[]),
                    frame(1, 4, 1, &block(&[&head[..], &extra].concat())),
                    data,
                    frame(1, 5, 1, &block(&forged)),
                ].concat();
                exchange(talk.gate.address, &sent, is_answered).await;
            }
            let received = talk.api.received();
            assert!(received.tunnelled.is_empty(), "{received:?}");
            for reached in &received.requests {
                assert!(!reached.contains(FORGED), "{reached}");
                assert_eq!(fields(reached, "x-neuralbox-user-id"), ["1"], "{reached}");
            }
            if [Gateway::Haproxy, Gateway::Traefik, Gateway::Envoy].contains(&gateway) {
                assert!(!received.requests.is_empty(), "a body with a length passes over HTTP/2");
            }
        }).await;
    }
}
