//! Identity headers. The API receives those of the service, never those of the caller.

use reqwest::Method;

use crate::before_each;
use crate::program::Gateway;
use crate::scene::{SMALL, Scene};
use crate::support::ask;

/// Identity headers of the service, with the values of the scene's caller.
const IDENTITY: [(&str, &str); 5] = [
    ("x-neuralbox-user-id", "1"),
    ("x-neuralbox-plan", "vip"),
    ("x-neuralbox-key-id", "1"),
    ("x-neuralbox-key-name", "my%20laptop"),
    ("x-neuralbox-token-balance", "1500"),
];

before_each! {
    async fn the_api_learns_who_it_is_and_the_caller_what_is_left(gateway: Gateway) {
        Scene::play(gateway, &SMALL, move |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            let answer = scene.get(&key).await;
            assert_eq!((answer.status, answer.text.as_str()), (200, crate::api::ANSWER), "{answer:?}");
            let all = |name: &str| answer.headers.get_all(name).iter().map(|v| v.to_str().unwrap().to_owned()).collect::<Vec<_>>();
            if gateway == Gateway::Traefik {
                assert_eq!(all("ratelimit"), ["\"theirs\";r=1;t=1"], "Traefik cannot copy headers of an admission to the caller");
            } else {
                assert_eq!(all("ratelimit"), ["\"vip\";r=2;t=60"], "the service's limit replaces the API's");
                assert_eq!(all("ratelimit-policy"), ["\"vip\";q=3;w=60"]);
            }
            let reached = scene.api.only();
            for (name, value) in IDENTITY {
                assert_eq!(reached.all(name), [value], "{name} of {reached:#?}");
            }
            assert!(reached.all("authorization").is_empty(), "the gateway removes the key: {reached:#?}");
            assert_eq!(reached.all("x-forwarded-for"), ["127.0.0.1"]);
            assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("x-neuralbox")), "{answer:?}");
        }).await;
    }

    async fn what_callers_claim_about_themselves_is_overwritten(gateway: Gateway) {
        Scene::play(gateway, &[], |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            let mut request = scene.request(Method::GET, "/v1/models").bearer_auth(&key);
            for (name, _) in IDENTITY {
                let (folded, dotted) = (name.replace('-', "_"), name.replace('-', "."));
                // Hyphens in the first half, underscores in the second.
                let mixed = format!("{}{}", &name[..12], name[12..].replace('-', "_"));
                for spelling in [name, &name.to_uppercase(), &folded, &folded.to_uppercase(), &mixed, &dotted] {
                    request = request.header(spelling, "4242").header(spelling, "4343");
                }
            }
            let answer = ask(request.header("x-forwarded-for", "6.6.6.6")).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let reached = scene.api.only();
            let ours = |name: &str| name.replace(['_', '.'], "-").starts_with("x-neuralbox");
            let said: Vec<_> = reached.headers.iter().filter(|(name, _)| ours(name.as_str())).collect();
            assert_eq!(said.len(), IDENTITY.len(), "{said:#?}");
            for (name, value) in IDENTITY {
                assert_eq!(reached.all(name), [value], "{said:#?}");
            }
            assert_eq!(reached.all("x-forwarded-for"), ["127.0.0.1"], "the caller cannot set the forwarded address");
            assert!(!scene.wire.sent().contains("6.6.6.6"), "nor the address sent to the service");
        }).await;
    }

    async fn the_caller_cannot_remove_it_either(gateway: Gateway) {
        Scene::play(gateway, &[], move |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            // `Connection` names hop-by-hop fields (RFC 9110, 7.6.1), which a gateway must drop before it sets ours.
            let named = format!("close, {}", IDENTITY.map(|(name, _)| name).join(", "));
            for upgrade in [None, Some("x")] {
                let request = scene.request(Method::GET, "/").bearer_auth(&key);
                let named = upgrade.map_or_else(|| named.clone(), |_| format!("upgrade, {named}"));
                let request = upgrade.into_iter().fold(request, |request, to| request.header("upgrade", to));
                let answer = ask(request.header("connection", named)).await;
                // Envoy rejects every upgrade but that to a WebSocket.
                let expected = if upgrade.is_some() && gateway == Gateway::Envoy { 403 } else { 200 };
                assert_eq!(answer.status, expected, "{answer:?}");
            }
            for reached in scene.api.reached() {
                for (name, value) in IDENTITY {
                    assert_eq!(reached.all(name), [value], "{reached:#?}");
                }
            }
        }).await;
    }

    async fn two_credentials_are_none(gateway: Gateway) {
        Scene::play(gateway, &[], |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            let bearer = format!("Bearer {key}");
            for two in [["Bearer nb_other", bearer.as_str()], [bearer.as_str(), "Bearer nb_other"]] {
                let request = scene.request(Method::GET, "/");
                let answer = ask(two.iter().fold(request, |request, one| request.header("authorization", *one))).await;
                assert!([400, 401].contains(&answer.status), "{answer:?}");
            }
            assert!(scene.api.reached().is_empty());
        }).await;
    }
}
