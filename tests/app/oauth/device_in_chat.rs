//! Devices that ask to be signed in, approved in chat (RFC 8628).

use serde_json::Value;
use telegram_sandbox::Person;

use super::{TestClient, error, post, register, text};
use crate::on_both;
use crate::support::App;
use crate::support::chat::{last, shown};
use neuralbox_auth::model::oauth::client::ClientKind;
use neuralbox_auth::model::oauth::client_spec::ClientSpec;

/// Registers a program for the device flow.
async fn program(app: &App) -> TestClient {
    let spec = ClientSpec { kind: Some(ClientKind::Public), uses_device: Some(true), ..ClientSpec::default() };
    register(app, ClientSpec { name: Some("Builder".to_owned()), ..spec }).await
}

/// Starts a request.
async fn started(app: &App, client: &TestClient) -> Value {
    let answer = post(app, "/oauth2/device_authorization", client.form(&[("scope", "openid profile")])).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Polls for the token.
async fn poll(app: &App, client: &TestClient, started: &Value) -> crate::support::Answer {
    let grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    let parameters = [("grant_type", grant_type), ("device_code", text(started, "device_code"))];
    post(app, "/oauth2/token", client.form(&parameters)).await
}

/// Command of the deep link.
fn command(started: &Value) -> String {
    let payload = text(started, "telegram_uri").split("?start=").nth(1).expect("a payload");
    format!("/start {payload}")
}

/// The number that the device shows.
fn number(started: &Value) -> String {
    text(started, "match").to_owned()
}

/// A number of the question that is not the device's.
fn wrong_number(app: &App, person: &Person, started: &Value) -> String {
    let chat = app.sandbox.chat(person.id);
    let buttons = &last(&chat).buttons[0];
    buttons.iter().map(|button| button.label.clone()).find(|label| *label != number(started)).expect("another number")
}

on_both! {
    async fn the_right_number_signs_the_device_in(app: App) {
        let (ivan, client) = (app.chatting(app.person("Ivan"), "vip").await, program(&app).await);
        let started = started(&app, &client).await;
        assert_eq!(error(&poll(&app, &client, &started).await), "400 authorization_pending");
        let chat = app.say(&ivan, &command(&started)).await;
        let seen = shown(last(&chat));
        assert!(seen.starts_with("🖥 <b>Builder wants to sign in as Ivan.</b>\n\nAsked from: unknown program, network 127.0.0.x"), "{seen}");
        assert!(seen.contains("(protected)") && last(&chat).buttons[0].len() == 3, "{seen}");
        let chat = app.tap(&ivan, &number(&started)).await;
        assert_eq!(last(&chat).text, "✅ Builder is signed in. Go back to it.");
        app.clock.pass(5);
        let tokens = poll(&app, &client, &started).await;
        assert_eq!(tokens.status, 200, "{tokens:?}");
        assert!(tokens.json()["id_token"].is_string(), "{tokens:?}");
        app.clock.pass(5);
        assert_eq!(error(&poll(&app, &client, &started).await), "400 invalid_grant", "once");
        app.comes(&ivan, "Signed in to Builder").await;
    }

    async fn another_number_denies_for_good(app: App) {
        let (ivan, client) = (app.chatting(app.person("Ivan"), "vip").await, program(&app).await);
        let started = started(&app, &client).await;
        app.say(&ivan, &command(&started)).await;
        let wrong = wrong_number(&app, &ivan, &started);
        let chat = app.tap(&ivan, &wrong).await;
        assert!(last(&chat).text.starts_with("That’s not the number it shows."), "{chat:#?}");
        assert_eq!(error(&poll(&app, &client, &started).await), "400 access_denied");
        let chat = app.say(&ivan, &command(&started)).await;
        assert!(last(&chat).text.starts_with("This request doesn’t exist, or it’s over."), "{chat:#?}");
    }

    async fn not_me_denies(app: App) {
        let (ivan, client) = (app.chatting(app.person("Ivan"), "vip").await, program(&app).await);
        let started = started(&app, &client).await;
        app.say(&ivan, &command(&started)).await;
        let chat = app.tap(&ivan, "🚫 Not me").await;
        assert!(last(&chat).text.starts_with("Good call."), "{chat:#?}");
        assert_eq!(error(&poll(&app, &client, &started).await), "400 access_denied");
    }

    async fn a_request_is_of_who_opened_it_first_and_ends_after_ten_minutes(app: App) {
        let (ivan, client) = (app.chatting(app.person("Ivan"), "vip").await, program(&app).await);
        let olga = app.chatting(app.person("Olga"), "vip").await;
        let started = started(&app, &client).await;
        app.say(&ivan, &command(&started)).await;
        let chat = app.say(&olga, &command(&started)).await;
        assert!(last(&chat).text.starts_with("This request doesn’t exist, or it’s over."), "{chat:#?}");
        app.clock.pass(601);
        let chat = app.tap(&ivan, &number(&started)).await;
        assert!(last(&chat).text.starts_with("This request doesn’t exist, or it’s over."), "{chat:#?}");
        assert_eq!(error(&poll(&app, &client, &started).await), "400 expired_token");
        for code in ["device_", "device_x", "device_BCDFGHJK", "device_%00"] {
            let chat = app.say(&ivan, &format!("/start {code}")).await;
            assert!(last(&chat).text.starts_with("This request doesn’t exist, or it’s over."), "{code}: {chat:#?}");
        }
    }
}
