//! A person makes, lists, renames and revokes keys over HTTP.

use serde_json::json;

use crate::on_both;
use crate::support::verify;

on_both! {
    async fn a_key_is_shown_once_works_and_is_revoked(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;

        let made = browser.post("/keys", json!({"name": "laptop"})).await;
        assert_eq!(made.status, 201, "{made:?}");
        let key = made.json()["key"].as_str().unwrap().to_owned();
        assert_eq!(key.len(), 48);
        assert_eq!(made.json()["masked"], format!("{}…{}", &key[..7], &key[44..]));

        let listed = browser.get("/keys").await.json();
        assert_eq!(listed["keys"][0]["name"], "laptop");
        assert_eq!(listed["keys"][0]["state"], "active");
        assert!(!listed.to_string().contains(&key), "a key is shown once");

        let yes = verify(&app, &key).await;
        assert_eq!((yes.status, yes.text.as_str(), yes.header("content-length")), (200, "", "0"));
        assert_eq!(yes.header("x-neuralbox-plan"), "vip");
        assert_eq!(yes.header("ratelimit"), r#""vip";r=599;t=60"#);
        assert_eq!(yes.header("ratelimit-policy"), r#""vip";q=600;w=60"#);

        let id = made.json()["id"].to_string();
        assert_eq!(browser.delete(&format!("/keys/{id}")).await.status, 204);
        assert_eq!(verify(&app, &key).await.problem(), "401 Invalid or expired token (key_revoked)");
        assert_eq!(browser.delete(&format!("/keys/{id}")).await.problem(), "404 Not found (key_not_found)");
    }

    async fn a_plan_without_api_access_makes_no_keys(app: App) {
        let olga = app.person("Olga");
        let mut browser = app.signed_in(&olga).await;
        let refused = browser.post("/keys", json!({"name": "laptop"})).await;
        assert_eq!(refused.problem(), "403 Insufficient plan (insufficient_plan)");
        assert!(refused.json()["detail"].as_str().unwrap().contains("Your plan, Free,"), "{refused:?}");
    }
}
