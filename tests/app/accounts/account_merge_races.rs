//! Merges during concurrent requests. Live keys are never rejected, and no token is lost or created.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::gateway::{SERVICE, SERVICE_TOKEN};
use crate::support::{App, Browser, Instance, ask, at_once};

/// An account with its person, browser and keys.
struct Side {
    browser: Browser,
    person: telegram_sandbox::Person,
    keys: Vec<String>,
}

async fn side(app: &App, name: &str, keys: usize) -> Side {
    let person = app.person_on(name, "elite").await;
    let mut browser = app.signed_in(&person).await;
    let mut made = Vec::new();
    for number in 0..keys {
        let answer = browser.post("keys", json!({"name": format!("key {number}")})).await.json();
        made.push(answer["key"].as_str().unwrap().to_owned());
    }
    Side { browser, person, keys: made }
}

async fn offer(app: &App, stays: &mut Browser, goes: &Side) -> String {
    let answer = stays.post("identities/telegram", app.widget_of(&goes.person)).await.json();
    answer["merge"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

async fn take(mut browser: Browser, id: String) -> u16 {
    browser.post(&format!("merges/{id}"), json!({})).await.status
}

/// Verifies every key on every instance until `stop` is set. Counts the requests; returns the rejections.
async fn verify_on(
    urls: Vec<String>,
    keys: Vec<String>,
    stop: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
) -> Vec<String> {
    let client = reqwest::Client::new();
    let mut pairs = Vec::new();
    for url in urls {
        pairs.extend(keys.iter().map(|key| (url.clone(), key.clone())));
    }
    let mut refused = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        for (url, key) in &pairs {
            let answer = ask(client.get(format!("{url}/api/v2/auth/verify")).bearer_auth(key)).await;
            asked.fetch_add(1, Ordering::SeqCst);
            // 429 means that the quota is used up, for which the key must have been found.
            if answer.status != 200 && answer.status != 429 {
                refused.push(answer.text);
            }
        }
    }
    refused
}

async fn charge(url: String, user: i64, tokens: i64, request: String) -> i64 {
    let body = json!({"user_id": user, "tokens": tokens, "request_id": request});
    let sent = reqwest::Client::new().post(format!("{url}/api/v2/usage")).bearer_auth(SERVICE_TOKEN).json(&body);
    let answer = ask(sent).await;
    match (answer.status, answer.json()["status"].as_str()) {
        (200, Some("charged")) => tokens,
        (402, _) => 0,
        _ => panic!("{answer:?}"),
    }
}

/// Tokens of the merged account that did not move, as the ledger says.
async fn forfeited(browser: &mut Browser) -> i64 {
    let page = browser.get("usage?limit=100").await.json();
    let merges = page["entries"].as_array().unwrap().iter().filter(|entry| entry["reason"] == "merge");
    merges.map(|entry| -entry["tokens"].as_i64().unwrap()).sum()
}

async fn total(browser: &mut Browser) -> (i64, i64) {
    let balance = browser.get("me").await.json()["token_balance"].as_i64().unwrap();
    let (mut sum, mut after) = (0, String::new());
    loop {
        let page = browser.get(&format!("usage?limit=100{after}")).await.json();
        sum += page["entries"].as_array().unwrap().iter().map(|entry| entry["tokens"].as_i64().unwrap()).sum::<i64>();
        let Some(next) = page["next"].as_str() else { return (balance, sum) };
        after = format!("&after={next}");
    }
}

async fn never_refused(app: &App, other: Option<&Instance>) {
    for round in 0..4 {
        let mut stays = side(app, "Ivan", 2).await;
        let goes = side(app, "Olga", 3).await;
        let id = offer(app, &mut stays.browser, &goes).await;
        let urls: Vec<String> = std::iter::once(app.url.clone()).chain(other.map(|other| other.url.clone())).collect();
        let keys = [stays.keys.clone(), goes.keys.clone()].concat();
        let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let asking: Vec<_> = (0..3)
            .map(|_| tokio::spawn(verify_on(urls.clone(), keys.clone(), Arc::clone(&stop), Arc::clone(&asked))))
            .collect();
        let so_far = async |more: usize| {
            let goal = asked.load(Ordering::SeqCst) + more;
            while asked.load(Ordering::SeqCst) < goal {
                tokio::task::yield_now().await;
            }
        };
        so_far(60).await;
        assert_eq!(take(stays.browser.clone(), id).await, 200, "{round}");
        so_far(120).await;
        stop.store(true, Ordering::SeqCst);
        for asking in asking {
            assert_eq!(asking.await.unwrap(), Vec::<String>::new(), "{round}");
        }
    }
}

on_both! {
    async fn a_live_key_is_never_refused_while_accounts_are_merged(app: App) {
        never_refused(&app, None).await;
    }

    async fn two_merges_crosswise_at_once_leave_one_account(app: App) {
        for _ in 0..5 {
            let (mut one, mut other) = (side(&app, "Ivan", 1).await, side(&app, "Olga", 1).await);
            let (forth, back) = (offer(&app, &mut one.browser, &other).await, offer(&app, &mut other.browser, &one).await);
            let mut outcomes = at_once([take(one.browser.clone(), forth), take(other.browser.clone(), back)]).await;
            outcomes.sort_unstable();
            assert!(outcomes == [200, 400] || outcomes == [200, 401], "{outcomes:?}");
            let mut again = app.signed_in(&one.person).await;
            assert_eq!(again.get("keys").await.json()["keys"].as_array().unwrap().len(), 2);
            let (balance, sum) = total(&mut again).await;
            assert_eq!((balance, sum), (balance, balance));
        }
    }

    async fn no_token_is_lost_or_made_by_charges_meanwhile(app: App) with SERVICE; {
        let mut runner = TestRunner::deterministic();
        let rounds = proptest::collection::vec((1..=2_i64, 1..400_i64), 10..40);
        for round in 0..6 {
            let charges = rounds.new_tree(&mut runner).unwrap().current();
            let (mut stays, goes) = (side(&app, "Ivan", 0).await, side(&app, "Olga", 0).await);
            let mine = stays.browser.get("me").await.json();
            let theirs = goes.browser.clone().get("me").await.json();
            let number = |me: &Value, field: &str| me[field].as_i64().unwrap();
            let before = number(&mine, "token_balance") + number(&theirs, "token_balance");
            let accounts = [number(&mine, "id"), number(&theirs, "id")];
            let id = offer(&app, &mut stays.browser, &goes).await;
            let url = app.url.clone();
            let mut tasks: Vec<futures::future::BoxFuture<'static, i64>> = Vec::new();
            for (index, (who, tokens)) in charges.into_iter().enumerate() {
                let user = accounts[usize::try_from(who - 1).unwrap()];
                tasks.push(Box::pin(charge(url.clone(), user, tokens, format!("{round}:{index}"))));
                if index == 5 {
                    let (browser, id) = (stays.browser.clone(), id.clone());
                    tasks.push(Box::pin(async move {
                        assert_eq!(take(browser, id).await, 200);
                        0
                    }));
                }
            }
            let taken: i64 = at_once(tasks).await.into_iter().sum();
            let (balance, sum) = total(&mut stays.browser).await;
            let expected = before - taken - forfeited(&mut stays.browser).await;
            assert_eq!((balance, sum), (expected, expected), "{round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_is_it_on_another_instance_on_postgres() {
    crate::support::run(crate::support::Database::Postgres, &[], |app: Arc<App>| async move {
        let other = app.another(&[]).await;
        never_refused(&app, Some(&other)).await;
        other.stop().await;
    })
    .await;
}
