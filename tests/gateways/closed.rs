//! Failures of the service. A gateway without a verdict rejects the request.

use std::time::Duration;

use reqwest::Method;

use crate::api::Api;
use crate::before_each;
use crate::program::{Gateway, Running, free_address};
use crate::scene::Scene;
use crate::support::{Answer, ask};
use crate::wire::Wire;

/// Upper bound for one answer: the gateways wait two seconds for the service's response and one for a connection.
const BOUND: Duration = Duration::from_secs(6);

/// Sends a request with a key through the gateway.
async fn comes(gate: &Running) -> Answer {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.post(format!("{}/v1/models", gate.url()));
    ask(request.bearer_auth("nb_0").header("x-neuralbox-user-id", "1").body("a body").timeout(BOUND)).await
}

/// Starts a gateway whose service is `wire`.
async fn before(gateway: Gateway, wire: &Wire) -> (Running, Api) {
    let api = Api::start().await;
    (gateway.start(wire.address, api.address).await, api)
}

/// Statuses without a verdict. Traefik has 500 for a service that does not answer, and 404 for an answer without an
/// identity; Envoy has 403 for the latter. Both forward the service's other rejections.
fn refusals(gateway: Gateway) -> &'static [u16] {
    match gateway {
        Gateway::Traefik => &[302, 404, 500, 503],
        Gateway::Envoy => &[204, 302, 403, 404, 503],
        Gateway::Nginx | Gateway::Caddy | Gateway::Haproxy => &[502, 503, 504],
    }
}

fn assert_closed(gateway: Gateway, answer: &Answer, api: &Api) {
    assert!(refusals(gateway).contains(&answer.status), "{answer:?}");
    assert!(api.reached().is_empty(), "{:#?}", api.reached());
}

before_each! {
    async fn while_the_service_is_down(gateway: Gateway) {
        let api = Api::start().await;
        let gate = gateway.start(free_address().await, api.address).await;
        let answer = comes(&gate).await;
        assert_closed(gateway, &answer, &api);
        if gateway == Gateway::Traefik {
            assert_eq!((answer.status, answer.text.as_str()), (500, ""), "Traefik has no response of its own");
            return;
        }
        assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
        assert_eq!((answer.header("retry-after"), answer.header("cache-control")), ("5", "no-store"), "{answer:?}");
        assert_eq!(answer.json()["code"], "unavailable");
        let kind = answer.json()["type"].as_str().unwrap().to_owned();
        assert!(kind.starts_with("http://") && kind.ends_with("/docs#unavailable"), "{kind}");
        assert_eq!(answer.json()["status"], answer.status);
    }

    async fn while_the_service_is_silent_and_not_for_long(gateway: Gateway) {
        let wire = Wire::to_one_who_is_silent().await;
        let (gate, api) = before(gateway, &wire).await;
        if gateway == Gateway::Traefik {
            // Traefik gives up after 30 s; a caller who is rejected then was not admitted before.
            let request = reqwest::Client::new().get(gate.url()).timeout(BOUND / 6).send().await;
            assert!(request.is_err_and(|error| error.is_timeout()) && api.reached().is_empty());
            return;
        }
        assert_closed(gateway, &comes(&gate).await, &api);
        assert!(wire.questions() > 0, "the gateway asked the service");
    }

    async fn while_the_service_answers_nonsense(gateway: Gateway) {
        for nonsense in [
            "",
            "fish and chips\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nX-NeuralBox-User-Id: \r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 302 Found\r\nLocation: /web\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
        ] {
            let wire = Wire::to_one_who_says(nonsense).await;
            let (gate, api) = before(gateway, &wire).await;
            let answer = comes(&gate).await;
            assert!(refusals(gateway).contains(&answer.status), "{nonsense:?}: {answer:?}");
            assert!(api.reached().is_empty(), "{nonsense:?}");
        }
    }

    async fn when_the_service_goes_away_and_open_when_it_is_back(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            assert_eq!(scene.get(&key).await.status, 200);
            scene.wire.cut();
            let answer = scene.get(&key).await;
            assert!(refusals(gateway).contains(&answer.status), "{answer:?}");
            scene.wire.mend();
            let answer = ask(scene.request(Method::GET, "/").bearer_auth(&key)).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(scene.api.reached().len(), 2);
        }).await;
    }
}
