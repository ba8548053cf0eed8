//! Validation of keyboards.

use serde_json::{Value, json};

use crate::support::{Fixture, fixture, ivan};

async fn refused(fixture: &Fixture, button: Value) -> String {
    let markup = json!({"inline_keyboard": [[button]]});
    fixture.refused("sendMessage", json!({"chat_id": ivan().id, "text": "x", "reply_markup": markup})).await
}

#[tokio::test]
async fn callback_data_is_1_to_64_bytes() {
    let fixture = fixture().await;
    let data = |data: &str| json!({"text": "b", "callback_data": data});
    for wrong in ["x".repeat(65), "я".repeat(33), String::new()] {
        assert_eq!(refused(&fixture, data(&wrong)).await, "400 Bad Request: BUTTON_DATA_INVALID");
    }
    let longest = json!({"inline_keyboard": [[data(&"я".repeat(32))]]});
    fixture.done("sendMessage", json!({"chat_id": 1001, "text": "x", "reply_markup": longest})).await;
}

#[tokio::test]
async fn a_button_needs_a_text_and_an_action() {
    let fixture = fixture().await;
    let unparsed = "400 Bad Request: can't parse inline keyboard button: ";
    let nothing = refused(&fixture, json!({"text": "b"})).await;
    assert_eq!(nothing, format!("{unparsed}Text buttons are unallowed in the inline keyboard"));
    assert_eq!(refused(&fixture, json!({"callback_data": "x"})).await, format!("{unparsed}Can't find field \"text\""));
    assert_eq!(refused(&fixture, json!("b")).await, format!("{unparsed}InlineKeyboardButton must be an Object"));
}

#[tokio::test]
async fn addresses_and_copied_texts_are_validated() {
    let fixture = fixture().await;
    let long = refused(&fixture, json!({"text": "b", "copy_text": {"text": "x".repeat(257)}})).await;
    assert_eq!(long, "400 Bad Request: BUTTON_COPY_TEXT_INVALID");
    let url = refused(&fixture, json!({"text": "b", "url": "http://nowhere/"})).await;
    assert_eq!(url, "400 Bad Request: inline keyboard button URL 'http://nowhere/' is invalid: Wrong HTTP URL");
    let scheme = refused(&fixture, json!({"text": "b", "url": "javascript://example.com"})).await;
    assert!(scheme.ends_with("is invalid: Unsupported URL protocol"), "{scheme}");
    let login = refused(&fixture, json!({"text": "b", "login_url": {"url": "http://example.com/"}})).await;
    assert!(login.ends_with("is invalid: Only HTTPS links are allowed"), "{login}");
}

#[tokio::test]
async fn rows_must_be_arrays() {
    let fixture = fixture().await;
    let refused = async |markup: Value| {
        fixture.refused("sendMessage", json!({"chat_id": 1001, "text": "x", "reply_markup": markup})).await
    };
    let null = refused(json!({"inline_keyboard": null})).await;
    assert_eq!(null, "400 Bad Request: field \"inline_keyboard\" must be of type Array");
    let flat = refused(json!({"inline_keyboard": [{"text": "b", "callback_data": "x"}]})).await;
    assert!(flat.ends_with("must be an Array of Arrays"), "{flat}");
    assert_eq!(refused(json!([])).await, "400 Bad Request: object expected as reply markup");
    assert_eq!(refused(json!("{broken")).await, "400 Bad Request: can't parse reply keyboard markup JSON object");
}

#[tokio::test]
async fn an_empty_keyboard_is_none() {
    let fixture = fixture().await;
    let message = fixture
        .done("sendMessage", json!({"chat_id": 1001, "text": "x", "reply_markup": {"inline_keyboard": []}}))
        .await;
    assert_eq!(message.get("reply_markup"), None);
}
