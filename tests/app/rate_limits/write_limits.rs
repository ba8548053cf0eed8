//! Limits of the changes that one account may make, in the API, on pages and in chat.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;

use crate::on_both;
use crate::support::routes::{ROUTES, Who};
use crate::support::write_costs::{COSTS, Cost};
use crate::support::writes::writes;
use crate::support::{App, Browser};

const LIMITED: &str = "429 Rate limit exceeded (rate_limit_exceeded)";

/// Makes changes until one is refused; returns the number of those made.
async fn used_up(browser: &mut Browser) -> usize {
    for number in 0.. {
        let answer = browser.patch("me", json!({"name": format!("Name {number}")})).await;
        if answer.status == 429 {
            assert_eq!((answer.problem().as_str(), answer.header("retry-after")), (LIMITED, "2"));
            return number;
        }
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    unreachable!("endless")
}

#[test]
fn the_table_names_every_call_with_an_access_token() {
    let table: BTreeSet<_> = COSTS.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    let routes = ROUTES.iter().filter(|(_, _, who)| matches!(who, Who::SignedIn | Who::Admin));
    assert_eq!(table, routes.map(|(method, path, _)| format!("{method} {path}")).collect());
}

on_both! {
    async fn sixty_changes_a_minute_after_a_burst_and_what_ends_access_is_never_refused(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let (mut browser, mut other) = (app.signed_in(&ivan).await, app.signed_in(&ivan).await);
        let key = browser.post("keys", json!({"name": "one"})).await.json()["id"].clone();
        let key = key.as_str().map_or_else(|| key.to_string(), ToOwned::to_owned);
        app.clock.pass(60);
        assert_eq!(used_up(&mut browser).await, 120);
        assert_eq!(other.patch("me", json!({"name": "Ivan"})).await.status, 429, "one limit for all sessions");
        assert_eq!(browser.get("me").await.status, 200, "reading is free");
        assert_eq!(browser.delete(&format!("keys/{key}")).await.status, 204);
        assert_eq!(browser.delete("sessions").await.status, 204);
        let mut olga = app.signed_in(&app.person("Olga")).await;
        assert_eq!(olga.patch("me", json!({"name": "Olya"})).await.status, 200, "another account");
        app.clock.pass(2);
        assert_eq!(browser.patch("me", json!({"name": "Ivan"})).await.status, 200, "one comes back each second");
        let out = browser.send(browser.request(Method::POST, "auth/logout")).await;
        assert_eq!(out.status, 204);
    }

    async fn each_call_costs_what_the_table_says(app: App) {
        for (method, path, cost) in COSTS {
            let mut browser = app.signed_in(&app.person("Ivan")).await;
            used_up(&mut browser).await;
            let answer = browser.send(browser.request(method.clone(), &path.replace("{id}", "1")).json(&json!({}))).await;
            let is_refused = matches!(cost, Cost::Ordinary | Cost::Expensive);
            assert_eq!(answer.status == 429, is_refused, "{method} {path}: {answer:?}");
        }
    }

    async fn expensive_calls_are_fewer(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let mut made = 0;
        while browser.get("me/export").await.status == 200 {
            made += 1;
        }
        assert_eq!(made, 100);
        assert_eq!(browser.post("keys", json!({"name": "one"})).await.problem(), LIMITED);
        assert_eq!(browser.patch("me", json!({"name": "Vanya"})).await.status, 200);
        let mut made = 0;
        for _ in 0..40 {
            app.clock.pass(60);
            // An export needs a recent sign-in.
            browser = app.signed_in(&ivan).await;
            while browser.get("me/export").await.status == 200 {
                made += 1;
            }
        }
        assert!((200..215).contains(&made), "{made}: three hundred a day in all");
    }

    async fn pages_share_the_limit(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        used_up(&mut browser).await;
        let form = |path: &str| browser.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        let answer = browser.clone().send(form("/web/profile").body("name=Vanya&language=en")).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "2"), "{answer:?}");
        let answer = browser.clone().send(form("/web/profile/sessions/end-others").body("")).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let answer = browser.clone().send(form("/web/sign-out").body("")).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }

    async fn chat_shares_the_limit(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in(&ivan).await;
        used_up(&mut browser).await;
        let before = writes(&app, "AddSignInLink").await;
        app.say(&ivan, "/signin").await;
        assert_eq!(writes(&app, "AddSignInLink").await, before);
    }

    async fn a_change_that_changes_nothing_writes_no_row(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let key = browser.post("keys", json!({"name": "one"})).await.json()["id"].clone();
        let key = key.as_str().map_or_else(|| key.to_string(), ToOwned::to_owned);
        browser.patch("me", json!({"name": "Vanya", "language": "ru"})).await;
        let before = events(&mut browser).await;
        for _ in 0..5 {
            let answer = browser.patch("me", json!({"name": "Vanya", "language": "ru"})).await;
            assert_eq!((answer.status, &answer.json()["name"]), (200, &json!("Vanya")));
            assert_eq!(browser.patch(&format!("keys/{key}"), json!({"name": "one"})).await.json()["name"], "one");
        }
        assert_eq!(events(&mut browser).await, before);
        assert_eq!(browser.patch("keys/999", json!({"name": "one"})).await.status, 409);
        browser.patch("me", json!({"name": "Ivan"})).await;
        assert_eq!(events(&mut browser).await, before + 1);
    }

    async fn events_of_a_day_are_bounded_and_the_calls_are_not(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in(&ivan).await;
        for minute in 0..4 {
            for number in 0..60 {
                let answer = browser.patch("me", json!({"name": format!("Name {minute} {number}")})).await;
                assert_eq!(answer.status, 200, "{answer:?}");
            }
            app.clock.pass(60);
        }
        assert_eq!(events(&mut browser).await, 100);
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(events(&mut browser).await, 101, "a sign-in is always recorded");
        app.clock.pass(86_400);
        browser.refresh().await;
        browser.patch("me", json!({"name": "Ivan"})).await;
        assert_eq!(events(&mut browser).await, 102, "the bound is per day");
    }
}

/// Number of activity entries of the account.
async fn events(browser: &mut Browser) -> usize {
    let (mut count, mut after) = (0, String::new());
    loop {
        let page = browser.get(&format!("activity?limit=100{after}")).await.json();
        count += page["events"].as_array().unwrap().len();
        let Some(next) = page["next"].as_str() else { return count };
        after = format!("&after={next}");
    }
}
