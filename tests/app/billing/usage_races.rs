//! Concurrent charges: several tasks on two instances, single and in lists, some of them repeated.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::gateway::{SERVICE, SERVICE_TOKEN};
use crate::support::{App, Instance, ask, at_once};

/// Number of accounts, each with 100 tokens.
const PEOPLE: i64 = 3;

/// Account, tokens and request number.
type Charge = (i64, i64, u8);

/// Generates the lists of charges of each task. A list of one is sent as a single charge.
fn tasks() -> impl Strategy<Value = Vec<Vec<Vec<Charge>>>> {
    let charge = (1..=PEOPLE, 1..40_i64, 0..24_u8);
    let list = proptest::collection::vec(charge, 1..8);
    proptest::collection::vec(proptest::collection::vec(list, 1..5), 2..5)
}

async fn post(url: String, round: usize, list: Vec<Charge>) -> Vec<(String, i64, i64, String)> {
    let one = |(user, tokens, request): &Charge| json!({"user_id": user, "tokens": tokens, "request_id": format!("{round}:{request}")});
    let charges: Vec<Value> = list.iter().map(one).collect();
    let body = if let [alone] = &charges[..] { alone.clone() } else { json!({ "charges": charges }) };
    let answer =
        ask(reqwest::Client::new().post(format!("{url}/api/v2/usage")).bearer_auth(SERVICE_TOKEN).json(&body)).await;
    let results = match answer.status {
        200 if charges.len() == 1 => vec![answer.json()],
        200 => answer.json()["results"].as_array().unwrap().clone(),
        402 | 409 => vec![json!({"status": "refused"})],
        _ => panic!("{answer:?}"),
    };
    let status = |result: &Value| result["status"].as_str().unwrap().to_owned();
    let each = results.iter().zip(list);
    each.map(|(result, (user, tokens, request))| (format!("charge:{round}:{request}"), user, tokens, status(result)))
        .collect()
}

async fn race(app: &Arc<App>, other: &Arc<Instance>, round: usize, tasks: Vec<Vec<Vec<Charge>>>) {
    let urls = [app.url.clone(), other.url.clone()];
    let run = tasks.into_iter().enumerate().map(|(number, lists)| {
        let url = urls[number % 2].clone();
        async move {
            let mut said = Vec::new();
            for list in lists {
                said.extend(post(url.clone(), round, list).await);
            }
            said
        }
    });
    let said: Vec<_> = at_once(run).await.concat();
    let mut charged = HashMap::new();
    for (once, user, tokens, status) in said {
        if status == "charged" {
            assert!(charged.insert(once.clone(), (user, tokens)).is_none(), "{once} was charged twice");
        }
    }
    check_ledger(app, round, &charged).await;
}

/// Asserts that the ledger holds exactly the acknowledged charges, and that no balance was ever negative or wrong.
async fn check_ledger(app: &App, round: usize, charged: &HashMap<String, (i64, i64)>) {
    let mut found = HashSet::new();
    for user in 1..=PEOPLE {
        let mut browser = app.signed_in(&telegram_sandbox::Person::new(2000 + user, "Racer")).await;
        let id = browser.get("me").await.json()["id"].as_i64().unwrap();
        let entries = browser.get("usage?limit=100").await.json()["entries"].as_array().unwrap().clone();
        let mut balance = 0;
        for entry in entries.iter().rev() {
            balance += entry["tokens"].as_i64().unwrap();
            assert!(balance >= 0 && entry["balance"] == balance, "{entries:#?}");
            if let Some(request) =
                entry["request_id"].as_str().filter(|request| request.starts_with(&format!("{round}:")))
            {
                let once = format!("charge:{request}");
                assert_eq!(charged.get(&once), Some(&(id, -entry["tokens"].as_i64().unwrap())), "{once}");
                assert!(found.insert(once), "{request} is in the ledger twice");
            }
        }
        assert_eq!(browser.get("me").await.json()["token_balance"], balance);
    }
    assert_eq!(found.len(), charged.len(), "every acknowledged charge is in the ledger");
}

on_both! {
    async fn balances_are_the_ledgers_sum_whatever_races(app: App) with SERVICE; {
        for user in 1..=PEOPLE {
            app.signed_in(&telegram_sandbox::Person::new(2000 + user, "Racer")).await;
        }
        let away = [SERVICE[0], ("TELEGRAM_WEBHOOK_URL", "http://localhost/telegram")];
        let other = Arc::new(app.another(&away).await);
        let mut runner = TestRunner::deterministic();
        for round in 0..12 {
            let tasks = tasks().new_tree(&mut runner).unwrap().current();
            race(&app, &other, round, tasks).await;
        }
        other.stop().await;
    }
}
