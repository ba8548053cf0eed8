//! Liveness, readiness and metrics.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use telegram_sandbox::{Fault, FaultKind};

use crate::on_both;
use crate::support::{Answer, App, ask, verify};

/// Polls readiness until the service answers with that status. The state of the bot's connection follows with a delay.
async fn ready(app: &App, status: u16) -> Answer {
    let mut browser = app.browser();
    let asking = async {
        loop {
            let answer = browser.get("/readyz").await;
            if answer.status == status {
                return answer;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asking).await.expect("readiness should change")
}

/// Sums the values of the metric lines that start with `name` and contain the labels.
async fn counted(app: &App, name: &str, labels: &[&str]) -> u64 {
    let answer = ask(reqwest::Client::new().get(format!("{}/metrics", app.metrics_url))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let lines =
        answer.text.lines().filter(|line| line.starts_with(name) && labels.iter().all(|label| line.contains(label)));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}

on_both! {
    async fn it_is_alive(app: App) {
        let answer = app.browser().get("/livez").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "ok\n"));
        let head = ask(app.browser().request(Method::HEAD, "/livez")).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
    }

    async fn it_is_ready_when_everything_answers(app: App) {
        let answer = ready(&app, 200).await;
        assert_eq!(answer.json(), json!({"status": "ready", "checks": {"database": "ok", "telegram": "ok"}}));
        let without = app.browser().get("/readyz?exclude=telegram").await;
        assert_eq!(without.json(), json!({"status": "ready", "checks": {"database": "ok"}}));
        assert_eq!(app.browser().get("/readyz?exclude=nothing").await.json(), answer.json());
        let twice = app.browser().get("/readyz?exclude=telegram&exclude=database").await;
        assert_eq!(twice.problem(), "422 Invalid fields (invalid_fields)\n  exclude: must be there once");
    }

    async fn without_telegram_it_is_not_ready_and_still_serves(app: App) with [("TELEGRAM_API_URL", "http://127.0.0.1:1")]; {
        let answer = ready(&app, 503).await.json();
        assert_eq!((&answer["status"], &answer["checks"]["database"]), (&json!("not ready"), &json!("ok")));
        assert_ne!(answer["checks"]["telegram"], "ok");
        assert_eq!(app.browser().get("/readyz?exclude=telegram").await.status, 200);
        assert_eq!(app.browser().get("/livez").await.status, 200);
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        assert_eq!(verify(&app, &key).await.status, 200);
        assert_eq!(browser.refresh().await.status, 200);
    }

    async fn telegram_may_go_and_come_back(app: App) {
        ready(&app, 200).await;
        app.sandbox.inject_fault(Fault::once("getUpdates", FaultKind::ResetBefore));
        app.sandbox.say(&app.person("Ivan"), "/help");
        let away = ready(&app, 503).await.json();
        assert!(away["checks"]["telegram"].as_str().unwrap() != "ok", "{away}");
        assert!(!away.to_string().contains(crate::support::TOKEN), "no secret is exposed");
        app.sandbox.say(&app.person("Olga"), "/help");
        ready(&app, 200).await;
    }

    /// Counters are global to the process; nextest gives each test its own.
    async fn metrics_are_counted_and_shown_on_their_own_listener(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        for _ in 0..3 {
            verify(&app, &key).await;
        }
        verify(&app, "nb_x").await;
        browser.refresh().await;
        browser.get("keys/1").await;
        assert_eq!(counted(&app, "neuralbox_key_verifications_total{", &["outcome=\"admitted\""]).await, 3);
        assert_eq!(counted(&app, "neuralbox_key_verifications_total{", &["outcome=\"key_unknown\""]).await, 1);
        assert_eq!(counted(&app, "neuralbox_sign_ins_total{", &["method=\"widget\"", "outcome=\"ok\""]).await, 2);
        assert_eq!(counted(&app, "neuralbox_session_refreshes_total{", &["outcome=\"ok\""]).await, 1);
        let keys = ["route=\"/api/v2/keys\"", "method=\"POST\"", "status=\"201\""];
        assert_eq!(counted(&app, "neuralbox_http_request_duration_seconds_count{", &keys).await, 1);
        let wrong = ["route=\"/api/v2/keys/{id}\"", "method=\"GET\"", "status=\"405\""];
        assert_eq!(counted(&app, "neuralbox_http_request_duration_seconds_count{", &wrong).await, 1);
        assert!(counted(&app, "neuralbox_db_statement_duration_seconds_count{", &["outcome=\"ok\""]).await > 5);

        assert_eq!(
            app.browser().get("/metrics").await.problem(),
            "404 Not found (path_not_found)",
            "metrics are not on the public listener"
        );
        let elsewhere = ask(reqwest::Client::new().get(format!("{}/api/v2/me", app.metrics_url))).await;
        assert_eq!(elsewhere.status, 404, "the metrics listener serves nothing else");
        let text = ask(reqwest::Client::new().get(format!("{}/metrics", app.metrics_url))).await.text;
        assert!(!text.contains(&key) && !text.contains("nb_x"), "no credential is exposed");
    }
}
