//! Taps and `answerCallbackQuery`.

use serde_json::json;
use telegram_sandbox::TapError;

use crate::support::{Fixture, fixture, fixture_with, ivan};

async fn with_buttons(fixture: &Fixture) -> i64 {
    let rows = json!([[
        {"text": "Yes", "callback_data": "v1:yes"},
        {"text": "Copy", "copy_text": {"text": "nb_key"}},
        {"text": "Docs", "url": "https://example.com/docs"},
        {"text": "Sign in", "login_url": {"url": "http://localhost:8080/callback?next=%2Fweb"}},
    ]]);
    let message = json!({"chat_id": 1001, "text": "Well?", "reply_markup": {"inline_keyboard": rows}});
    fixture.done("sendMessage", message).await["message_id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_tap_sends_a_query_that_is_answered_once() {
    let fixture = fixture().await;
    let message = with_buttons(&fixture).await;
    let query = fixture.sandbox.tap(&ivan(), message, "Yes").unwrap();
    let update = fixture.updates(json!({})).await.remove(0)["callback_query"].clone();
    assert_eq!(update["data"], "v1:yes");
    assert_eq!(update["id"], query.as_str());
    assert_eq!(update["from"]["id"], 1001);
    assert_eq!(update["message"]["reply_markup"]["inline_keyboard"][0][0]["text"], "Yes");
    assert_eq!(fixture.sandbox.callback_answer(&query), None);

    let answer = json!({"callback_query_id": query, "text": "Done", "show_alert": true});
    fixture.done("answerCallbackQuery", answer.clone()).await;
    let shown = fixture.sandbox.callback_answer(&query).unwrap();
    assert_eq!((shown.text.as_deref(), shown.show_alert), (Some("Done"), true));
    let too_old = "400 Bad Request: query is too old and response timeout expired or query ID is invalid";
    assert_eq!(fixture.refused("answerCallbackQuery", answer).await, too_old);
    assert_eq!(fixture.refused("answerCallbackQuery", json!({"callback_query_id": "77"})).await, too_old);
}

#[tokio::test]
async fn a_long_answer_is_refused_and_leaves_the_query_unanswered() {
    let fixture = fixture().await;
    let message = with_buttons(&fixture).await;
    let query = fixture.sandbox.tap(&ivan(), message, "v1:yes").unwrap();
    let long = json!({"callback_query_id": query, "text": "x".repeat(201)});
    assert_eq!(fixture.refused("answerCallbackQuery", long).await, "400 Bad Request: MESSAGE_TOO_LONG");
    fixture.done("answerCallbackQuery", json!({"callback_query_id": query})).await;
}

#[tokio::test]
async fn only_existing_buttons_can_be_tapped() {
    let fixture = fixture().await;
    let message = with_buttons(&fixture).await;
    let tap = |message, label| fixture.sandbox.tap(&ivan(), message, label).unwrap_err();
    assert_eq!(tap(99, "Yes"), TapError::NoMessage(99));
    assert!(
        matches!(tap(message, "No"), TapError::NoButton { available, .. } if available == ["Yes", "Copy", "Docs", "Sign in"])
    );
    assert_eq!(tap(message, "Copy"), TapError::NotCallback("Copy".into()));
    fixture.done("deleteMessage", json!({"chat_id": 1001, "message_id": message})).await;
    assert_eq!(tap(message, "Yes"), TapError::NoMessage(message));
}

#[tokio::test]
async fn a_login_button_opens_its_address_signed() {
    let fixture = fixture_with(|settings| settings.bot_username = "other_bot".into()).await;
    let message = with_buttons(&fixture).await;
    assert_eq!(fixture.sandbox.button_url(&ivan(), message, "Docs").unwrap(), "https://example.com/docs");
    let url = url::Url::parse(&fixture.sandbox.button_url(&ivan(), message, "Sign in").unwrap()).unwrap();
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["next", "auth_date", "first_name", "hash", "id", "last_name"]);
}
