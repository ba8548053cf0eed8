//! A request with wrong fields is told all of them at once, in the words of this service.

use serde_json::{Value, json};

use crate::on_both;
use crate::support::gateway::{SERVICE, charge};
use crate::support::{Answer, App, admin};

/// The wrong fields of an answer, one a line.
fn fields(answer: &Answer) -> String {
    let problem = answer.problem();
    let (title, fields) = problem.split_once("\n  ").unwrap_or_else(|| panic!("{answer:?}"));
    assert_eq!(title, "422 Invalid fields (invalid_fields)", "{answer:?}");
    for word in ["serde", "expected", "invalid type", "sequence", "variant", "integer", "i64", "struct"] {
        assert!(!problem.contains(word), "{word}: {problem}");
    }
    fields.replace("\n  ", "\n")
}

on_both! {
    async fn a_registration_names_all_wrong_fields(app: App) {
        let mut browser = app.browser();
        let wrong = json!({"email": "nobody", "password": "short", "name": " ", "plan": "vip"});
        insta::assert_snapshot!(fields(&browser.post("auth/register", wrong).await), @r"
        email: must be an address like ivan@example.com
        name: must have 1 to 128 characters and no control characters
        password: must have at least 8 characters
        plan: is not known here
        ");
        let mixed = json!({"email": 7, "password": "password", "name": null});
        insta::assert_snapshot!(fields(&browser.post("auth/register", mixed).await), @r"
        email: must be text
        name: must be text
        password: is one of the most common passwords: choose another
        ");
        insta::assert_snapshot!(fields(&browser.post("auth/register", json!({})).await), @r"
        email: is missing
        name: is missing
        password: is missing
        ");
        assert!(app.sandbox.mails().is_empty());
    }

    async fn sign_in_and_reset_name_all_wrong_fields(app: App) {
        let mut browser = app.browser();
        insta::assert_snapshot!(fields(&browser.post("auth/login", json!({"email": "x", "password": []})).await), @r"
        email: must be an address like ivan@example.com
        password: must be text
        ");
        insta::assert_snapshot!(fields(&browser.post("auth/password/reset", json!({"password": "x", "mail": 1})).await), @r"
        token: is missing
        password: must have at least 8 characters
        mail: is not known here
        ");
        let twice = r#"{"email": "a@b.example", "email": "c@d.example"}"#;
        let answer = browser.post_text("auth/login", Some("application/json"), twice).await;
        assert_eq!(fields(&answer), "email: must be there once\npassword: is missing");
    }

    async fn a_person_and_their_keys_are_told_all_wrong_fields(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let wrong = json!({"name": "", "expires_in_days": 0, "colour": "red"});
        insta::assert_snapshot!(fields(&browser.post("keys", wrong).await), @r"
        name: must not be empty
        expires_in_days: must be from 1 to 3650
        colour: is not known here
        ");
        insta::assert_snapshot!(fields(&browser.post("keys", json!({"expires_in_days": 1.5})).await), @r"
        name: is missing
        expires_in_days: must be a whole number
        ");
        insta::assert_snapshot!(fields(&browser.patch("me", json!({"name": " ", "language": "de", "id": 1})).await), @r"
        name: must have 1 to 128 characters and no control characters
        language: must be one of: en, ru
        id: is not known here
        ");
        let page = browser.get("keys?limit=0&after=x&page=2").await;
        insta::assert_snapshot!(fields(&page), @r"
        after: must be the `next` of the previous page
        limit: must be from 1 to 100
        page: is not known here
        ");
        assert_eq!(browser.get("keys").await.json()["keys"], json!([]));
        assert_eq!(browser.get("me").await.json()["name"], "Ivan");
    }

    async fn a_list_of_charges_names_each_place(app: App) with SERVICE; {
        let good = json!({"user_id": 1, "tokens": 5, "request_id": "a"});
        let body = json!({"charges": [
            good,
            {"tokens": "5", "request_id": ""},
            7,
            {"user_id": 1, "key_id": 2, "tokens": 0, "request_id": "b", "price": 5},
        ]});
        insta::assert_snapshot!(fields(&charge(&app, &body).await), @r"
        charges[1].key_id: is missing; give key_id or user_id
        charges[1].tokens: must be a whole number
        charges[1].request_id: must have 1 to 128 visible ASCII characters
        charges[2]: must be an object
        charges[3].user_id: must be left out if key_id is given
        charges[3].tokens: must be from 1 to 1000000000
        charges[3].price: is not known here
        ");
        insta::assert_snapshot!(fields(&charge(&app, &json!({"charges": {}, "tokens": 5})).await), @r"
        charges: must stand alone, or be left out
        charges: must be a list
        ");
        let many = charge(&app, &json!({"charges": vec![json!({}); 1000]})).await;
        assert_eq!(many.json()["errors"].as_array().unwrap().len(), 100, "an answer stays small");
    }

    async fn a_draft_names_all_wrong_fields(app: App) {
        app.say(&admin(), "/start").await;
        let mut ada = app.signed_in(&admin()).await;
        let wrong = json!({
            "texts": {"en": {"html": "<b>Hi"}, "ru": {"buttons": [{"text": 1, "url": "x"}]}, "de": {"html": "Hallo"}, "fr": 1},
            "buttons": [{"text": "A", "url": "javascript:alert(1)"}],
            "file": {"kind": "sticker"},
            "category": "balance",
            "segment": {"kind": "plan_ends", "days": -1},
            "paid": "yes",
            "start_at": "tomorrow",
            "recipients": 5,
        });
        insta::assert_snapshot!(fields(&ada.post("admin/broadcasts", wrong).await), @r"
        texts: must be by language: en, ru
        texts.ru.html: is missing
        texts.ru.buttons[0].text: must be text
        file.kind: must be one of: photo, document
        file.file_id: is missing
        category: must be one of: service, plan_news, product_news
        segment.days: must be from 0 to 4294967295
        paid: must be true or false
        recipients: is not known here
        start_at: must be RFC 3339 time
        buttons[0]: must have an address that begins with https://, http:// or tg://
        ");
        let kinds = fields(&ada.post("admin/broadcasts", json!({"segment": {"kind": "of_tomorrow"}})).await);
        assert_eq!(
            kinds,
            "segment.kind: must be one of: everyone, plans, plan_ends, balance_under, language, active_within, people, all, not"
        );
        assert_eq!(ada.get("admin/broadcasts").await.json()["broadcasts"], json!([]));
    }

    async fn what_is_no_json_is_malformed(app: App) {
        let mut browser = app.browser();
        for text in ["", "{", "{\"email\": }", "nul", "{} {}", "\u{feff}{}", "{\"a\": 01}"] {
            let answer = browser.post_text("auth/login", Some("application/json"), text).await;
            assert_eq!(answer.problem(), "400 Malformed request (malformed)", "{text}");
            let detail = answer.json()["detail"].clone();
            assert!(detail.as_str().unwrap().contains("not valid JSON at line 1, column "), "{text}: {detail}");
        }
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let answer = browser.post_text("auth/login", Some("application/json"), deep).await;
        assert_eq!(answer.problem(), "400 Malformed request (malformed)");
        for body in [json!([]), json!("x"), json!(7), Value::Null] {
            assert_eq!(fields(&browser.post("auth/login", body).await), "body: must be an object");
        }
    }
}
