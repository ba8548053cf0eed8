//! Account activity as the person sees it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::pages::Reader;
use crate::support::chat::last;
use crate::support::{App, Browser};

const DAY: i64 = 86_400;

/// Returns kind, actor and device of the activity, newest first.
async fn activity(browser: &mut Browser) -> Vec<String> {
    let lines = browser.get("activity").await.json();
    lines["events"].as_array().unwrap().iter().map(line).collect()
}

fn line(event: &Value) -> String {
    let text = |name: &str| event[name].as_str().unwrap_or("-").to_owned();
    format!("{} by {} on {}", text("kind"), text("by"), text("device"))
}

on_both! {
    async fn every_action_is_listed_with_its_actor_and_source(app: App) {
        let ivan = app.person("Ivan");
        let mut other = app.signed_in_with(&ivan, "phone/1").await;
        app.put_on_plan(&ivan, "vip").await;
        let mut browser = app.signed_in_with(&ivan, "laptop/1").await;
        let id = browser.post("keys", json!({"name": "one"})).await.json()["id"].as_str().map(ToOwned::to_owned);
        let id = match id { Some(id) => id, None => browser.get("keys").await.json()["keys"][0]["id"].to_string().replace('"', "") };
        assert_eq!(browser.patch(&format!("keys/{id}"), json!({"name": "two"})).await.status, 200);
        assert_eq!(browser.post(&format!("keys/{id}/rotate"), json!({})).await.status, 200);
        assert_eq!(browser.delete(&format!("keys/{id}")).await.status, 204);
        browser.patch("me", json!({"name": "Vanya"})).await;
        browser.delete("sessions").await;
        assert_eq!(other.get("me").await.status, 401);
        other.send(other.request(Method::POST, "auth/logout")).await;
        app.say(&ivan, "/newkey chat").await;
        browser.send(browser.request(Method::POST, "auth/logout")).await;
        let mut browser = app.signed_in_with(&ivan, "desk/1").await;
        assert_eq!(activity(&mut browser).await, [
            "signed_in by person on desk/1",
            "signed_out by person on laptop/1",
            "key_created by bot on -",
            "other_sessions_ended by person on laptop/1",
            "profile_changed by person on laptop/1",
            "key_revoked by person on laptop/1",
            "key_rotated by person on laptop/1",
            "key_renamed by person on laptop/1",
            "key_created by person on laptop/1",
            "signed_in by person on laptop/1",
            "plan_changed by operator on -",
            "signed_in by person on phone/1",
        ]);
        let first = &browser.get("activity?limit=1").await.json()["events"][0];
        assert_eq!((&first["details"], &first["network"]), (&json!({"method": "widget"}), &json!("127.0.0.0/24")));
        assert_eq!(first["session"].as_str().map(|id| id.parse::<i64>().is_ok()), Some(true));
    }

    async fn plans_have_their_titles_there(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.put_on_plan_for(&ivan, "elite", Some(30)).await;
        app.say(&ivan, "/profile").await;
        let chat = app.tap(&ivan, "📜 Activity").await;
        let shown = &last(&chat).text;
        assert!(shown.contains("Plan changed to VIP\n") && shown.contains("Plan changed to Elite until 23 Dec 2026"), "{shown}");
        let page = Reader::signed_in(&app, &ivan, "ru").await.get("/web/profile/activity").await;
        assert!(page.text.contains("Назначен тариф VIP") && page.text.contains("Назначен тариф Elite до 23 декабря 2026"), "{page:?}");
        let events = app.signed_in(&ivan).await.get("activity").await.json()["events"].to_string();
        assert!(events.contains(r#""plan":"vip""#), "programs read ids: {events}");
    }

    async fn it_comes_in_pages_and_is_nobody_elses(app: App) {
        let ivan = app.person("Ivan");
        for _ in 0..7 {
            app.signed_in(&ivan).await;
        }
        let mut browser = app.signed_in(&ivan).await;
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = browser.get(&format!("activity?limit=3{after}")).await.json();
            seen.extend(page["events"].as_array().unwrap().iter().map(|event| event["id"].to_string()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(seen.len(), 8);
        seen.dedup();
        assert_eq!(seen.len(), 8);
        let mut olga = app.signed_in(&app.person("Olga")).await;
        assert_eq!(activity(&mut olga).await.len(), 1);
        assert!(olga.get("activity?after=x").await.problem().starts_with("422"));
        assert!(olga.get("activity?limit=0").await.problem().starts_with("422"));
    }

    async fn a_refresh_is_no_event(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        for _ in 0..5 {
            browser.refresh().await;
        }
        assert_eq!(activity(&mut browser).await.len(), 1);
    }

    async fn a_copied_sign_in_is_listed_with_its_source(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in_with(&ivan, "mine/1").await;
        let mut thief = Browser { agent: Some("thief/1"), ..browser.clone() };
        browser.refresh().await;
        browser.refresh().await;
        app.clock.pass(60);
        assert_eq!(thief.refresh().await.status, 401);
        let mut again = app.signed_in_with(&ivan, "mine/1").await;
        assert_eq!(activity(&mut again).await[1], "refresh_token_reused by visitor on thief/1");
    }

    async fn a_flood_of_failures_is_twenty_lines_and_a_number(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in(&ivan).await;
        let object = app.widget_of(&ivan);
        assert_eq!(app.browser().post("auth/telegram", object.clone()).await.status, 200);
        for _ in 0..50 {
            assert_eq!(app.browser().post("auth/telegram", object.clone()).await.status, 401);
        }
        let lines = activity(&mut browser).await;
        let failed = lines.iter().filter(|line| line.starts_with("sign_in_failed")).count();
        assert_eq!((failed, lines.len(), lines[0].as_str()), (20, 23, "more_sign_ins_failed by visitor on -"));
        assert_eq!(browser.get("activity?limit=1").await.json()["events"][0]["details"]["count"], 30);
        app.clock.pass(DAY);
        let object = app.widget_of(&ivan);
        app.browser().post("auth/telegram", object.clone()).await;
        app.browser().post("auth/telegram", object).await;
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(activity(&mut browser).await[1].split(' ').next(), Some("sign_in_failed"), "the limit is per day");
    }

    async fn what_telegram_did_not_sign_says_nothing_of_anyone(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in(&ivan).await;
        let mut object = app.widget_of(&ivan);
        object["first_name"] = json!("Mallory");
        assert_eq!(app.browser().post("auth/telegram", object).await.status, 401);
        assert_eq!(activity(&mut browser).await.len(), 1);
    }

    async fn it_is_retained_for_half_a_year(app: App) {
        let ivan = app.person("Ivan");
        for _ in 0..3 {
            app.signed_in(&ivan).await;
        }
        app.clock.pass(180 * DAY - 60);
        app.domain.purge().await.unwrap();
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(activity(&mut browser).await.len(), 4);
        app.clock.pass(120);
        app.domain.purge().await.unwrap();
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(activity(&mut browser).await.len(), 2);
    }
}
