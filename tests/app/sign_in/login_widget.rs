//! Sign-in with the Telegram Login Widget.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::{App, at_once, signing};

/// Posts a widget object from a new browser; returns the user object or the problem.
async fn post(app: &App, object: Map<String, Value>) -> Result<Value, String> {
    let answer = app.browser().post("auth/telegram", Value::Object(object)).await;
    if answer.status == 200 { Ok(answer.json()["user"].clone()) } else { Err(answer.problem()) }
}

/// Posts a widget object signed `seconds` ago; returns the status or the problem.
async fn post_aged(app: &App, person: &Person, seconds: i64) -> String {
    let outcome = post(app, app.sandbox.widget_login(person, app.clock.unix() - seconds)).await;
    outcome.map_or_else(|refusal| refusal, |_| "200".to_owned())
}

on_both! {
    async fn the_documented_answer(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.browser();
        let answer = browser.sign_in(&app, &ivan).await;
        let body = answer.json();
        let names: BTreeSet<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["access_token", "expires_in", "token_type", "user"]));
        assert_eq!(body["token_type"], "bearer");
        assert_eq!(body["expires_in"], 900);
        assert_eq!(body["user"], json!({"id": 1, "name": "Ivan", "plan": "free", "token_balance": 100}));
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
        let [cookie] = answer.cookies().try_into().unwrap();
        assert!(cookie.starts_with("nb_refresh="), "{cookie}");
        assert!(cookie.ends_with("; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
        let secret = browser.cookie.as_ref().unwrap().rsplit('.').next().unwrap();
        assert!(!answer.text.contains(secret), "the refresh token is only in the cookie");
        assert_eq!(browser.get("me").await.json()["name"], "Ivan");
    }

    async fn a_second_sign_in_finds_the_account_and_takes_over_the_new_telegram_name(app: App) {
        let ivan = app.person("Ivan");
        app.signed_in(&ivan).await;
        app.signed_in(&app.person("Olga")).await;
        let renamed =
            Person { first_name: "Иван".into(), last_name: Some("Petrov".into()), username: None, ..ivan };
        let mut browser = app.browser();
        let user = browser.sign_in(&app, &renamed).await.json()["user"].clone();
        assert_eq!(user, json!({"id": 1, "name": "Иван Petrov", "plan": "free", "token_balance": 100}));
        assert_eq!(browser.get("me").await.json()["identities"][0]["label"], Value::Null);
    }

    async fn ten_first_sign_ins_at_once_make_one_account(app: App) {
        let ivan = app.person("Ivan");
        let users = at_once((0..10).map(|ago| {
            let (app, object) = (app.clone(), app.sandbox.widget_login(&ivan, app.clock.unix() - ago));
            async move { post(&app, object).await }
        }));
        let users = users.await;
        let one = json!({"id": users[0].as_ref().unwrap()["id"], "name": "Ivan", "plan": "free", "token_balance": 100});
        assert!(users.iter().all(|user| user.as_ref() == Ok(&one)), "{users:?}");
    }

    async fn of_twenty_posts_of_one_payload_at_once_one_signs_in(app: App) {
        let object = app.sandbox.widget_login(&app.person("Ivan"), app.clock.unix());
        let posts = (0..20).map(|_| {
            let (app, object) = (app.clone(), object.clone());
            async move { post(&app, object).await }
        });
        let (good, refused): (Vec<_>, Vec<_>) = at_once(posts).await.into_iter().partition(Result::is_ok);
        assert_eq!((good.len(), refused.len()), (1, 19));
        for refusal in refused {
            assert_eq!(refusal.unwrap_err(), "401 Invalid or expired token (login_used)");
        }
    }

    async fn a_payload_is_good_for_five_minutes(app: App) {
        let ivan = app.person("Ivan");
        assert_eq!(post_aged(&app, &ivan, 300).await, "200");
        assert_eq!(post_aged(&app, &ivan, 301).await, "401 Invalid or expired token (login_stale)");
        assert_eq!(post_aged(&app, &ivan, app.clock.unix() + 1).await, "401 Invalid or expired token (login_stale)");
        assert_eq!(post_aged(&app, &ivan, -60).await, "200");
        assert_eq!(post_aged(&app, &ivan, -61).await, "401 Invalid or expired token (login_future)");
    }

    async fn the_operator_says_how_old_a_payload_may_be(app: App) with [("TELEGRAM_LOGIN_MAX_AGE", "1000")]; {
        let ivan = app.person("Ivan");
        assert_eq!(post_aged(&app, &ivan, 1000).await, "200");
        assert_eq!(post_aged(&app, &ivan, 1001).await, "401 Invalid or expired token (login_stale)");
    }

    async fn a_payload_counts_once_as_long_as_it_is_fresh(app: App) {
        let ivan = app.person("Ivan");
        let object = app.sandbox.widget_login(&ivan, app.clock.unix() + 60);
        assert!(post(&app, object.clone()).await.is_ok());
        for passed in [1, 200, 159] {
            app.clock.pass(passed);
            app.domain.purge().await.unwrap();
            assert_eq!(post(&app, object.clone()).await.unwrap_err(), "401 Invalid or expired token (login_used)");
        }
        app.clock.pass(1);
        app.domain.purge().await.unwrap();
        assert_eq!(post(&app, object).await.unwrap_err(), "401 Invalid or expired token (login_stale)");
    }

    async fn the_case_of_the_hash_makes_no_second_payload(app: App) {
        let mut object = app.sandbox.widget_login(&app.person("Ivan"), app.clock.unix());
        assert!(post(&app, object.clone()).await.is_ok());
        object["hash"] = object["hash"].as_str().unwrap().to_uppercase().into();
        assert_eq!(post(&app, object).await.unwrap_err(), "401 Invalid or expired token (login_used)");
    }

    async fn numbers_may_arrive_as_text(app: App) {
        let now = app.clock.unix();
        let texts = signing::widget(json!({"id": "42", "auth_date": now.to_string(), "first_name": "Ivan"}));
        assert_eq!(post(&app, texts).await.unwrap()["id"], 1);
        let numbers = signing::widget(json!({"id": 42, "auth_date": now - 1, "first_name": "Ivan"}));
        assert_eq!(post(&app, numbers).await.unwrap()["id"], 1, "numbers and text mean the same account");
    }

    async fn ids_need_more_than_32_bits(app: App) {
        for (account, id) in [(1, 7_387_289_974), (2, (1_i64 << 52) - 1), (3, i64::MAX)] {
            let object = signing::widget(json!({"id": id, "auth_date": app.clock.unix(), "first_name": "Ivan"}));
            assert_eq!(post(&app, object).await.unwrap()["id"], account);
        }
    }

    async fn a_signed_field_we_do_not_know_is_welcome(app: App) {
        let now = app.clock.unix();
        let object =
            json!({"id": 42, "auth_date": now, "first_name": "Ivan", "is_premium": "1", "can_write": true, "level": 7});
        assert!(post(&app, signing::widget(object)).await.is_ok());
    }

    async fn a_person_with_an_invisible_name_is_called_by_what_is_left(app: App) {
        let now = app.clock.unix();
        let nameless = signing::widget(json!({"id": 42, "auth_date": now, "username": "ivan"}));
        assert_eq!(post(&app, nameless).await.unwrap()["name"], "ivan");
        let nothing = signing::widget(json!({"id": 43, "auth_date": now, "first_name": "", "last_name": " "}));
        assert_eq!(post(&app, nothing).await.unwrap()["name"], "Telegram 43");
    }

    async fn names_of_every_script_stay_unchanged(app: App) {
        let names = ["Иван", "محمد", "שלום", "👩‍👩‍👧‍👦🇺🇦", "Zoë \\ \"quoted\" <b>&amp;", "a=b&c=d%26"];
        for (index, name) in names.iter().enumerate() {
            let object = app.sandbox.widget_login(&app.person(name), app.clock.unix());
            let mut browser = app.browser();
            let user = browser.post("auth/telegram", Value::Object(object)).await.json()["user"].clone();
            assert_eq!((&user["name"], &user["id"]), (&json!(name), &json!(index + 1)));
            assert_eq!(browser.get("me").await.json()["name"], *name);
        }
    }
}
