//! Profile over HTTP: name, language, plan and balance.

use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use serde_json::json;
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::App;

on_both! {
    async fn what_one_sees_of_oneself(app: App) {
        let mut browser = app.signed_in(&Person { last_name: Some("Petrov".into()), ..app.person("Ivan") }).await;
        let me = browser.get("me").await;
        assert_eq!((me.status, me.header("content-type")), (200, "application/json"));
        assert_eq!(
            me.json(),
            json!({
                "id": 1, "name": "Ivan Petrov", "plan": "free", "token_balance": 100, "language": null,
                "identities": [{"kind": "telegram", "subject": "1001", "label": "ivan_1001"}],
            })
        );
    }

    async fn plan_and_balance_are_those_of_now(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in(&ivan).await;
        app.put_on_plan(&ivan, "elite").await;
        app.domain.grant(&Admin::operator(), &PersonRef::parse("#1").unwrap(), 1400, "a present").await.unwrap();
        let me = browser.get("me").await.json();
        assert_eq!((&me["plan"], &me["token_balance"]), (&json!("elite"), &json!(11_400)));
        app.put_on_plan_for(&ivan, "vip", Some(1)).await;
        browser.refresh().await;
        app.clock.pass(86_399);
        browser.refresh().await;
        assert_eq!(browser.get("me").await.json()["plan"], "vip");
        app.clock.pass(1);
        assert_eq!(browser.get("me").await.json()["plan"], "free", "the plan ends by the clock");
    }

    async fn a_name_and_a_language_of_ones_own(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in(&ivan).await;
        let changed = browser.patch("me", json!({"name": " Иван Грозный ", "language": "ru"})).await;
        assert_eq!(
            (changed.status, &changed.json()["name"], &changed.json()["language"]),
            (200, &json!("Иван Грозный"), &json!("ru"))
        );
        assert_eq!(browser.get("me").await.json(), changed.json());
        let changed = browser.patch("me", json!({"language": "en"})).await.json();
        assert_eq!((&changed["name"], &changed["language"]), (&json!("Иван Грозный"), &json!("en")));
        for nothing in [json!({}), json!({"name": null, "language": null})] {
            assert_eq!(browser.patch("me", nothing).await.json(), changed);
        }
        assert_eq!(
            app.browser().sign_in(&app, &ivan).await.json()["user"]["name"],
            "Иван Грозный",
            "a sign-in does not overwrite it"
        );
        assert_eq!(app.signed_in(&app.person("Olga")).await.get("me").await.json()["name"], "Olga");
    }

    async fn names_have_up_to_128_characters(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        for name in ["x".repeat(128), "ж".repeat(128), "👩‍🚀".to_owned(), "<b>&\"'".to_owned(), "محمد".to_owned()]
        {
            assert_eq!(browser.patch("me", json!({ "name": name })).await.json()["name"], name);
        }
        assert_eq!(browser.patch("me", json!({"name": "Jose\u{301}"})).await.json()["name"], "Jos\u{e9}");
        let before = browser.get("me").await.json();
        for name in ["\u{2800}", "\u{3164}", "\u{301}", "\u{202e}Ivan", "", "   ", "a\u{0}b", "a\nb", "a\u{7f}", "a\u{85}b", &"x".repeat(129), &"ж".repeat(129)] {
            let refused = browser.patch("me", json!({"name": name, "language": "ru"})).await.problem();
            assert_eq!(
                refused,
                "422 Invalid fields (invalid_fields)\n  name: must have 1 to 128 characters and no control characters"
            );
        }
        assert_eq!(browser.get("me").await.json(), before, "a rejected change stores nothing");
    }

    async fn a_wrong_field_is_named(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        for language in ["de", "", "EN", "en-GB", "русский"] {
            let refused = browser.patch("me", json!({"name": "Olga", "language": language})).await.problem();
            assert_eq!(
                refused, "422 Invalid fields (invalid_fields)\n  language: must be one of: en, ru",
                "{language}"
            );
        }
        for (body, fault) in [
            (json!({"plan": "elite"}), "plan: is not known here"),
            (json!({"name": "Olga", "token_balance": 5}), "token_balance: is not known here"),
            (json!({"name": 7}), "name: must be text"),
            (json!({"language": ["ru"]}), "language: must be text"),
            (json!("Olga"), "body: must be an object"),
        ] {
            let refused = browser.patch("me", body).await.problem();
            assert_eq!(refused, format!("422 Invalid fields (invalid_fields)\n  {fault}"));
        }
        assert_eq!(browser.get("me").await.json()["name"], "Ivan");
    }
}
