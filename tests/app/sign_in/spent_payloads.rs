//! Spent, stale and forged payloads: they cost no write, and are limited per network.

use serde_json::{Value, json};

use crate::on_both;
use crate::support::writes::writes;
use crate::support::{Answer, App};

const PROXY: (&str, &str) = ("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1");

async fn post(app: &App, payload: &Value, network: &str) -> Answer {
    let mut browser = app.browser();
    let request = browser.request(reqwest::Method::POST, "auth/telegram").json(payload);
    browser.send(request.header("x-forwarded-for", network)).await
}

on_both! {
    async fn a_flood_of_one_spent_payload_is_one_write(app: App) {
        let ivan = app.person("Ivan");
        let (payload, mut forged) = (app.widget_of(&ivan), app.widget_of(&ivan));
        forged["first_name"] = json!("Mallory");
        let stale = app.widget_of(&ivan);
        assert_eq!(post(&app, &payload, "").await.status, 200);
        let before = writes(&app, "SignInTelegram").await;
        for _ in 0..100 {
            assert_eq!(post(&app, &payload, "").await.problem(), "401 Invalid or expired token (login_used)");
            assert_eq!(post(&app, &forged, "").await.problem(), "401 Invalid or expired token (login_forged)");
        }
        app.clock.pass(2 * 86_400);
        for _ in 0..100 {
            assert_eq!(post(&app, &stale, "").await.problem(), "401 Invalid or expired token (login_stale)");
        }
        assert_eq!(writes(&app, "SignInTelegram").await, before);
        let mut browser = app.signed_in(&ivan).await;
        let events = browser.get("activity?limit=100").await.json()["events"].as_array().unwrap().clone();
        let failed = |kind: &str| events.iter().filter(|event| event["kind"] == kind).count();
        assert_eq!((failed("sign_in_failed"), failed("more_sign_ins_failed")), (40, 2), "twenty a day, and a number");
        let written = writes(&app, "RecordSignInFailures").await;
        assert!(written < 20, "{written}: failures are written in batches");
    }

    async fn another_instance_or_a_restart_refuses_it_by_a_read(app: App) {
        let payload = app.widget_of(&app.person("Ivan"));
        assert_eq!(post(&app, &payload, "").await.status, 200);
        let other = app.another(&[("TELEGRAM_API_URL", "http://127.0.0.1:9")]).await;
        let before = writes(&app, "SignInTelegram").await;
        let answer = crate::support::Browser::new(&other.url).post("auth/telegram", payload).await;
        assert_eq!(answer.problem(), "401 Invalid or expired token (login_used)");
        assert_eq!(writes(&app, "SignInTelegram").await, before);
        other.stop().await;
    }

    async fn a_flooding_network_is_limited_and_its_honest_people_sign_in(app: App) with [PROXY]; {
        let payload = app.widget_of(&app.person("Ivan"));
        assert_eq!(post(&app, &payload, "203.0.113.9").await.status, 200);
        for _ in 0..120 {
            assert_eq!(post(&app, &payload, "203.0.113.9").await.status, 401);
        }
        let limited = post(&app, &payload, "203.0.113.10").await;
        assert_eq!(limited.problem(), "429 Rate limit exceeded (rate_limit_exceeded)");
        assert_eq!(limited.header("retry-after"), "1");
        assert_eq!(post(&app, &app.widget_of(&app.person("Olga")), "203.0.113.9").await.status, 200);
        assert_eq!(post(&app, &payload, "198.51.100.7").await.status, 401, "another network");
    }
}
