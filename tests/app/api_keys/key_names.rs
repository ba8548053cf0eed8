//! Names of API keys.

use serde_json::{Value, json};

use crate::on_both;
use crate::support::{App, at_once};

const TAKEN: &str = "409 Conflict (key_name_taken)\n  name: is the name of another live key of yours";

on_both! {
    async fn names_have_up_to_64_characters_of_any_script(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "elite").await).await;
        for name in ["x", &"x".repeat(64), &"ж".repeat(64), "👩‍🚀 prod", "<b>&\"'\\", "мой ключ №1", "a/b?c#d%20", "null"]
        {
            let made = browser.post("keys", json!({ "name": name })).await;
            assert_eq!((made.status, &made.json()["name"]), (201, &json!(name)));
        }
        assert_eq!(browser.post("keys", json!({"name": "  spaces around\t"})).await.json()["name"], "spaces around");
    }

    async fn other_names_are_refused(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        assert_eq!(browser.post("keys", json!({"name": "laptop"})).await.status, 201);
        let mut refused = async |body: Value| {
            let made = browser.post("keys", body.clone()).await.problem();
            let renamed = browser.patch("keys/1", body).await.problem();
            assert_eq!(made, renamed, "equal rules for both");
            made.replace("422 Invalid fields (invalid_fields)\n  ", "")
        };
        for name in ["", " ", "\t\n", "\u{2800}", "\u{301}", "\u{a0}\u{fe0f}"] {
            assert_eq!(refused(json!({ "name": name })).await, "name: must not be empty");
        }
        for name in ["x".repeat(65), "ж".repeat(65), "x".repeat(60_000)] {
            assert_eq!(refused(json!({ "name": name })).await, "name: must have at most 64 characters");
        }
        for name in ["\u{3164}", "\u{115f}", "laptop\u{200d}", "a\u{0}b", "a\nb", "a\u{1b}[31mb", "a\u{7f}b", "a\u{9f}b", "a\u{202e}b", "a\u{2066}b"] {
            let answer = refused(json!({ "name": name })).await;
            assert_eq!(answer, "name: must not contain line breaks or other control characters", "{name:?}");
        }
        assert_eq!(refused(json!({})).await, "name: is missing");
        assert_eq!(refused(json!({"name": null})).await, "name: must be text");
        assert_eq!(refused(json!({"name": {"a": 1}})).await, "name: must be text");
        assert_eq!(refused(json!({"name": "x", "plan": "elite"})).await, "plan: is not known here");
        assert_eq!(refused(json!(7)).await, "body: must be an object");
        let twice = browser.post_text("keys", Some("application/json"), r#"{"name":"a","name":"b"}"#).await;
        assert_eq!(twice.problem(), "422 Invalid fields (invalid_fields)\n  name: must be there once");
        assert_eq!(browser.get("keys").await.json()["keys"].as_array().unwrap().len(), 1);
    }

    async fn a_name_is_taken_by_one_live_key(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        for name in ["laptop", "server"] {
            assert_eq!(browser.post("keys", json!({ "name": name })).await.status, 201);
        }
        let again = browser.post("keys", json!({"name": " laptop"})).await;
        assert_eq!(again.problem(), TAKEN);
        assert_eq!(again.json()["detail"], "You already have a key called \"laptop\". Choose another name.");
        assert_eq!(browser.patch("keys/2", json!({"name": "laptop"})).await.problem(), TAKEN);
        assert_eq!(browser.delete("keys/1").await.status, 204);
        assert_eq!(browser.patch("keys/2", json!({"name": "laptop"})).await.status, 200, "freed by the revocation");
        assert_eq!(browser.post("keys", json!({"name": "server"})).await.status, 201, "freed by the rename");
    }

    async fn a_name_is_one_name_however_it_was_typed(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let made = browser.post("keys", json!({"name": "cafe\u{301}"})).await;
        assert_eq!((made.status, &made.json()["name"]), (201, &json!("caf\u{e9}")));
        for same in ["caf\u{e9}", "cafe\u{301}", " cafe\u{301}\u{a0}"] {
            let again = browser.post("keys", json!({ "name": same })).await;
            assert_eq!(again.problem(), TAKEN, "{same:?}");
        }
        assert_eq!(browser.post("keys", json!({"name": "cafe"})).await.status, 201);
    }

    async fn case_and_repeated_spaces_make_no_other_name(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let made = browser.post("keys", json!({"name": "Server  \u{a0} 11"})).await;
        assert_eq!((made.status, &made.json()["name"]), (201, &json!("Server 11")));
        assert_eq!(browser.post("keys", json!({"name": "Ноутбук"})).await.status, 201);
        for same in ["server 11", "SERVER   11", " sErVeR 11 ", "НОУТБУК"] {
            assert_eq!(browser.post("keys", json!({ "name": same })).await.problem(), TAKEN, "{same:?}");
        }
        assert_eq!(browser.patch("keys/2", json!({"name": "SERVER 11"})).await.problem(), TAKEN);
        assert_eq!(browser.patch("keys/1", json!({"name": "SERVER 11"})).await.json()["name"], "SERVER 11", "its own in another case");
        assert_eq!(browser.post("keys", json!({"name": "server11"})).await.status, 201);
    }

    async fn of_twenty_keys_of_one_name_at_once_one_is_made(app: App) {
        let browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let makes = at_once((0..20).map(|_| {
            let mut browser = browser.clone();
            async move { browser.post("keys", json!({"name": "laptop"})).await }
        }));
        let (made, refused): (Vec<_>, Vec<_>) = makes.await.into_iter().partition(|answer| answer.status == 201);
        assert_eq!((made.len(), refused.len()), (1, 19));
        assert!(refused.iter().all(|answer| answer.problem() == TAKEN));
    }

    async fn of_renames_to_one_name_at_once_one_wins(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        for name in ["a", "b", "c", "d", "e"] {
            browser.post("keys", json!({ "name": name })).await;
        }
        let renames = at_once((1..=5).map(|id| {
            let mut browser = browser.clone();
            async move { browser.patch(&format!("keys/{id}"), json!({"name": "laptop"})).await }
        }));
        let (renamed, refused): (Vec<_>, Vec<_>) = renames.await.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((renamed.len(), refused.len()), (1, 4));
        assert!(refused.iter().all(|answer| answer.problem() == TAKEN));
    }
}
