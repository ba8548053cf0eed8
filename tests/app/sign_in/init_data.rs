//! Sign-in from a Mini App by its `initData`.

use std::sync::Arc;

use serde_json::json;

use crate::on_both;
use crate::support::{App, signing};

const USER: &str = r#"{"id":42,"first_name":"Ivan","last_name":"","username":"ivan","language_code":"ru","photo_url":"https:\/\/t.me\/i.svg"}"#;
/// Settings that trust another bot's Mini App data of any age.
const OTHERS: [(&str, &str); 2] = [("TELEGRAM_MINIAPP_BOTS", "7342037359"), ("TELEGRAM_MINIAPP_MAX_AGE", "100000000")];
const OTHERS_DATA: &str = "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D&chat_instance=8134722200314281151&chat_type=private&auth_date=1733584787&hash=2174df5b000556d044f3f020384e879c8efcab55ddea2ced4eb752e93e7080d6&signature=zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0Ao2mBrSgEk4maLSdv6MLIlADQ";
const FORGED: &str = "401 Invalid or expired token (login_forged)";

/// Posts `initData`; returns the name of the account or the problem.
async fn post(app: &Arc<App>, init_data: &str) -> String {
    let answer = app.browser().post("auth/telegram/miniapp", json!({ "init_data": init_data })).await;
    if answer.status == 200 { answer.json()["user"]["name"].as_str().unwrap().to_owned() } else { answer.problem() }
}

/// Builds signed `initData` of a given age in seconds.
fn given(app: &App, user: &str, seconds: i64) -> String {
    let auth_date = (app.clock.unix() - seconds).to_string();
    signing::init_data(&[("query_id", "AAHdF6IQAAAAAN0XohDhrOrc"), ("user", user), ("auth_date", &auth_date)])
}

on_both! {
    async fn init_data_signs_in_as_the_widget_does(app: App) {
        let mut browser = app.browser();
        let answer = browser.post("auth/telegram/miniapp", json!({"init_data": given(&app, USER, 0)})).await;
        let body = answer.json();
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(900)));
        assert_eq!(body["user"], json!({"id": 1, "name": "Ivan", "plan": "free", "token_balance": 100}));
        assert!(answer.cookies()[0].starts_with("nb_refresh="), "{answer:?}");
        assert_eq!(browser.refresh().await.status, 200);
        assert_eq!(
            browser.get("me").await.json()["identities"][0],
            json!({"kind": "telegram", "subject": "42", "label": "ivan"})
        );
        let by_widget = signing::widget(json!({"id": 42, "auth_date": app.clock.unix(), "first_name": "Ivan"}));
        let same = app.browser().post("auth/telegram", by_widget.into()).await;
        assert_eq!(same.json()["user"]["id"], 1, "the login widget finds the same account");
    }

    async fn init_data_is_good_for_a_day_and_once(app: App) {
        assert_eq!(post(&app, &given(&app, USER, 86_400)).await, "Ivan");
        assert_eq!(post(&app, &given(&app, USER, 86_401)).await, "401 Invalid or expired token (login_stale)");
        assert_eq!(post(&app, &given(&app, USER, -61)).await, "401 Invalid or expired token (login_future)");
        let data = given(&app, USER, 0);
        assert_eq!(post(&app, &data).await, "Ivan");
        assert_eq!(post(&app, &data).await, "401 Invalid or expired token (login_used)");
        let upper = data.split_once("hash=").map(|(head, hash)| format!("{head}hash={}", hash.to_uppercase())).unwrap();
        assert_eq!(post(&app, &upper).await, "401 Invalid or expired token (login_used)");
        let turned: Vec<_> = data.split('&').rev().collect();
        assert_eq!(post(&app, &turned.join("&")).await, "401 Invalid or expired token (login_used)");
    }

    async fn the_operator_says_how_old_init_data_may_be(app: App) with [("TELEGRAM_MINIAPP_MAX_AGE", "60")]; {
        assert_eq!(post(&app, &given(&app, USER, 60)).await, "Ivan");
        assert_eq!(post(&app, &given(&app, USER, 61)).await, "401 Invalid or expired token (login_stale)");
    }

    async fn changed_init_data_is_forged(app: App) {
        let data = given(&app, USER, 0);
        let replaced = |from: &str, to: &str| {
            assert!(data.contains(from));
            data.replacen(from, to, 1)
        };
        for changed in [
            replaced("Ivan", "Olga"),
            replaced("42", "43"),
            replaced("AAHd", "AAHe"),
            replaced("query_id=AAHdF6IQAAAAAN0XohDhrOrc&", ""),
            format!("{data}&start_param=x"),
            format!("{data}0"),
            data[..data.len() - 2].to_owned(),
            replaced("hash=", "hash=zz"),
        ] {
            assert_eq!(post(&app, &changed).await, FORGED, "{changed}");
        }
        assert_eq!(post(&app, &data).await, "Ivan", "rejected attempts do not use the payload up");
    }

    async fn the_widgets_signature_is_no_signature_here(app: App) {
        let mut object = signing::widget(json!({"user": USER, "auth_date": app.clock.unix().to_string()}));
        let (hash_name, hash) = object.remove_entry("hash").unwrap();
        let fields = object.iter().chain([(&hash_name, &hash)]).map(|(name, value)| (name, value.as_str().unwrap()));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        assert_eq!(post(&app, &query).await, FORGED);
    }

    async fn a_blank_signature_field_counts(app: App) {
        let auth_date = app.clock.unix().to_string();
        let data = signing::init_data(&[("auth_date", &auth_date), ("user", USER), ("signature", "")]);
        assert_eq!(post(&app, &data.replace("signature=&", "")).await, FORGED);
        assert_eq!(post(&app, &data).await, "Ivan");
    }

    async fn what_is_missing_or_wrong_is_named(app: App) {
        let now = app.clock.unix().to_string();
        let refused = |field: &str, message: &str| format!("422 Invalid fields (invalid_fields)\n  {field}: {message}");
        let no_user = signing::init_data(&[("auth_date", &now), ("query_id", "AAE")]);
        assert_eq!(post(&app, &no_user).await, refused("user", "is missing"));
        assert_eq!(post(&app, &signing::init_data(&[("user", USER)])).await, refused("auth_date", "is missing"));
        assert_eq!(
            post(&app, &format!("auth_date={now}&user=%7B%22id%22%3A42%7D")).await,
            refused("hash", "is missing")
        );
        assert_eq!(post(&app, "").await, refused("init_data", "must not be empty"));
        assert_eq!(
            post(&app, &signing::init_data(&[("auth_date", "soon"), ("user", USER)])).await,
            refused("auth_date", "must be Unix time in whole seconds")
        );
        for user in [
            "",
            "42",
            "null",
            "[]",
            "{}",
            "{\"id\":\"42\"}",
            "{\"id\":0}",
            "{\"id\":-1}",
            "{\"id\":4.2}",
            "{\"id\":42",
            "{\"id\":1e400}",
        ] {
            assert_eq!(
                post(&app, &given(&app, user, 0)).await,
                refused("user", "must be a Telegram user object"),
                "{user}"
            );
        }
        let twice = format!("{}&user=%7B%22id%22%3A43%7D", given(&app, USER, 0));
        assert_eq!(post(&app, &twice).await, refused("user", "must be there once"));
        let lines = signing::init_data(&[("auth_date", &now), ("user", "{\"id\":42}\nx=y")]);
        assert_eq!(post(&app, &lines).await, refused("user", "must not contain control characters"));

        let mut browser = app.browser();
        for (body, refusal) in [
            (json!({}), refused("init_data", "is missing")),
            (json!({"init_data": "", "next": "/"}), refused("next", "is not known here")),
            (json!({"init_data": 42}), refused("init_data", "must be text")),
        ] {
            assert_eq!(browser.post("auth/telegram/miniapp", body).await.problem(), refusal);
        }
    }

    /// Control characters inside the user's JSON are escaped, so the signed text contains none.
    async fn control_characters_in_names_do_no_harm(app: App) {
        let user = r#"{"id":42,"first_name":"Iv\u0000an\n","last_name":"\u001b[31m","username":"iv\u0000an"}"#;
        assert_eq!(post(&app, &given(&app, user, 0)).await, "Ivan [31m");
        let user = r#"{"id":43,"first_name":"\u0000"}"#;
        assert_eq!(post(&app, &given(&app, user, 0)).await, "Telegram 43");
    }

    /// Data signed with Telegram's Ed25519 key, from the test suite of init-data-golang.
    async fn another_bots_mini_app_by_telegrams_own_signature(app: App) with OTHERS; {
        assert_eq!(post(&app, OTHERS_DATA).await, "Vladislav + - ? / Kibenko");
        assert_eq!(post(&app, OTHERS_DATA).await, "401 Invalid or expired token (login_used)");
        let other_hash = OTHERS_DATA.replace("hash=2174", "hash=2175");
        assert_eq!(post(&app, &other_hash).await, "401 Invalid or expired token (login_used)", "the Ed25519 signature does not cover the hash");
        let no_hash = OTHERS_DATA.replace("hash=2174df5b000556d044f3f020384e879c8efcab55ddea2ced4eb752e93e7080d6&", "");
        assert_eq!(post(&app, &no_hash).await, "401 Invalid or expired token (login_used)");
        for (from, to) in [("279058397", "279058398"), ("chat_type=private", "chat_type=group"), ("signature=zL", "signature=zM")] {
            assert_eq!(post(&app, &OTHERS_DATA.replacen(from, to, 1)).await, FORGED, "{to}");
        }
        assert_eq!(post(&app, &given(&app, USER, 0)).await, "Ivan", "data of our own bot stays valid");
    }

    async fn unless_the_operator_does_not_trust_that_bot(app: App) with [OTHERS[1], ("TELEGRAM_MINIAPP_BOTS", "7342037360")]; {
        assert_eq!(post(&app, OTHERS_DATA).await, FORGED);
    }

    async fn nor_unless_it_is_new_enough(app: App) with [OTHERS[0]]; {
        assert_eq!(post(&app, OTHERS_DATA).await, "401 Invalid or expired token (login_stale)");
    }
}
