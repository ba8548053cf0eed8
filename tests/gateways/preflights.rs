//! Preflights (CORS). Browsers send them without a key: rejected as they come, passed unchecked by a block to uncomment.

use crate::before_each;
use crate::program::Preflights;
use crate::raw_api::fields;
use crate::scene::Scene;
use crate::talk::Talk;

const PREFLIGHT: &str = "Origin: https://app.example\r\nAccess-Control-Request-Method: DELETE\r\nAccess-Control-Request-Headers: authorization\r\n";

fn request(method: &str, extra: &str) -> String {
    format!("{method} /v1/models HTTP/1.1\r\nHost: api.example\r\n{extra}\r\n")
}

before_each! {
    async fn are_rejected_as_they_come(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = Talk::start(&scene, gateway, Preflights::Rejected).await;
            for extra in ["", PREFLIGHT] {
                let answer = talk.say(&request("OPTIONS", extra)).await;
                assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
            }
            assert!(talk.api.received().requests.is_empty());
        }).await;
    }

    async fn pass_unchecked_once_the_block_is_uncommented(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = Talk::start(&scene, gateway, Preflights::Unchecked).await;
            let forged = "X-NeuralBox-User-Id: 4242\r\nx_neuralbox_plan: elite\r\nAuthorization: Bearer nb_0\r\nX-Forwarded-For: 6.6.6.6\r\nTE: trailers\r\nConnection: Upgrade, X-NeuralBox-Plan\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
            for extra in [PREFLIGHT.to_owned(), format!("{PREFLIGHT}{forged}")] {
                let answer = talk.say(&request("OPTIONS", &extra)).await;
                assert!(answer.starts_with("HTTP/1.1 200 "), "{extra}: {answer}");
                let received = talk.api.received();
                let reached = received.requests.last().unwrap();
                assert!(reached.starts_with("OPTIONS /v1/models HTTP/1.1\r\n"), "{reached}");
                assert_eq!(fields(reached, "access-control-request-method"), ["delete"], "{reached}");
                assert!(!reached.to_lowercase().contains("neuralbox"), "a preflight has no identity: {reached}");
                assert_eq!(fields(reached, "x-forwarded-for"), ["127.0.0.1"], "{reached}");
                for name in ["authorization", "te", "upgrade", "http2-settings"] {
                    assert!(fields(reached, name).is_empty(), "{reached}");
                }
            }
            assert_eq!(talk.api.received().requests.len(), 2);
        }).await;
    }

    async fn open_nothing_else(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let talk = Talk::start(&scene, gateway, Preflights::Unchecked).await;
            let body = format!("{PREFLIGHT}Content-Length: 5\r\n");
            for (method, extra) in [
                ("GET", PREFLIGHT),
                ("POST", PREFLIGHT),
                ("DELETE", PREFLIGHT),
                ("OPTIONS", ""),
                ("OPTIONS", "Origin: https://app.example\r\n"),
                ("OPTIONS", "Access-Control-Request-Method: DELETE\r\n"),
                ("OPTIONS", "Origin: https://app.example\r\nAccess-Control-Request-Method:\r\n"),
                ("OPTIONS", "Origin:\r\nAccess-Control-Request-Method: DELETE\r\n"),
                ("OPTIONS", &body),
            ] {
                let tail = if extra == body { "hello" } else { "" };
                let answer = talk.say(&format!("{}{tail}", request(method, extra))).await;
                assert!(answer.starts_with("HTTP/1.1 401 "), "{method} {extra}: {answer}");
            }
            assert!(talk.api.received().requests.is_empty(), "{:?}", talk.api.received());
            let answer = talk.say(&request("OPTIONS", "KEY\r\n")).await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
            let received = talk.api.received();
            assert_eq!(fields(&received.requests[0], "x-neuralbox-user-id"), ["1"], "other requests are verified");
        }).await;
    }
}
