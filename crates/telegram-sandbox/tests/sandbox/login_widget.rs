//! Login Widget signatures.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use telegram_sandbox::sign_widget;

use crate::support::{NOON, TOKEN, fixture, ivan};

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

/// Test vector of `aiogram/aiogram:tests/test_utils/test_auth_widget.py`.
#[test]
fn the_hash_is_that_of_aiogram() {
    let signed = fields(&[
        ("id", "42"),
        ("first_name", "John"),
        ("last_name", "Smith"),
        ("username", "username"),
        ("photo_url", "https://t.me/i/userpic/320/picname.jpg"),
        ("auth_date", "1565810688"),
    ]);
    let hash = sign_widget("123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", &signed);
    assert_eq!(hash, "c303db2b5a06fe41d23a9b14f7c545cfc11dcc7473c07c9c5034ae60062461ce");
}

/// Test vector of `RazorNd/telegram-login`: absent fields are omitted.
#[test]
fn the_hash_is_that_of_razornd() {
    let signed = fields(&[("id", "567880"), ("auth_date", "1685375688"), ("username", "antwinew8yd")]);
    let hash = sign_widget("2326476206:3g9iZTSFL5Pw5jaVrRw6em9Va2IEKgOuUXkVf", &signed);
    assert_eq!(hash, "31788de82422ffafed19d359888f2df0b301155cd030e293c701eeeb39d3d083");
}

#[tokio::test]
async fn a_login_signs_exactly_its_fields() {
    let fixture = fixture().await;
    let login = fixture.sandbox.widget_login(&ivan(), NOON);
    let names: Vec<_> = login.keys().collect();
    assert_eq!(names, ["auth_date", "first_name", "hash", "id", "last_name"]);
    assert!(login["id"].is_i64() && login["auth_date"].is_i64(), "numbers, as in callback mode");
    let signed = [("id", "1001"), ("first_name", "Ivan"), ("last_name", "Petrov"), ("auth_date", &NOON.to_string())];
    assert_eq!(login["hash"], sign_widget(TOKEN, &fields(&signed)));
}

#[tokio::test]
async fn the_widget_signs_for_known_people_only() {
    let fixture = fixture().await;
    let post = async |body: Value| {
        fixture.http.post(format!("{}/_sandbox/widget", fixture.address)).json(&body).send().await.unwrap()
    };
    fixture.later(60);
    let login: Value = post(json!({"id": 1001})).await.json().await.unwrap();
    assert_eq!(login, json!(fixture.sandbox.widget_login(&ivan(), NOON + 60)));
    assert_eq!(post(json!({"id": 1})).await.status(), 404);
}
