//! Rejections. The caller receives the service's problem unchanged, and the API receives nothing.

use reqwest::Method;

use crate::before_each;
use crate::program::Gateway;
use crate::scene::{SMALL, Scene};
use crate::support::{Answer, ask};

/// Returns all values of a header.
fn all(answer: &Answer, name: &str) -> Vec<String> {
    answer.headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

before_each! {
    async fn without_a_key_401(gateway: Gateway) {
        Scene::play(gateway, &[], |scene| async move {
            for method in [Method::GET, Method::POST, Method::DELETE] {
                let answer = ask(scene.request(method, "/v1/models").body("a body")).await;
                assert_eq!(answer.problem(), "401 Not authenticated (not_authenticated)");
                assert_eq!(all(&answer, "www-authenticate"), ["Bearer realm=\"neuralbox\""]);
            }
            assert!(scene.api.reached().is_empty());
        }).await;
    }

    async fn with_a_key_that_is_none_401(gateway: Gateway) {
        Scene::play(gateway, &[], |scene| async move {
            let answer = scene.get("nb_000000000000000000000000000000000000000000000").await;
            assert_eq!(answer.problem(), "401 Invalid or expired token (key_unknown)");
            let challenge = all(&answer, "www-authenticate");
            assert!(challenge.len() == 1 && challenge[0].contains("error=\"invalid_token\""), "{challenge:?}");
            assert!(scene.api.reached().is_empty());
        }).await;
    }

    async fn with_a_revoked_key_401_from_the_next_request_on(gateway: Gateway) {
        Scene::play(gateway, &[], |scene| async move {
            let (mut browser, key) = scene.with_key("vip").await;
            assert_eq!(scene.get(&key).await.status, 200);
            assert_eq!(browser.delete("keys/1").await.status, 204);
            assert_eq!(scene.get(&key).await.problem(), "401 Invalid or expired token (key_revoked)");
            scene.api.only();
        }).await;
    }

    async fn on_a_plan_without_access_403(gateway: Gateway) {
        Scene::play(gateway, &[], |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            let person = scene.app.person_on("Olga", "vip").await;
            let mut browser = scene.app.signed_in(&person).await;
            let made = browser.post("keys", serde_json::json!({ "name": "hers" })).await.json();
            scene.app.put_on_plan(&person, "basic").await;
            let refused = scene.get(made["key"].as_str().unwrap()).await;
            assert_eq!(refused.problem(), "403 Insufficient plan (insufficient_plan)");
            assert!(refused.json()["detail"].as_str().unwrap().starts_with("API access requires a VIP or Elite plan. Yours is Basic."));
            assert_eq!(scene.get(&key).await.status, 200, "other accounts are unaffected");
            scene.api.only();
        }).await;
    }

    async fn over_the_limit_429_and_when_to_come_back(gateway: Gateway) {
        Scene::play(gateway, &SMALL, move |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            for left in [2, 1, 0] {
                let answer = scene.get(&key).await;
                assert_eq!(answer.status, 200);
                // Traefik cannot copy the fields of an admitted request.
                let quota = if gateway == Gateway::Traefik { "\"theirs\"".to_owned() } else { format!("\"vip\";r={left};") };
                assert!(answer.header("ratelimit").starts_with(&quota), "{answer:?}");
            }
            let refused = scene.get(&key).await;
            assert_eq!(refused.problem(), "429 Rate limit exceeded (rate_limit_exceeded)");
            let direct = crate::support::verify(&scene.app, &key).await;
            assert_eq!(refused.json()["detail"], direct.json()["detail"], "the detail is the service's");
            for (name, value) in [("retry-after", "20"), ("ratelimit", "\"vip\";r=0;t=20"), ("ratelimit-policy", "\"vip\";q=3;w=60")] {
                assert_eq!(all(&refused, name), [value], "{refused:?}");
            }
            assert_eq!(scene.api.reached().len(), 3);
            scene.app.clock.pass(20);
            assert_eq!(scene.get(&key).await.status, 200, "a rejected request consumes no quota");
        }).await;
    }

    async fn what_the_api_refuses_is_its_own(gateway: Gateway) {
        Scene::play(gateway, &[], |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            for status in [401, 403, 429, 500, 503] {
                let answer = ask(scene.request(Method::GET, &format!("/refuse/{status}")).bearer_auth(&key)).await;
                assert_eq!((answer.status, answer.text.as_str()), (status, crate::api::ANSWER), "{answer:?}");
            }
        }).await;
    }
}
