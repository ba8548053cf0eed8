//! Information about an API key, requested with the key itself.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::{Answer, App, ask, verify};

async fn about(app: &App, key: &str) -> Answer {
    ask(app.browser().request(Method::GET, "key").bearer_auth(key)).await
}

on_both! {
    async fn a_key_learns_about_itself_and_pays_nothing(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let made = browser.post("keys", json!({"name": "laptop", "expires_in_days": 90})).await.json();
        let key = made["key"].as_str().unwrap().to_owned();
        for _ in 0..3 {
            let answer = about(&app, &key).await;
            assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
            let body = answer.json();
            let mut listed = made.clone();
            listed.as_object_mut().unwrap().remove("key");
            assert_eq!(body["key"], listed);
            assert_eq!(body["user"], json!({"id": 1, "name": "Ivan", "plan": "vip", "token_balance": 1500}));
            assert_eq!(body["limit"], json!({"policy": "vip", "limit": 600, "remaining": 600, "reset_seconds": 60}));
        }
        verify(&app, &key).await;
        let body = about(&app, &key).await.json();
        assert_eq!(body["limit"]["remaining"], 599, "a verification uses the limit");
        assert_eq!(verify(&app, &key).await.header("ratelimit"), "\"vip\";r=598;t=60", "asking about the key does not");
        assert_eq!(browser.get("keys").await.json()["keys"][0]["last_used_at"], Value::Null);
    }

    async fn a_key_whose_plan_has_no_api_access_learns_why(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = app.signed_in(&ivan).await.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        app.put_on_plan(&ivan, "free").await;
        let body = about(&app, &key).await.json();
        assert_eq!((&body["key"]["state"], &body["user"]["plan"], &body["limit"]), (&json!("disabled"), &json!("free"), &Value::Null));
    }

    async fn an_invalid_key_is_refused_in_the_words_of_a_gateway(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let mut keys = Vec::new();
        for ask in [json!({"name": "revoked"}), json!({"name": "expired", "expires_in_days": 1})] {
            keys.push(browser.post("keys", ask).await.json()["key"].as_str().unwrap().to_owned());
        }
        browser.delete("keys/1").await;
        app.clock.pass(86_400);
        let access = browser.access.clone().unwrap();
        for (key, code) in [(&keys[0], "key_revoked"), (&keys[1], "key_expired"), (&access, "key_unknown"), (&"nb_x".to_owned(), "key_unknown")] {
            let refused = about(&app, key).await;
            assert_eq!(refused.problem(), format!("401 Invalid or expired token ({code})"));
            assert_eq!(refused.problem(), verify(&app, key).await.problem());
        }
        let nothing = ask(app.browser().request(Method::GET, "key")).await;
        assert_eq!(nothing.problem(), "401 Not authenticated (not_authenticated)");
    }
}
