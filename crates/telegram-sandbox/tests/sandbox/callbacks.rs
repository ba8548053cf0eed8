//! Taps and their answers.

use serde_json::json;
use telegram_sandbox::TapError;

use crate::stage::{Stage, ivan, stage, stage_with};

async fn with_buttons(stage: &Stage) -> i64 {
    let rows = json!([[
        {"text": "Yes", "callback_data": "v1:yes"},
        {"text": "Copy", "copy_text": {"text": "nb_key"}},
        {"text": "Docs", "url": "https://example.com/docs"},
        {"text": "Sign in", "login_url": {"url": "http://localhost:8080/callback?next=%2Fweb"}},
    ]]);
    let message = json!({"chat_id": 1001, "text": "Well?", "reply_markup": {"inline_keyboard": rows}});
    stage.done("sendMessage", message).await["message_id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_tap_asks_the_bot_and_is_answered_once() {
    let stage = stage().await;
    let message = with_buttons(&stage).await;
    let query = stage.sandbox.tap(&ivan(), message, "Yes").unwrap();
    let update = stage.updates(json!({})).await.remove(0)["callback_query"].clone();
    assert_eq!(update["data"], "v1:yes");
    assert_eq!(update["id"], query.as_str());
    assert_eq!(update["from"]["id"], 1001);
    assert_eq!(update["message"]["reply_markup"]["inline_keyboard"][0][0]["text"], "Yes");
    assert_eq!(stage.sandbox.callback_answer(&query), None);

    let answer = json!({"callback_query_id": query, "text": "Done", "show_alert": true});
    stage.done("answerCallbackQuery", answer.clone()).await;
    let shown = stage.sandbox.callback_answer(&query).unwrap();
    assert_eq!((shown.text.as_deref(), shown.show_alert), (Some("Done"), true));
    let too_old = "400 Bad Request: query is too old and response timeout expired or query ID is invalid";
    assert_eq!(stage.refused("answerCallbackQuery", answer).await, too_old);
    assert_eq!(stage.refused("answerCallbackQuery", json!({"callback_query_id": "77"})).await, too_old);
}

#[tokio::test]
async fn a_long_answer_is_refused_and_leaves_the_query_open() {
    let stage = stage().await;
    let message = with_buttons(&stage).await;
    let query = stage.sandbox.tap(&ivan(), message, "v1:yes").unwrap();
    let long = json!({"callback_query_id": query, "text": "x".repeat(201)});
    assert_eq!(stage.refused("answerCallbackQuery", long).await, "400 Bad Request: MESSAGE_TOO_LONG");
    stage.done("answerCallbackQuery", json!({"callback_query_id": query})).await;
}

#[tokio::test]
async fn only_what_is_there_can_be_tapped() {
    let stage = stage().await;
    let message = with_buttons(&stage).await;
    let tap = |message, label| stage.sandbox.tap(&ivan(), message, label).unwrap_err();
    assert_eq!(tap(99, "Yes"), TapError::NoMessage(99));
    assert!(
        matches!(tap(message, "No"), TapError::NoButton { there, .. } if there == ["Yes", "Copy", "Docs", "Sign in"])
    );
    assert_eq!(tap(message, "Copy"), TapError::NotCallback("Copy".into()));
    stage.done("deleteMessage", json!({"chat_id": 1001, "message_id": message})).await;
    assert_eq!(tap(message, "Yes"), TapError::NoMessage(message));
}

#[tokio::test]
async fn a_login_button_opens_its_address_signed() {
    let stage = stage_with(|settings| settings.bot_username = "other_bot".into()).await;
    let message = with_buttons(&stage).await;
    assert_eq!(stage.sandbox.button_url(&ivan(), message, "Docs").unwrap(), "https://example.com/docs");
    let url = url::Url::parse(&stage.sandbox.button_url(&ivan(), message, "Sign in").unwrap()).unwrap();
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["next", "auth_date", "first_name", "hash", "id", "last_name"]);
}
