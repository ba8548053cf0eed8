//! Device flow: the device shows a code and a number, the person enters one and picks the other.

use neuralbox_auth::model::oauth::client::ClientKind;
use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use reqwest::Method;
use serde_json::Value;

use super::{TestClient, client, error, form, post, register, text, website, with_token};
use crate::on_both;
use crate::pages::{Reader, between, check, leads_to};
use crate::support::{Answer, App, ask};

const START: &str = "/oauth2/device_authorization";

/// Registers a program that may use the flow.
async fn program(app: &App) -> TestClient {
    let kind = Some(ClientKind::Public);
    register(
        app,
        ClientSpec { kind, uses_device: Some(true), redirect_uris: None, name: Some("TV".to_owned()), ..website() },
    )
    .await
}

async fn start(app: &App, client: &TestClient) -> Value {
    let answer = post(app, START, client.form(&[("scope", "openid profile offline_access")])).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    answer.json()
}

async fn poll(app: &App, client: &TestClient, device_code: &str) -> Answer {
    let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    post(app, "/oauth2/token", client.form(&[grant, ("device_code", device_code)])).await
}

/// Enters a code; returns the page that asks for the number.
async fn enter(reader: &mut Reader<'_>, code: &str) -> Answer {
    let page = reader.post("/web/device", &[("user_code", code)]).await;
    check(&page);
    page
}

/// Picks a number on that page.
async fn pick(reader: &mut Reader<'_>, page: &Answer, number: &str) -> Answer {
    let request = between(&page.text, "name=\"request\" value=\"", "\"").to_owned();
    let answer = reader.post("/web/device", &[("request", &request), ("number", number)]).await;
    check(&answer);
    answer
}

/// Numbers on that page.
fn choices(page: &Answer) -> Vec<String> {
    let buttons =
        page.text.split("name=\"number\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    buttons.filter(|value| value != "none").collect()
}

on_both! {
    async fn the_number_of_the_device_lets_it_in(app: App) {
        app.say(&app.person("Somebody"), "/help").await;
        let client = program(&app).await;
        let started = start(&app, &client).await;
        let (device, code) = (text(&started, "device_code").to_owned(), text(&started, "user_code").to_owned());
        assert_eq!((started["expires_in"].as_i64(), started["interval"].as_i64()), (Some(600), Some(5)));
        assert_eq!(started["verification_uri"], format!("{}/web/device", app.url));
        let complete = text(&started, "verification_uri_complete");
        assert_eq!(complete, format!("{}/web/device?user_code={code}", app.url));
        assert!(text(&started, "telegram_uri").starts_with("https://t.me/neuralbox_bot?start=device_"), "{started}");
        assert!(code.len() == 9 && code.chars().all(|c| "BCDFGHJKLMNPQRSTVWXZ-".contains(c)), "{code}");
        assert_eq!(error(&poll(&app, &client, &device).await), "400 authorization_pending", "the first poll is never too fast");

        let mut stranger = Reader::new(&app, "en");
        assert!(leads_to(&stranger.get(complete).await).starts_with("/web?next=%2Fweb%2Fdevice%3Fuser_code%3D"));
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let page = reader.get(complete).await;
        check(&page);
        assert!(page.text.contains(&format!("name=\"user_code\" value=\"{code}\"")) && choices(&page).is_empty(), "a link only fills the field: {page:?}");

        let typed = code.replace('-', " ").to_lowercase();
        let page = enter(&mut reader, &typed).await;
        for word in ["Let TV sign in as you?", "only if you started this yourself", "See your name", "Stay connected", "<bdi>Ivan</bdi>"] {
            assert!(page.text.contains(word), "{word}: {page:?}");
        }
        let (choices, right) = (choices(&page), text(&started, "match").to_owned());
        assert!(choices.len() == 3 && choices.contains(&right), "{choices:?}");
        app.clock.pass(5);
        assert_eq!(error(&poll(&app, &client, &device).await), "400 authorization_pending");
        let done = pick(&mut reader, &page, &right).await;
        assert!(done.status == 200 && done.text.contains("Device connected"), "{done:?}");
        app.clock.pass(5);
        let tokens = poll(&app, &client, &device).await;
        assert_eq!(tokens.status, 200, "{tokens:?}");
        let tokens = tokens.json();
        assert_eq!(tokens["scope"], "openid profile offline_access");
        assert!(tokens["refresh_token"].is_string() && tokens["id_token"].is_string());
        assert_eq!(with_token(&app, Method::GET, "/api/v2/me", text(&tokens, "access_token")).await.json()["name"], "Ivan");
        app.clock.pass(5);
        assert_eq!(error(&poll(&app, &client, &device).await), "400 invalid_grant", "redeemed once");
    }

    async fn another_number_denies_for_good(app: App) {
        let client = program(&app).await;
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let started = start(&app, &client).await;
        let page = enter(&mut reader, text(&started, "user_code")).await;
        let right = text(&started, "match").to_owned();
        let wrong = choices(&page).into_iter().find(|number| *number != right).unwrap();
        let refused = pick(&mut reader, &page, &wrong).await;
        assert!(refused.status == 400 && refused.text.contains("That’s another number"), "{refused:?}");
        pick(&mut reader, &page, &right).await;
        assert_eq!(error(&poll(&app, &client, text(&started, "device_code")).await), "400 access_denied");

        let started = start(&app, &client).await;
        let page = enter(&mut reader, text(&started, "user_code")).await;
        let denied = pick(&mut reader, &page, "none").await;
        assert!(denied.text.contains("Nothing was connected"), "{denied:?}");
        assert_eq!(error(&poll(&app, &client, text(&started, "device_code")).await), "400 access_denied");
    }

    async fn only_who_opened_a_request_answers_it(app: App) {
        let client = program(&app).await;
        let mut ivan = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let mut olga = Reader::signed_in(&app, &app.person("Olga"), "ru").await;
        let started = start(&app, &client).await;
        let page = enter(&mut ivan, text(&started, "user_code")).await;
        let second = enter(&mut olga, text(&started, "user_code")).await;
        assert!(second.status == 400 && second.text.contains("Код не подошёл"), "{second:?}");
        let request = between(&page.text, "name=\"request\" value=\"", "\"").to_owned();
        let answer = olga.post("/web/device", &[("request", &request), ("number", text(&started, "match"))]).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert_eq!(error(&poll(&app, &client, text(&started, "device_code")).await), "400 authorization_pending");
    }

    async fn polling_too_fast_is_slower_from_then_on(app: App) {
        let client = program(&app).await;
        let started = start(&app, &client).await;
        let device = text(&started, "device_code");
        assert_eq!(error(&poll(&app, &client, device).await), "400 authorization_pending");
        assert_eq!(error(&poll(&app, &client, device).await), "400 slow_down");
        app.clock.pass(6);
        assert_eq!(error(&poll(&app, &client, device).await), "400 slow_down", "ten seconds by now");
        app.clock.pass(20);
        assert_eq!(error(&poll(&app, &client, device).await), "400 authorization_pending");
        app.clock.pass(600);
        assert_eq!(error(&poll(&app, &client, device).await), "400 expired_token");
    }

    async fn codes_that_do_not_work_look_alike(app: App) {
        let (client, other) = (program(&app).await, program(&app).await);
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let started = start(&app, &client).await;
        assert_eq!(error(&poll(&app, &other, text(&started, "device_code")).await), "400 invalid_grant", "of another client");
        for code in ["", "x", "BBBB-BBBB", "<script>"] {
            let page = enter(&mut reader, code).await;
            assert!(page.status == 400 && page.text.contains("This code doesn’t work") && !page.text.contains("<script>"), "{code}: {page:?}");
        }
        app.clock.pass(601);
        let late = enter(&mut reader, text(&started, "user_code")).await;
        assert!(late.status == 400 && late.text.contains("This code doesn’t work"), "{late:?}");
    }

    async fn guesses_run_out(app: App) {
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        for _ in 0..10 {
            assert_eq!(enter(&mut reader, "BBBB-BBBB").await.status, 400);
        }
        let refused = enter(&mut reader, "BBBB-BBBB").await;
        assert!(refused.status == 429 && refused.text.contains("Too many wrong codes"), "{refused:?}");
        assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
    }

    async fn only_clients_registered_for_it(app: App) {
        let website = client(&app).await;
        assert_eq!(error(&post(&app, START, website.form(&[])).await), "400 unauthorized_client");
        let program = program(&app).await;
        assert_eq!(error(&post(&app, START, program.form(&[("scope", "groups")])).await), "400 invalid_scope");
        assert_eq!(error(&post(&app, START, "client_id=c_unknown".to_owned()).await), "401 invalid_client");
    }

    async fn devices_of_one_network_run_out(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1")]; {
        let program = program(&app).await;
        let begin = async || ask(form(&app, START, program.form(&[])).header("x-forwarded-for", "203.0.113.9")).await;
        for _ in 0..10 {
            assert_eq!(begin().await.status, 200);
        }
        let refused = begin().await;
        assert_eq!((error(&refused).as_str(), refused.header("retry-after").is_empty()), ("429 slow_down", false));
    }
}
