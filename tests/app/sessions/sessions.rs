//! List of sessions, and revocation of sessions by their owner.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::{App, Browser};

const ENDED: &str = "401 Invalid or expired token (session_ended)";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1";

/// Signs in with that `User-Agent` and `X-Forwarded-For`.
async fn signed_in_from(app: &App, person: &Person, agent: &str, forwarded: &str) -> Browser {
    app.clock.pass(1);
    let mut browser = app.browser();
    let object = app.sandbox.widget_login(person, app.clock.unix());
    let request = browser.request(Method::POST, "auth/telegram").json(&Value::Object(object));
    let answer = browser.send(request.header("user-agent", agent).header("x-forwarded-for", forwarded)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    browser
}

/// Returns the session list.
async fn listed(browser: &mut Browser) -> Vec<Value> {
    browser.get("sessions").await.json()["sessions"].as_array().unwrap().clone()
}

/// Returns the id of the browser's own session.
async fn id_of(browser: &mut Browser) -> String {
    let list = listed(browser).await;
    let current: Vec<_> = list.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 1, "{list:?}");
    current[0]["id"].as_str().unwrap().to_owned()
}

on_both! {
    async fn the_list_says_what_where_and_when(app: App) {
        let ivan = app.person("Ivan");
        signed_in_from(&app, &ivan, FIREFOX, "203.0.113.9").await;
        signed_in_from(&app, &app.person("Olga"), FIREFOX, "203.0.113.9").await;
        let mut phone = signed_in_from(&app, &ivan, IPHONE, "203.0.113.9").await;
        app.clock.pass(60);
        phone.refresh().await;
        assert_eq!(
            phone.get("sessions").await.json(),
            json!({
                "sessions": [
                    {"id": "3", "current": true, "device": "Safari, iPhone", "network": "127.0.0.0/24",
                     "created_at": "2026-11-23T12:00:03Z", "last_seen_at": "2026-11-23T12:01:03Z"},
                    {"id": "1", "current": false, "device": "Firefox, Linux", "network": "127.0.0.0/24",
                     "created_at": "2026-11-23T12:00:01Z", "last_seen_at": "2026-11-23T12:00:01Z"},
                ],
                "next": null,
            })
        );
    }

    async fn behind_a_trusted_proxy_the_network_is_the_callers(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.0/8, 10.0.0.0/8")]; {
        let ivan = app.person("Ivan");
        for (forwarded, network) in [
            ("203.0.113.9", "203.0.113.0/24"),
            ("198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("nonsense", "unknown"),
        ] {
            let mut browser = signed_in_from(&app, &ivan, "curl/8.5.0", forwarded).await;
            let list = listed(&mut browser).await;
            assert_eq!(
                (&list[0]["device"], &list[0]["network"]),
                (&json!("curl/8.5.0"), &json!(network)),
                "{forwarded}"
            );
        }
    }

    async fn an_ended_session_is_over_at_once(app: App) {
        let ivan = app.person("Ivan");
        let (mut here, mut there) = (app.signed_in(&ivan).await, app.signed_in(&ivan).await);
        let id = id_of(&mut there).await;
        let answer = here.delete(&format!("sessions/{id}")).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(there.get("me").await.problem(), ENDED);
        assert_eq!(there.refresh().await.problem(), ENDED);
        assert_eq!(here.delete(&format!("sessions/{id}")).await.problem(), "404 Not found (session_not_found)");
        assert_eq!(listed(&mut here).await.len(), 1);
        let id = id_of(&mut here).await;
        assert_eq!(here.delete(&format!("sessions/{id}")).await.status, 204, "the own session may be revoked too");
        assert_eq!(here.get("me").await.problem(), ENDED);
    }

    async fn all_others_are_ended_but_this_one(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let mut others = vec![app.signed_in(&ivan).await, app.signed_in(&ivan).await, app.signed_in(&ivan).await];
        let (mut here, mut olgas) = (app.signed_in(&ivan).await, app.signed_in(&olga).await);
        for _ in 0..2 {
            assert_eq!(here.delete("sessions").await.status, 204);
        }
        for other in &mut others {
            assert_eq!(other.get("me").await.problem(), ENDED);
        }
        assert_eq!(listed(&mut here).await.len(), 1);
        assert_eq!(here.refresh().await.status, 200);
        assert_eq!(olgas.get("me").await.status, 200, "another person's session is unaffected");
    }

    async fn another_persons_session_is_not_there(app: App) {
        let (mut ivan, mut olga) = (app.signed_in(&app.person("Ivan")).await, app.signed_in(&app.person("Olga")).await);
        let id = id_of(&mut olga).await;
        assert_eq!(ivan.delete(&format!("sessions/{id}")).await.problem(), "404 Not found (session_not_found)");
        assert_eq!(olga.get("me").await.status, 200);
        for id in [
            "0",
            "-1",
            "999",
            "x",
            "1.5",
            "1e0",
            "99999999999999999999",
            "%20",
            "%00",
            "%ff",
            "%F0%9F%94%91",
            "null",
            "+1",
        ] {
            let answer = ivan.delete(&format!("sessions/{id}")).await;
            assert_eq!(answer.problem(), "404 Not found (session_not_found)", "{id}");
        }
        assert_eq!(ivan.get("me").await.status, 200);
    }

    async fn a_session_that_nobody_used_for_a_month_is_not_listed(app: App) {
        let ivan = app.person("Ivan");
        app.signed_in(&ivan).await;
        app.clock.pass(30 * 86_400 - 1);
        let mut browser = app.signed_in(&ivan).await;
        app.clock.pass(1);
        assert_eq!(listed(&mut browser).await.len(), 1);
    }

    async fn the_list_comes_in_pages(app: App) {
        let ivan = app.person("Ivan");
        for _ in 0..4 {
            app.signed_in(&ivan).await;
        }
        let mut browser = app.signed_in(&ivan).await;
        let (mut seen, mut sizes, mut after) = (BTreeSet::new(), vec![], String::new());
        loop {
            let page = browser.get(&format!("sessions?limit=2{after}")).await.json();
            let ids = page["sessions"].as_array().unwrap().iter().map(|session| session["id"].to_string());
            let before = seen.len();
            seen.extend(ids);
            sizes.push(seen.len() - before);
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!((sizes, seen.len()), (vec![2, 2, 1], 5));
        assert_eq!(browser.get("sessions?limit=5").await.json()["next"], Value::Null);
    }

    async fn a_wrong_part_of_the_list_is_named(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let refused = async |query: &str| browser.clone().get(&format!("sessions?{query}")).await.problem();
        for limit in ["0", "101", "-1", "x", "", "1.5", "99999999999999999999", "%00"] {
            let answer = refused(&format!("limit={limit}")).await;
            assert!(answer.starts_with("422 Invalid fields (invalid_fields)\n  limit: must be"), "{limit}: {answer}");
        }
        let unknown = "422 Invalid fields (invalid_fields)\n  after: must be the `next` of the previous page";
        for after in ["x", "", "1.5", "%00", "%ff"] {
            assert_eq!(refused(&format!("after={after}")).await, unknown, "{after}");
        }
        assert_eq!(refused("page=2").await, "422 Invalid fields (invalid_fields)\n  page: is not known here");
        assert_eq!(
            refused("limit=1&limit=2").await,
            "422 Invalid fields (invalid_fields)\n  limit: must be there once"
        );
        assert_eq!(browser.get("sessions?").await.status, 200);
    }
}
