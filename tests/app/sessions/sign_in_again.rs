//! Sign-in in a browser that is already signed in. The previous session of the browser ends.

use reqwest::Method;
use serde_json::Value;
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::{Answer, App, Browser};

const ENDED: &str = "401 Invalid or expired token (session_ended)";

async fn again(app: &App, browser: &mut Browser, person: &Person, origin: Option<&str>) -> Answer {
    app.clock.pass(1);
    let object = app.sandbox.widget_login(person, app.clock.unix());
    let request = browser.request(Method::POST, "auth/telegram").json(&Value::Object(object));
    browser.send(origin.into_iter().fold(request, |request, origin| request.header("origin", origin))).await
}

on_both! {
    async fn the_old_session_ends_and_no_other(app: App) {
        let ivan = app.person("Ivan");
        let (mut here, mut there) = (app.signed_in(&ivan).await, app.signed_in(&ivan).await);
        let mut old = here.clone();
        assert_eq!(again(&app, &mut here, &ivan, None).await.status, 200);
        assert_eq!(old.get("me").await.problem(), ENDED);
        assert_eq!((here.get("me").await.status, there.get("me").await.status), (200, 200));
        assert_eq!(here.get("sessions").await.json()["sessions"].as_array().unwrap().len(), 2);
    }

    async fn another_persons_too(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let mut browser = app.signed_in(&ivan).await;
        let mut old = browser.clone();
        again(&app, &mut browser, &olga, None).await;
        assert_eq!(old.get("me").await.problem(), ENDED);
        assert_eq!(browser.get("me").await.json()["name"], "Olga");
    }

    async fn an_invalid_cookie_blocks_nobody(app: App) {
        let ivan = app.person("Ivan");
        let mut other = app.signed_in(&ivan).await;
        let (head, _) = other.cookie.as_deref().unwrap().rsplit_once('.').unwrap();
        for cookie in ["nb_refresh=x".to_owned(), format!("{head}.{}", "A".repeat(43)), "nb_refresh=99.0.A".to_owned()] {
            let mut browser = Browser { cookie: Some(cookie), ..app.browser() };
            assert_eq!(again(&app, &mut browser, &ivan, None).await.status, 200);
        }
        assert_eq!(other.get("me").await.status, 200, "a made-up cookie ends no session");
    }

    async fn another_website_with_a_proof_of_its_own_ends_nothing(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let mut old = browser.clone();
        again(&app, &mut browser, &app.person("Mallory"), Some("https://evil.example")).await;
        assert_eq!(old.get("me").await.status, 200);
    }

    async fn a_refused_sign_in_ends_nothing(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let answer = browser.post("auth/telegram", serde_json::json!({"id": 1, "auth_date": 1, "hash": "00"})).await;
        assert!(answer.status >= 400, "{answer:?}");
        assert_eq!(browser.get("me").await.status, 200);
    }
}
