//! Export of all data of an account.

use serde_json::{Value, json};

use crate::on_both;
use crate::support::App;
use crate::support::gateway::{SERVICE, charged};

on_both! {
    async fn everything_is_in_one_file_but_no_secret(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        let answer = browser.get("me/export").await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"neuralbox-account.json\"");
        assert_eq!(answer.header("cache-control"), "no-store");
        let all = answer.json();
        let names: Vec<_> = all.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["account", "apps", "events", "exported_at", "identities", "keys", "ledger", "notices", "purchases", "requests", "sessions"]);
        assert_eq!((&all["account"]["id"], &all["account"]["plan"]), (&json!(1), &json!("vip")));
        assert_eq!(all["identities"][0]["subject"], ivan.id.to_string());
        assert_eq!((&all["keys"][0]["name"], all["sessions"].as_array().unwrap().len()), (&json!("laptop"), 2));
        let sum: i64 = all["ledger"].as_array().unwrap().iter().map(|entry| entry["tokens"].as_i64().unwrap()).sum();
        assert_eq!(all["account"]["token_balance"], sum);
        assert_eq!(all["events"][0]["kind"], "exported", "the export itself is recorded");
        let cookie = browser.cookie.clone().unwrap();
        for secret in [key.as_str(), cookie.rsplit('.').next().unwrap(), "digest", browser.access.as_deref().unwrap()] {
            assert!(!answer.text.contains(secret), "{secret}");
        }
    }

    async fn a_long_history_is_whole(app: App) with SERVICE; {
        let ivan = app.person_on("Ivan", "elite").await;
        let mut browser = app.signed_in(&ivan).await;
        let charges: Vec<Value> = (0..1201).map(|n| json!({"user_id": 1, "tokens": 1, "request_id": format!("r{n}")})).collect();
        for part in charges.chunks(400) {
            let answer = crate::support::gateway::charge(&app, &json!({ "charges": part })).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        assert!(charged(&app, 1, 1, "r0").await.starts_with("already_charged"));
        let all = browser.get("me/export").await.json();
        let ledger = all["ledger"].as_array().unwrap();
        assert_eq!(ledger.iter().filter(|entry| entry["request_id"].is_string()).count(), 1201);
        let sum: i64 = ledger.iter().map(|entry| entry["tokens"].as_i64().unwrap()).sum();
        assert_eq!(all["account"]["token_balance"], sum);
    }

    async fn nobody_elses_is_in_it(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        app.signed_in(&ivan).await;
        let mut browser = app.signed_in(&olga).await;
        let answer = browser.get("me/export").await;
        assert!(!answer.text.contains("Ivan") && !answer.text.contains(&ivan.id.to_string()), "{answer:?}");
    }
}
