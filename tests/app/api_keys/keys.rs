//! API keys over HTTP: create, list, rename, revoke.

use serde_json::{Value, json};

use crate::on_both;
use crate::support::{App, Browser, at_once, verify};

const GONE: &str = "404 Not found (key_not_found)";

/// Creates a key; returns the whole response.
async fn make(browser: &mut Browser, name: &str) -> Value {
    let made = browser.post("keys", json!({ "name": name })).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json()
}

/// Returns the listed keys.
async fn listed(browser: &mut Browser) -> Vec<Value> {
    browser.get("keys").await.json()["keys"].as_array().unwrap().clone()
}

on_both! {
    async fn a_key_is_shown_once_works_and_is_revoked(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;

        let made = make(&mut browser, "laptop").await;
        let key = made["key"].as_str().unwrap().to_owned();
        assert_eq!(key.len(), 48);
        let mut list_entry = made.clone();
        list_entry.as_object_mut().unwrap().remove("key");
        assert_eq!(
            list_entry,
            json!({
                "id": 1, "name": "laptop", "masked": format!("{}…{}", &key[..7], &key[44..]), "created_at": "2026-11-23T12:00:01Z",
                "last_used_at": null, "expires_at": null, "state": "active",
            })
        );

        let listed = browser.get("keys").await;
        assert_eq!(listed.json(), json!({"keys": [list_entry], "next": null}));
        assert!(!listed.text.contains(&key), "the list does not contain the secret");

        let yes = verify(&app, &key).await;
        assert_eq!((yes.status, yes.text.as_str(), yes.header("content-length")), (200, "", "0"));
        assert_eq!(yes.header("x-neuralbox-plan"), "vip");
        assert_eq!(yes.header("ratelimit"), r#""vip";r=599;t=60"#);
        assert_eq!(yes.header("ratelimit-policy"), r#""vip";q=600;w=60"#);

        let answer = browser.delete("keys/1").await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(verify(&app, &key).await.problem(), "401 Invalid or expired token (key_revoked)");
        assert_eq!(browser.delete("keys/1").await.problem(), GONE);
        assert_eq!(browser.patch("keys/1", json!({"name": "again"})).await.problem(), GONE);
        assert_eq!(browser.get("keys").await.json(), json!({"keys": [], "next": null}));
    }

    async fn a_plan_without_api_access_makes_no_keys(app: App) {
        for plan in ["free", "basic"] {
            let mut browser = app.signed_in(&app.person_on("Olga", plan).await).await;
            let refused = browser.post("keys", json!({"name": "laptop"})).await;
            assert_eq!(refused.problem(), "403 Insufficient plan (insufficient_plan)");
            let title = if plan == "free" { "Free" } else { "Basic" };
            let detail = format!("API access requires a VIP or Elite plan. Yours is {title}. Upgrade at {}/web/billing.", app.url);
            assert_eq!(refused.json()["detail"], detail);
        }
    }

    async fn a_rename_keeps_everything_but_the_name(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let made = make(&mut browser, "laptop").await;
        app.clock.pass(60);
        let renamed = browser.patch("keys/1", json!({"name": " Ноутбук "})).await;
        assert_eq!((renamed.status, &renamed.json()["name"]), (200, &json!("Ноутбук")));
        for same in ["id", "masked", "created_at", "expires_at", "state"] {
            assert_eq!(renamed.json()[same], made[same], "{same}");
        }
        assert_eq!(renamed.json().get("key"), None);
        assert_eq!(browser.patch("keys/1", json!({"name": "Ноутбук"})).await.status, 200, "its own name is free");
        assert_eq!(listed(&mut browser).await, [renamed.json()]);
        let answer = verify(&app, made["key"].as_str().unwrap()).await;
        assert_eq!((answer.status, answer.header("x-neuralbox-key-id")), (200, "1"));
    }

    async fn a_plan_says_how_many_keys(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let makes = at_once((0..20).map(|number| {
            let mut browser = browser.clone();
            async move { browser.post("keys", json!({"name": format!("key {number}")})).await }
        }));
        let (made, refused): (Vec<_>, Vec<_>) = makes.await.into_iter().partition(|answer| answer.status == 201);
        assert_eq!((made.len(), refused.len()), (5, 15));
        for answer in refused {
            assert_eq!(answer.problem(), "409 Conflict (key_limit_reached)");
            let detail = format!("You've used all 5 keys of your plan. Revoke one you don't need, or get a plan with more. Upgrade at {}/web/billing.", app.url);
            assert_eq!(answer.json()["detail"], detail);
        }
        let keys = listed(&mut browser).await;
        assert_eq!(keys.len(), 5);
        browser.delete(&format!("keys/{}", keys[2]["id"])).await;
        make(&mut browser, "in its place").await;
        assert_eq!(
            browser.post("keys", json!({"name": "one more"})).await.problem(),
            "409 Conflict (key_limit_reached)"
        );
        app.put_on_plan(&ivan, "elite").await;
        make(&mut browser, "one more").await;
        app.put_on_plan(&ivan, "vip").await;
        assert_eq!(
            browser.post("keys", json!({"name": "yet one"})).await.problem(),
            "409 Conflict (key_limit_reached)"
        );
        assert_eq!(listed(&mut browser).await.len(), 6, "a smaller plan removes no keys");
    }

    async fn a_key_expires_by_the_clock(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let made = browser.post("keys", json!({"name": "for a day", "expires_in_days": 1})).await.json();
        assert_eq!(
            (&made["created_at"], &made["expires_at"]),
            (&json!("2026-11-23T12:00:01Z"), &json!("2026-11-24T12:00:01Z"))
        );
        let key = made["key"].as_str().unwrap();
        app.clock.pass(86_399);
        assert_eq!(verify(&app, key).await.status, 200);
        app.clock.pass(1);
        assert_eq!(verify(&app, key).await.problem(), "401 Invalid or expired token (key_expired)");
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(listed(&mut browser).await[0]["state"], "expired");
        for number in 0..5 {
            make(&mut browser, &format!("key {number}")).await;
        }
        assert_eq!(browser.delete("keys/1").await.status, 204, "an expired key does not count and can be removed");
    }

    async fn a_life_is_from_one_day_to_ten_years(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "elite").await).await;
        let bad = [
            json!(0),
            json!(-1),
            json!(3651),
            json!(i64::MAX),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(1.5),
            json!("7"),
            json!(true),
            json!([1]),
        ];
        for days in bad {
            let refused = browser.post("keys", json!({"name": "laptop", "expires_in_days": days})).await.problem();
            assert!(
                refused.starts_with("422 Invalid fields (invalid_fields)\n  expires_in_days: must be"),
                "{days}: {refused}"
            );
        }
        for (name, days, expires_at) in [
            ("a", json!(1), json!("2026-11-24T12:00:01Z")),
            ("b", json!(3650), json!("2036-11-20T12:00:01Z")),
            ("c", json!(null), json!(null)),
        ] {
            let made = browser.post("keys", json!({"name": name, "expires_in_days": days})).await.json();
            assert_eq!(made["expires_at"], expires_at);
        }
    }

    async fn a_key_of_someone_else_is_not_there(app: App) {
        let mut ivan = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let mut olga = app.signed_in(&app.person_on("Olga", "vip").await).await;
        let key = make(&mut olga, "laptop").await["key"].as_str().unwrap().to_owned();
        for id in
            ["1", "0", "-1", "+1", "01", "999", "x", "1.0", "99999999999999999999", "%31%20", "%00", "%ff", "nb_1"]
        {
            assert_eq!(ivan.delete(&format!("keys/{id}")).await.problem(), GONE, "{id}");
            assert_eq!(ivan.patch(&format!("keys/{id}"), json!({"name": "mine"})).await.problem(), GONE, "{id}");
        }
        assert_eq!(verify(&app, &key).await.header("x-neuralbox-key-name"), "laptop");
        make(&mut ivan, "laptop").await;
        assert_eq!(listed(&mut ivan).await.len(), 1);
    }

    async fn a_key_is_no_session_token_and_a_session_token_is_no_key(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let access = browser.access.clone();
        browser.access = Some(make(&mut browser, "laptop").await["key"].as_str().unwrap().to_owned());
        for path in ["keys", "me", "sessions"] {
            assert_eq!(browser.get(path).await.problem(), "401 Invalid or expired token (invalid_token)", "{path}");
        }
        assert_eq!(
            browser.post("keys", json!({"name": "x"})).await.problem(),
            "401 Invalid or expired token (invalid_token)"
        );
        let refused = verify(&app, &access.unwrap()).await;
        assert_eq!(refused.problem(), "401 Invalid or expired token (key_unknown)");
        assert_eq!(refused.json()["detail"], "This is an access token. Send an API key, which begins with nb_.");
    }

    async fn the_list_knows_when_a_key_was_last_used(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let key = make(&mut browser, "laptop").await["key"].as_str().unwrap().to_owned();
        make(&mut browser, "never used").await;
        for (passed, last_used_at) in
            [(60, "2026-11-23T12:01:01Z"), (30, "2026-11-23T12:01:31Z"), (-10, "2026-11-23T12:01:31Z")]
        {
            app.clock.pass(passed);
            assert_eq!(verify(&app, &key).await.status, 200);
            app.domain.flush_last_used().await.unwrap();
            let keys = listed(&mut browser).await;
            assert_eq!((&keys[0]["last_used_at"], &keys[1]["last_used_at"]), (&json!(last_used_at), &json!(null)));
        }
        browser.delete("keys/1").await;
        app.clock.pass(60);
        assert_eq!(verify(&app, &key).await.status, 401);
        app.domain.flush_last_used().await.unwrap();
    }

    async fn the_list_comes_in_pages_oldest_first(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        for name in ["a", "b", "c", "d", "e"] {
            make(&mut browser, name).await;
        }
        let mut pages = vec![];
        let mut after = String::new();
        loop {
            let page = browser.get(&format!("keys?limit=2{after}")).await.json();
            let names: String =
                page["keys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect();
            pages.push(names);
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(pages, ["ab", "cd", "e"]);
        let page = browser.get("keys?limit=2").await.json();
        let next = page["next"].as_str().unwrap();
        assert_eq!(browser.delete(&format!("keys/{next}")).await.status, 204);
        let page = browser.get(&format!("keys?limit=2&after={next}")).await.json();
        assert_eq!(page["keys"][0]["name"], "c", "the cursor of a removed key stays valid");
        for query in ["limit=0", "limit=101", "limit=x", "after=x", "colour=red"] {
            let field = query.split('=').next().unwrap();
            let refused = browser.get(&format!("keys?{query}")).await.problem();
            assert!(refused.starts_with(&format!("422 Invalid fields (invalid_fields)\n  {field}: ")), "{refused}");
        }
    }
}
