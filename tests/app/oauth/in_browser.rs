//! The way to a client in a real browser: its content security policy holds `form-action` against every redirect, and a
//! window must reach the page that opened it.

use std::sync::Arc;

use axum::Router;
use axum::response::Html;
use fantoccini::{Client, Locator};
use neuralbox_auth::model::oauth::client::ClientKind;
use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{TestClient, redeem, register, request, text, website};
use crate::support::mailbox::PASSWORD;
use crate::support::{self, App, Database};
use crate::web::embedded::browser;

const ADDRESS: &str = "ivan@example.com";

/// Serves a blank page at every path of another origin; returns the origin.
async fn shop() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let pages = Router::new().fallback(async || Html("<!DOCTYPE html><title>A shop</title><p>A shop"));
    tokio::spawn(async move { axum::serve(listener, pages).await.unwrap() });
    origin
}

async fn press(browser: &Client, text: &str) {
    let path = format!("//main//button[normalize-space() = '{text}']");
    browser.wait().for_element(Locator::XPath(&path)).await.unwrap().click().await.unwrap();
}

async fn enter_password(browser: &Client) {
    browser.wait().for_element(Locator::Id("email")).await.unwrap().send_keys(ADDRESS).await.unwrap();
    browser.find(Locator::Id("password")).await.unwrap().send_keys(PASSWORD).await.unwrap();
    let path = "//form[contains(@class, 'by-email')]//button";
    browser.find(Locator::XPath(path)).await.unwrap().click().await.unwrap();
}

/// Waits for the browser to come to the client; returns the code.
async fn arrived(browser: &Client, callback: &str) -> String {
    let waiting = async {
        loop {
            let address = browser.current_url().await.unwrap();
            if address.as_str().starts_with(callback) {
                return address;
            }
            browser.wait().for_element(Locator::Css("body")).await.unwrap();
        }
    };
    let address = tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await;
    let Ok(address) = address else { panic!("stopped at {}", browser.current_url().await.unwrap()) };
    address.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned()
}

async fn forms_reach_the_client(app: Arc<App>) {
    app.confirmed(ADDRESS, PASSWORD, "Ivan").await;
    let origin = shop().await;
    let callback = format!("{origin}/callback");
    let client = register(&app, ClientSpec { redirect_uris: Some(vec![callback.clone()]), ..website() }).await;
    let address = format!("{}{}", app.url, request(&client, &[("redirect_uri", &callback)]));
    let browser = browser().await;

    browser.goto(&address).await.unwrap();
    enter_password(&browser).await;
    press(&browser, "Allow").await;
    arrived(&browser, &callback).await;
    assert!(browser.source().await.unwrap().contains("A shop"));

    // Consent was given: the chain of the password form ends at the client.
    browser.goto(&format!("{}/web/profile", app.url)).await.unwrap();
    let sign_out = Locator::XPath("//form[@action = '/web/sign-out']//button");
    browser.wait().for_element(sign_out).await.unwrap().click().await.unwrap();
    browser.wait().for_element(Locator::Id("email")).await.unwrap();
    browser.goto(&address).await.unwrap();
    enter_password(&browser).await;
    arrived(&browser, &callback).await;

    // A form of the client's own page.
    let script = "const [address] = arguments; const url = new URL(address); const form = document.createElement('form'); \
                  form.method = 'post'; form.action = url.origin + url.pathname; \
                  for (const [name, value] of url.searchParams) { const field = document.createElement('input'); \
                    field.name = name; field.value = value; form.append(field); } \
                  document.body.append(form); history.replaceState(null, '', '/elsewhere'); form.submit();";
    browser.execute(script, vec![json!(address)]).await.unwrap();
    arrived(&browser, &callback).await;
    browser.close().await.unwrap();
}

async fn a_window_reaches_its_opener(app: Arc<App>) {
    app.confirmed(ADDRESS, PASSWORD, "Ivan").await;
    let origin = shop().await;
    let spec = ClientSpec {
        kind: Some(ClientKind::Public),
        origins: Some(vec![origin.clone()]),
        redirect_uris: None,
        ..website()
    };
    let client = register(&app, spec).await;
    let browser = browser().await;
    let answer = in_window(&app, &browser, &origin, &client).await;
    assert_eq!((text(&answer, "type"), text(&answer, "iss")), ("neuralbox:authorization", app.url.as_str()));
    assert_eq!(answer["state"], "s t&ate=✓");
    let parameters = [
        ("grant_type", "authorization_code"),
        ("code", text(&answer, "code")),
        ("redirect_uri", &origin),
        ("code_verifier", crate::oauth::VERIFIER),
    ];
    let tokens = crate::oauth::post(&app, "/oauth2/token", client.form(&parameters)).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    assert_eq!(redeem(&app, &client, text(&answer, "code")).await.status, 400);
    browser.close().await.unwrap();
}

/// Opens the request in a window, signs in and allows; returns the message to the opener.
async fn in_window(app: &App, browser: &Client, origin: &str, client: &TestClient) -> Value {
    let address = request(client, &[("redirect_uri", origin), ("response_mode", "web_message")]);
    browser.goto(&format!("{origin}/")).await.unwrap();
    let shop = browser.window().await.unwrap();
    let script = "window.received = []; const [address, issuer] = arguments; \
                  addEventListener('message', event => { if (event.origin === issuer) window.received.push(event.data); }); \
                  window.open(address, 'sign-in', 'width=500,height=600'); return true;";
    browser.execute(script, vec![json!(format!("{}{address}", app.url)), json!(app.url)]).await.unwrap();
    let windows = browser.windows().await.unwrap();
    let popup = windows.into_iter().find(|window| *window != shop).expect("a window");
    browser.switch_to_window(popup).await.unwrap();
    enter_password(browser).await;
    press(browser, "Allow").await;
    browser.switch_to_window(shop).await.unwrap();
    let script = "const done = arguments[0]; const look = () => window.received.length ? done(window.received[0]) : setTimeout(look, 50); look();";
    let answer = browser.execute_async(script, vec![]).await.unwrap();
    let open = browser.windows().await.unwrap().len();
    assert_eq!(open, 1, "the window closes itself");
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_reach_the_client_in_a_browser() {
    support::run(Database::Sqlite, &[], forms_reach_the_client).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_reaches_its_opener_in_a_browser() {
    support::run(Database::Sqlite, &[], a_window_reaches_its_opener).await;
}
