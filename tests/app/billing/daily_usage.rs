//! Requests and tokens per day and key.

use serde_json::{Value, json};

use crate::on_both;
use crate::support::gateway::{SERVICE, charge, charged};
use crate::support::{App, Browser, verify};

/// Creates a key; returns its secret.
async fn key(browser: &mut Browser, name: &str) -> String {
    browser.post("keys", json!({ "name": name })).await.json()["key"].as_str().unwrap().to_owned()
}

/// Sends a number of requests with a key, and writes what is counted.
async fn requests(app: &App, key: &str, number: usize) {
    for _ in 0..number {
        assert_eq!(verify(app, key).await.status, 200);
    }
    app.domain.flush_last_used().await.unwrap();
}

async fn days(browser: &mut Browser, query: &str) -> Value {
    let answer = browser.get(&format!("usage/daily{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["days"].clone()
}

fn day(date: &str, key: Option<i64>, tokens: i64, requests: i64) -> Value {
    json!({"date": date, "key_id": key, "tokens": tokens, "requests": requests})
}

on_both! {
    async fn are_summed_by_key_and_day(app: App) with SERVICE; {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let (laptop, ci) = (key(&mut browser, "laptop").await, key(&mut browser, "ci").await);
        requests(&app, &laptop, 3).await;
        requests(&app, &ci, 1).await;
        charge(&app, &json!({"key_id": 1, "tokens": 300, "request_id": "a"})).await;
        charge(&app, &json!({"key_id": 1, "tokens": 7, "request_id": "b"})).await;
        assert_eq!(charged(&app, 1, 50, "without-a-key").await.split(' ').next(), Some("charged"));
        app.clock.pass(86_400);
        requests(&app, &laptop, 1).await;
        charge(&app, &json!({"key_id": 1, "tokens": 20, "request_id": "c"})).await;
        let mut browser = app.signed_in(&ivan).await;
        let (first, second) = ("2026-11-23", "2026-11-24");
        let all = json!([day(first, None, 50, 0), day(first, Some(1), 307, 3), day(first, Some(2), 0, 1), day(second, Some(1), 20, 1)]);
        assert_eq!(days(&mut browser, "").await, all);
        assert_eq!(days(&mut browser, "?days=1").await, json!([day(second, Some(1), 20, 1)]));
        assert_eq!(days(&mut browser, "?days=90&key_id=2").await, json!([day(first, Some(2), 0, 1)]));
        let olga = app.person_on("Olga", "vip").await;
        assert_eq!(days(&mut app.signed_in(&olga).await, "").await, json!([]), "nobody sees the usage of others");
    }

    async fn other_days_and_keys_are_refused(app: App) {
        let (ivan, olga) = (app.person_on("Ivan", "vip").await, app.person_on("Olga", "vip").await);
        key(&mut app.signed_in(&ivan).await, "laptop").await;
        let mut browser = app.signed_in(&olga).await;
        for number in ["0", "91", "-1"] {
            let answer = browser.get(&format!("usage/daily?days={number}")).await.problem();
            assert_eq!(answer, "422 Invalid fields (invalid_fields)\n  days: must be from 1 to 90");
        }
        assert_eq!(browser.get("usage/daily?days=x").await.status, 422);
        for of_another in [1, 999] {
            assert_eq!(browser.get(&format!("usage/daily?key_id={of_another}")).await.status, 404);
        }
    }

    async fn every_admitted_request_counts_once_and_no_other(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let laptop = key(&mut browser, "laptop").await;
        requests(&app, &laptop, 10).await;
        requests(&app, &laptop, 5).await;
        app.domain.flush_last_used().await.unwrap();
        assert_eq!(days(&mut browser, "").await[0]["requests"], 15, "all in one second");
        app.clock.pass(1);
        verify(&app, &laptop).await;
        browser.patch("keys/1", json!({"name": "desktop"})).await;
        requests(&app, &laptop, 1).await;
        assert_eq!(days(&mut browser, "").await[0]["requests"], 17, "a change of the key loses nothing");
        app.put_on_plan(&ivan, "free").await;
        assert_eq!(verify(&app, &laptop).await.status, 403);
        app.put_on_plan(&ivan, "vip").await;
        browser.delete("keys/1").await;
        assert_eq!(verify(&app, &laptop).await.status, 401);
        app.domain.flush_last_used().await.unwrap();
        assert_eq!(days(&mut browser, "").await[0]["requests"], 17, "refused requests do not count");
        assert_eq!(days(&mut browser, "?key_id=1").await[0]["requests"], 17, "a revoked key keeps its usage");
    }

    async fn both_secrets_of_a_rotated_key_count_for_it(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let old = key(&mut browser, "laptop").await;
        let rotated = browser.post("keys/1/rotate", json!({"grace_seconds": 3600})).await.json();
        verify(&app, &old).await;
        requests(&app, rotated["key"].as_str().unwrap(), 2).await;
        assert_eq!(days(&mut browser, "").await, json!([day("2026-11-23", Some(1), 0, 3)]));
    }

    async fn a_restart_loses_no_request(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let laptop = key(&mut app.signed_in(&ivan).await, "laptop").await;
        for _ in 0..4 {
            verify(&app, &laptop).await;
        }
        app.service.stop().await;
        let written = crate::support::mailbox::count(&app.database_url, "select cast(sum(requests) as bigint) from key_usage_daily").await;
        assert_eq!(written, 4);
    }
}
