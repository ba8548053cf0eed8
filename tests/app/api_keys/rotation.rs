//! Key rotation, with a grace period that avoids an outage.

use std::sync::Arc;
use std::time::{Duration, Instant};

use neuralbox_auth::model::network::Network;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::{App, Browser, at_once, verify};

const REVOKED: &str = "401 Invalid or expired token (key_unknown)";

/// Creates a person with a key; returns their browser and the key.
async fn with_key(app: &App) -> (Browser, String) {
    let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
    let made = browser.post("keys", json!({"name": "laptop"})).await.json();
    (browser, made["key"].as_str().unwrap().to_owned())
}

/// Creates a person with the fifty keys that a plan allows; returns the keys.
async fn fifty_keys(app: Arc<App>) -> Vec<String> {
    let mut browser = app.signed_in(&app.person_on("Maria", "elite").await).await;
    let mut keys = Vec::new();
    for number in 0..50 {
        let made = browser.post("keys", json!({"name": format!("key {number}")})).await.json();
        keys.push(made["key"].as_str().unwrap().to_owned());
    }
    keys
}

async fn rotate(browser: &mut Browser, body: Value) -> (String, Value) {
    let answer = browser.post("keys/1/rotate", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let rotated = answer.json();
    (rotated["key"].as_str().unwrap().to_owned(), rotated)
}

on_both! {
    async fn both_secrets_work_until_the_grace_ends(app: App) {
        let (mut browser, old) = with_key(&app).await;
        verify(&app, &old).await;
        let (new, rotated) = rotate(&mut browser, json!({"grace_seconds": 3600})).await;
        assert_ne!(old, new);
        assert_eq!((&rotated["id"], &rotated["name"]), (&json!(1), &json!("laptop")));
        assert_eq!(rotated["created_at"], "2026-11-23T12:00:01Z");
        assert_eq!(rotated["old_secret"]["works_until"], "2026-11-23T13:00:01Z");
        assert_eq!(rotated["masked"], format!("{}…{}", &new[..7], &new[44..]));
        for key in [&old, &new, &old] {
            let answer = verify(&app, key).await;
            assert_eq!((answer.status, answer.header("x-neuralbox-key-id")), (200, "1"));
        }
        app.clock.pass(3599);
        assert_eq!(verify(&app, &old).await.status, 200);
        app.clock.pass(1);
        assert_eq!(verify(&app, &old).await.problem(), "401 Invalid or expired token (key_expired)");
        assert_eq!(verify(&app, &new).await.status, 200);
        assert_eq!(browser.get("keys").await.json()["keys"][0].get("old_secret"), None);
    }

    async fn without_grace_the_old_secret_ends_with_the_answer(app: App) {
        let (mut browser, old) = with_key(&app).await;
        let (new, rotated) = rotate(&mut browser, json!({"grace_seconds": 0})).await;
        assert_eq!(rotated.get("old_secret"), None);
        assert_eq!(verify(&app, &old).await.problem(), REVOKED);
        assert_eq!(verify(&app, &new).await.status, 200);
    }

    async fn the_usual_grace_is_a_day(app: App) {
        let (mut browser, old) = with_key(&app).await;
        let answer = browser.send(browser.request(reqwest::Method::POST, "keys/1/rotate")).await;
        assert_eq!(answer.json()["old_secret"]["works_until"], "2026-11-24T12:00:01Z");
        assert_eq!(verify(&app, &old).await.status, 200);
        for (grace, fine) in [(json!(604_800), true), (json!(604_801), false), (json!(-1), false), (json!("x"), false)] {
            let answer = browser.post("keys/1/rotate", json!({"grace_seconds": grace})).await;
            assert_eq!(answer.status == 200, fine, "{answer:?}");
            assert!(fine || answer.problem().contains("\n  grace_seconds: must be"), "{answer:?}");
        }
    }

    async fn who_still_uses_the_old_secret_is_seen(app: App) {
        let (mut browser, old) = with_key(&app).await;
        app.clock.pass(10);
        verify(&app, &old).await;
        let (new, rotated) = rotate(&mut browser, json!({"grace_seconds": 86_400})).await;
        assert_eq!(rotated["old_secret"]["last_used_at"], "2026-11-23T12:00:11Z");
        for (secret, old_use, any_use) in [(&old, "2026-11-23T12:01:11Z", "2026-11-23T12:01:11Z"), (&new, "2026-11-23T12:01:11Z", "2026-11-23T12:02:11Z")] {
            app.clock.pass(60);
            assert_eq!(verify(&app, secret).await.status, 200);
            app.domain.flush_last_used().await.unwrap();
            let key = &browser.get("keys").await.json()["keys"][0];
            assert_eq!((&key["old_secret"]["last_used_at"], &key["last_used_at"]), (&json!(old_use), &json!(any_use)));
            assert_eq!(key["last_used_network"], "127.0.0.0/24");
        }
    }

    /// A rotation is repeated if its response was lost. The secret in use must then stay valid.
    async fn a_secret_that_was_never_used_does_not_take_the_grace(app: App) {
        let (mut browser, in_use) = with_key(&app).await;
        verify(&app, &in_use).await;
        let (lost, _) = rotate(&mut browser, json!({})).await;
        let (got, _) = rotate(&mut browser, json!({})).await;
        assert_eq!(verify(&app, &in_use).await.status, 200);
        assert_eq!(verify(&app, &lost).await.problem(), REVOKED);
        app.clock.pass(1);
        assert_eq!(verify(&app, &got).await.status, 200);
        rotate(&mut browser, json!({})).await;
        assert_eq!(verify(&app, &in_use).await.problem(), REVOKED, "a key has at most two valid secrets");
        assert_eq!(verify(&app, &got).await.status, 200);
    }

    /// Uses are written in batches. A rotation in between must take pending uses into account.
    async fn a_use_that_is_about_to_be_written_counts(app: App) {
        let (mut browser, first) = with_key(&app).await;
        let others = at_once((0..6).map(|_| fifty_keys(app.clone()))).await.concat();
        let (second, _) = rotate(&mut browser, json!({})).await;
        // The service writes uses too. If it interferes, only one batch is left, and all keys are used again.
        let since = Instant::now();
        loop {
            assert!(since.elapsed() < Duration::from_mins(1), "the uses never fill two batches");
            app.clock.pass(1);
            for key in others.iter().chain([&second]) {
                assert!(app.domain.verify_key(key, || Network::Unknown).await.is_ok());
            }
            // Uses of the oldest key are written last.
            if app.domain.mark_uses_due() == 2 && app.domain.write_uses().await.unwrap() {
                break;
            }
        }
        rotate(&mut browser, json!({})).await;
        assert_eq!(verify(&app, &first).await.problem(), REVOKED, "the second secret was in use");
        assert_eq!(verify(&app, &second).await.status, 200);
    }

    async fn a_revoke_ends_both_secrets(app: App) {
        let (mut browser, old) = with_key(&app).await;
        let (new, _) = rotate(&mut browser, json!({})).await;
        assert_eq!(browser.delete("keys/1").await.status, 204);
        for key in [&old, &new] {
            assert_eq!(verify(&app, key).await.problem(), "401 Invalid or expired token (key_revoked)");
        }
        let gone = browser.post("keys/1/rotate", json!({})).await.problem();
        assert_eq!(gone, "404 Not found (key_not_found)");
    }

    async fn only_the_owner_on_a_plan_with_api_access_rotates(app: App) {
        let (mut browser, key) = with_key(&app).await;
        let mut olga = app.signed_in(&app.person_on("Olga", "vip").await).await;
        assert_eq!(olga.post("keys/1/rotate", json!({})).await.problem(), "404 Not found (key_not_found)");
        let who = neuralbox_auth::domain::admin::access::PersonRef::Account(neuralbox_auth::model::accounts::account::AccountId(1));
        let operator = neuralbox_auth::domain::admin::access::Admin::operator();
        app.domain.set_plan(&operator, &who, "free", None).await.unwrap();
        assert_eq!(browser.post("keys/1/rotate", json!({})).await.problem(), "403 Insufficient plan (insufficient_plan)");
        app.domain.set_plan(&operator, &who, "vip", None).await.unwrap();
        assert_eq!(verify(&app, &key).await.status, 200);
    }
}
