//! Introspection (RFC 7662) and revocation (RFC 7009) by service callers.

use serde_json::{Value, json};

use crate::on_both;
use crate::support::gateway::{SERVICE, post_form};
use crate::support::{App, Browser, verify};

const NOTHING: &str = r#"{"active":false}"#;

async fn introspect(app: &App, token: &str) -> String {
    let answer = post_form(app, "introspect", &[("token", token)]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    answer.text
}

async fn revoke(app: &App, token: &str) {
    let answer = post_form(app, "revoke", &[("token", token), ("token_type_hint", "refresh_token")]).await;
    assert_eq!((answer.status, answer.text.as_str(), answer.header("cache-control")), (200, "", "no-store"));
}

/// Signs a person in and issues a key; returns the browser with key, access token and refresh token.
async fn credentials(app: &App) -> (Browser, [String; 3]) {
    let person = app.person_on("Ivan", "vip").await;
    let mut browser = app.signed_in(&person).await;
    let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
    let refresh = browser.cookie.as_ref().unwrap().split_once('=').unwrap().1.to_owned();
    let access = browser.access.clone().unwrap();
    (browser, [key, access, refresh])
}

on_both! {
    async fn each_kind_says_what_it_is(app: App) with SERVICE; {
        let (_, [key, access, refresh]) = credentials(&app).await;
        let now = app.clock.unix();
        let whose = |more: Value| {
            let mut all = json!({"active": true, "sub": "1", "username": "Ivan", "plan": "vip", "iss": app.url, "iat": now});
            all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            all
        };
        let parse = |text: String| serde_json::from_str::<Value>(&text).unwrap();
        assert_eq!(parse(introspect(&app, &key).await), whose(json!({"kind": "api_key", "token_type": "Bearer", "key_id": 1})));
        let of_session = json!({"kind": "access_token", "token_type": "Bearer", "sid": "2", "exp": now + 900});
        assert_eq!(parse(introspect(&app, &access).await), whose(of_session));
        let of_session = json!({"kind": "refresh_token", "sid": "2", "exp": now + 30 * 86_400});
        assert_eq!(parse(introspect(&app, &refresh).await), whose(of_session));
        assert_eq!(verify(&app, &key).await.header("ratelimit"), "\"vip\";r=599;t=60", "introspection uses no quota");
    }

    async fn every_invalid_credential_gets_the_same_answer(app: App) with SERVICE; {
        let (mut browser, [key, access, refresh]) = credentials(&app).await;
        let cut = &key[..47];
        for nothing in ["x", cut, "1.0.AAAA", &access[1..], &refresh[..20], "\u{430}", "a b"] {
            assert_eq!(introspect(&app, nothing).await, NOTHING, "{nothing}");
        }
        let ivan = neuralbox_auth::domain::admin::access::PersonRef::parse("#1").unwrap();
        let operator = neuralbox_auth::domain::admin::access::Admin::operator();
        app.domain.set_plan(&operator, &ivan, "free", None).await.unwrap();
        assert_eq!(introspect(&app, &key).await, NOTHING, "a plan without API access makes the key inactive");
        app.domain.set_plan(&operator, &ivan, "vip", None).await.unwrap();
        browser.delete("keys/1").await;
        assert_eq!(introspect(&app, &key).await, NOTHING);
        app.clock.pass(900);
        assert_eq!(introspect(&app, &access).await, NOTHING);
        browser.refresh().await;
        browser.send(browser.request(reqwest::Method::POST, "auth/logout")).await;
        assert_eq!(introspect(&app, &refresh).await, NOTHING);
        let missing = post_form(&app, "introspect", &[("token_type_hint", "access_token")]).await;
        assert_eq!(missing.problem(), "422 Invalid fields (invalid_fields)\n  token: is missing");
        let twice = post_form(&app, "introspect", &[("token", "a"), ("token", "b")]).await;
        assert_eq!(twice.problem(), "400 Malformed request (malformed)");
    }

    async fn revoking_ends_the_key_or_the_session(app: App) with SERVICE; {
        let (mut browser, [key, access, refresh]) = credentials(&app).await;
        assert_eq!(verify(&app, &key).await.status, 200);
        for _ in 0..2 {
            revoke(&app, &key).await;
            assert_eq!(verify(&app, &key).await.problem(), "401 Invalid or expired token (key_revoked)");
        }
        assert_eq!(browser.get("me").await.status, 200, "only the key is revoked");
        revoke(&app, &access).await;
        assert_eq!(browser.get("me").await.problem(), "401 Invalid or expired token (session_ended)");
        assert_eq!(introspect(&app, &refresh).await, NOTHING);
        let (mut browser, [_, _, refresh]) = credentials(&app).await;
        revoke(&app, &refresh).await;
        assert_eq!(browser.get("me").await.problem(), "401 Invalid or expired token (session_ended)");
        for nothing in ["x", "nb_x", &refresh, &access] {
            revoke(&app, nothing).await;
        }
    }
}
