//! Key verification by a gateway.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use neuralbox_auth::model::api_key::PlainKey;
use neuralbox_auth::model::crypto::rng::SystemRng;
use percent_encoding::percent_decode_str;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::{Answer, App, Browser, ask, verify};

const UNKNOWN: &str = "401 Invalid or expired token (key_unknown)";
const REFUSED_PLAN: &str = "403 Insufficient plan (insufficient_plan)";

/// Creates a person on `plan` with one key; returns the person, their browser and the key.
async fn with_key(app: &App, plan: &str, name: &str) -> (Person, Browser, String) {
    let person = app.person_on("Ivan", plan).await;
    let mut browser = app.signed_in(&person).await;
    let made = browser.post("keys", json!({ "name": name })).await;
    assert_eq!(made.status, 201, "{made:?}");
    (person, browser, made.json()["key"].as_str().unwrap().to_owned())
}

/// Builds the verification request of a gateway.
fn question(app: &App, method: Method, path: &str) -> RequestBuilder {
    app.browser().request(method, &format!("auth/verify{path}"))
}

/// Returns the identity headers of a response.
fn identity(answer: &Answer) -> String {
    let names = ["user-id", "plan", "key-id", "key-name", "token-balance"];
    names.map(|name| answer.header(&format!("x-neuralbox-{name}")).to_owned()).join(" ")
}

on_both! {
    async fn whatever_the_client_asked_the_answer_is_about_the_key(app: App) {
        let (_, _, key) = with_key(&app, "vip", "laptop").await;
        let purge = Method::from_bytes(b"PURGE").unwrap();
        let methods = [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
            purge,
        ];
        let paths = [
            "",
            "/",
            "/v1/chat/completions",
            "//x",
            "/a/../b",
            "/%ff%00",
            "/..%2f..%2fkeys",
            "?a=b&c=d",
            "/v1?key=nb_x",
            "/verify/",
        ];
        for (index, method) in methods.iter().cycle().take(40).enumerate() {
            let request = question(&app, method.clone(), paths[index % paths.len()]);
            let request =
                if [Method::POST, Method::PUT].contains(method) { request.body("{\"model\":") } else { request };
            let answer = ask(request.bearer_auth(&key)).await;
            assert_eq!((answer.status, answer.text.as_str()), (200, ""), "{method} {answer:?}");
            assert_eq!(answer.header("content-length"), "0", "{method} {answer:?}");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(identity(&answer), "1 vip 1 laptop 1500", "{method} {answer:?}");
        }
        let refused = ask(question(&app, Method::DELETE, "/v1/files/1?x=y")).await;
        assert_eq!(refused.problem(), "401 Not authenticated (not_authenticated)");
        let elsewhere = app.browser().request(Method::GET, "auth/verifying").bearer_auth(&key);
        assert_eq!(ask(elsewhere).await.problem(), "404 Not found (path_not_found)");
    }

    async fn a_preflight_is_refused_like_any_request_without_a_key(app: App) {
        for path in ["", "/v1/models"] {
            let preflight = question(&app, Method::OPTIONS, path)
                .header("origin", "https://app.example")
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "authorization");
            let answer = ask(preflight).await;
            assert_eq!(answer.problem(), "401 Not authenticated (not_authenticated)");
            assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{answer:?}");
        }
    }

    async fn a_head_of_more_than_a_hundred_fields_is_refused(app: App) {
        let (_, _, key) = with_key(&app, "vip", "laptop").await;
        for (fields, status) in [(90, 200), (101, 431)] {
            let request = question(&app, Method::GET, "").bearer_auth(&key);
            let request = (0..fields).fold(request, |request, number| request.header(format!("x-field-{number}"), "1"));
            assert_eq!(ask(request).await.status, status, "{fields}");
        }
    }

    async fn who_wants_json_gets_json(app: App) {
        let (_, _, key) = with_key(&app, "vip", "мой ноутбук").await;
        let body = json!({"user": {"id": 1, "name": "Ivan", "plan": "vip", "token_balance": 1500}, "key": {"id": 1, "name": "мой ноутбук"}});
        for accept in ["application/json", "Application/JSON", "text/html, application/json;q=0.9"] {
            let answer = ask(question(&app, Method::GET, "").header("accept", accept).bearer_auth(&key)).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{accept}");
            assert_eq!(answer.json(), body);
            assert!(
                identity(&answer).starts_with("1 vip 1 %D0%BC%D0%BE%D0%B9%20"),
                "the headers are always sent: {answer:?}"
            );
        }
        for accept in ["*/*", "text/html", "application/jsonp", ""] {
            assert_eq!(
                ask(question(&app, Method::GET, "").header("accept", accept).bearer_auth(&key)).await.text,
                "",
                "{accept}"
            );
        }
    }

    async fn any_name_fits_in_a_header(app: App) {
        let names = ["ноутбук №1 / 50% ☕", "a,b;c=\"d\" e", "-._~", "👩‍🚀"];
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        for name in names {
            let key = browser.post("keys", json!({ "name": name })).await.json()["key"].as_str().unwrap().to_owned();
            let answer = verify(&app, &key).await;
            let header = answer.header("x-neuralbox-key-name");
            assert_eq!(percent_decode_str(header).decode_utf8().unwrap(), name);
            assert!(header.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)), "{header}");
        }
    }

    async fn the_credential_is_one_bearer_field(app: App) {
        let (_, _, key) = with_key(&app, "vip", "laptop").await;
        let with = async |fields: &[&str]| {
            let request = question(&app, Method::GET, "");
            ask(fields.iter().fold(request, |request, field| request.header("authorization", *field))).await
        };
        for good in [format!("Bearer {key}"), format!("bearer {key}"), format!("BEARER  {key}")] {
            assert_eq!(with(&[&good]).await.status, 200, "{good}");
        }
        let bearer = format!("Bearer {key}");
        for none in [vec![], vec![""], vec!["Bearer"], vec!["Bearer "], vec![&*key], vec!["Basic bmI6bmI="]] {
            let answer = with(&none).await;
            assert_eq!(answer.problem(), "401 Not authenticated (not_authenticated)", "{none:?}");
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"neuralbox\"");
        }
        for two in [[&*bearer, &*bearer], [&*bearer, "Bearer nb_other"], ["Basic bmI6bmI=", &*bearer]] {
            assert_eq!(with(&two).await.problem(), "401 Invalid or expired token (invalid_token)", "{two:?}");
        }
        let elsewhere = question(&app, Method::GET, &format!("?access_token={key}")).header("x-api-key", &key);
        assert_eq!(
            ask(elsewhere.header("cookie", format!("key={key}"))).await.problem(),
            "401 Not authenticated (not_authenticated)"
        );
    }

    async fn what_is_no_key_is_refused(app: App) {
        let (_, _, key) = with_key(&app, "vip", "laptop").await;
        let flipped = |at: usize| {
            let with = if key.as_bytes()[at] == b'x' { "y" } else { "x" };
            format!("{}{with}{}", &key[..at], &key[at + 1..])
        };
        let nobodys = PlainKey::new(&SystemRng).reveal().to_owned();
        for wrong in [
            flipped(3),
            flipped(20),
            flipped(42),
            flipped(47),
            key[..47].to_owned(),
            format!("{key}0"),
            key.to_lowercase(),
            format!("{key},"),
            format!("\"{key}\""),
            key.replace("nb_", "sk_"),
            "nb_".to_owned(),
            "a".repeat(5000),
            nobodys,
        ] {
            let answer = verify(&app, &wrong).await;
            assert_eq!(answer.problem(), UNKNOWN, "{wrong}");
            let challenge = "Bearer realm=\"neuralbox\", error=\"invalid_token\", error_description=\"This API key doesn't exist. Check that you copied all 48 characters.\"";
            assert_eq!(answer.header("www-authenticate"), challenge);
            assert_eq!(identity(&answer).trim(), "", "{answer:?}");
        }
        let bytes = reqwest::header::HeaderValue::from_bytes(b"Bearer nb_\xff").unwrap();
        let answer = ask(question(&app, Method::GET, "").header("authorization", bytes)).await;
        assert_eq!(answer.problem(), "401 Invalid or expired token (invalid_token)");
    }

    async fn a_downgrade_disables_keys_at_once_and_an_upgrade_brings_them_back(app: App) {
        let (ivan, mut browser, key) = with_key(&app, "vip", "laptop").await;
        for plan in ["free", "basic"] {
            app.put_on_plan(&ivan, plan).await;
            let refused = verify(&app, &key).await;
            assert_eq!(refused.problem(), REFUSED_PLAN);
            assert_eq!(identity(&refused).trim(), "");
            assert_eq!(browser.get("keys").await.json()["keys"][0]["state"], "disabled");
        }
        assert_eq!(
            browser.patch("keys/1", json!({"name": "old laptop"})).await.status,
            200,
            "the owner can still rename it"
        );
        app.put_on_plan(&ivan, "elite").await;
        assert_eq!(identity(&verify(&app, &key).await), "1 elite 1 old%20laptop 10000");
        assert_eq!(browser.get("keys").await.json()["keys"][0]["state"], "active");
        app.put_on_plan(&ivan, "free").await;
        assert_eq!(browser.delete("keys/1").await.status, 204);
        assert_eq!(verify(&app, &key).await.problem(), "401 Invalid or expired token (key_revoked)");
    }

    async fn a_plan_that_ends_ends_by_the_clock(app: App) {
        let (ivan, _, key) = with_key(&app, "vip", "laptop").await;
        app.put_on_plan_for(&ivan, "vip", Some(7)).await;
        app.clock.pass(7 * 86_400 - 1);
        assert_eq!(verify(&app, &key).await.status, 200);
        app.clock.pass(1);
        assert_eq!(verify(&app, &key).await.problem(), REFUSED_PLAN);
    }

    async fn after_the_answer_to_a_revoke_no_request_passes(app: App) {
        let (_, mut browser, key) = with_key(&app, "elite", "laptop").await;
        let revoked = Arc::new(AtomicBool::new(false));
        let hammers: Vec<_> = (0..4)
            .map(|_| {
                let (app, key, revoked) = (app.clone(), key.clone(), revoked.clone());
                tokio::spawn(async move {
                    let (mut before, mut after) = (0, 0);
                    while after < 20 {
                        let was_revoked = revoked.load(Ordering::SeqCst);
                        let status = verify(&app, &key).await.status;
                        assert!(status == 401 || (status == 200 && !was_revoked), "{status} after the revoke");
                        before += usize::from(status == 200);
                        after += usize::from(was_revoked);
                    }
                    before
                })
            })
            .collect();
        while verify(&app, &key).await.header("ratelimit").contains("r=599") {}
        assert_eq!(browser.delete("keys/1").await.status, 204);
        revoked.store(true, Ordering::SeqCst);
        let passed: usize = futures::future::join_all(hammers).await.into_iter().map(Result::unwrap).sum();
        assert!(passed > 0, "requests passed before the revocation");
    }
}
