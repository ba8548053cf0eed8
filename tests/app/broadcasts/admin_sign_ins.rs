//! Admins over HTTP: only a session that the admin's Telegram began, and a recent sign-in for every act.

use serde_json::json;

use crate::on_both;
use crate::pages::{Reader, between};
use crate::support::mailbox::{PASSWORD, token_in};
use crate::support::routes::admins;
use crate::support::{App, Browser, admin};

const BY_TELEGRAM: &str = "403 Sign in with Telegram (telegram_sign_in_required)";
const FORMER: i64 = 901;

/// Adds an address with a password to the admin's account; returns a session begun by it.
async fn by_password(app: &App) -> Browser {
    let mut ada = app.signed_in(&admin()).await;
    ada.post("identities/email", json!({"email": "ada@example.com"})).await;
    let token = token_in(&app.mails_to("ada@example.com", 1).await[0]);
    assert_eq!(ada.post("identities/email/verify", json!({"token": token})).await.status, 200);
    ada.post("auth/password/forgot", json!({"email": "ada@example.com"})).await;
    let mails = app
        .sandbox
        .wait_for(|sandbox| sandbox.mails().into_iter().rfind(|mail| mail.link("/web/password/reset").is_some()));
    let token = token_in(&mails.await.unwrap());
    ada.post("auth/password/reset", json!({"token": token, "password": PASSWORD})).await;
    app.signed_in_by_email("ada@example.com", PASSWORD).await
}

on_both! {
    async fn a_session_begun_by_a_password_is_no_admins(app: App) {
        app.greet(&admin()).await;
        let mut session = by_password(&app).await;
        assert_eq!(session.get("me").await.json()["name"], "Ada");
        for (method, path) in admins() {
            let refused = session.send(session.request(method.clone(), &path).json(&json!({"recipients": 1}))).await;
            assert_eq!(refused.problem(), BY_TELEGRAM, "{method} {path}");
            assert!(refused.json()["reauth_url"].as_str().unwrap().starts_with(&app.url));
        }
    }

    async fn every_sign_in_method_of_the_admins_telegram_works(app: App) {
        let chat = app.say(&admin(), "/signin").await;
        let link = crate::support::chat::last(&chat).buttons[0][0].url().unwrap().to_owned();
        let mut reader = Reader::new(&app, "en");
        reader.get(&link).await;
        let page = reader.get("/web/sign-in/link").await;
        let account = between(&page.text, "name=\"account\" value=\"", "\"").to_owned();
        reader.post("/web/sign-in/link", &[("account", &account), ("next", "")]).await;
        let cookie = format!("nb_refresh={}", reader.cookies["nb_refresh"]);
        let mut by_link = Browser { cookie: Some(cookie), ..app.browser() };
        by_link.refresh().await;
        let mut by_bot = app.browser();
        let request = by_bot.post("auth/telegram/start", json!({})).await.json();
        app.say(&admin(), &format!("/start signin_{}", request["code"].as_str().unwrap())).await;
        app.tap(&admin(), &request["match"].to_string()).await;
        by_bot.post("auth/telegram/poll", json!({"poll_token": request["poll_token"]})).await;
        let by_widget = app.signed_in(&admin()).await;
        for mut session in [by_link, by_bot, by_widget] {
            assert_eq!(session.get("admin/broadcasts").await.status, 200);
            assert_eq!(session.post("admin/broadcasts", json!({"texts": {"en": {"html": "Hi"}}})).await.status, 201);
        }
    }

    async fn an_old_session_reads_and_does_nothing(app: App) {
        let mut ada = app.signed_in(&admin()).await;
        ada.post("admin/broadcasts", json!({"texts": {"en": {"html": "Hi"}}})).await;
        app.clock.pass(900);
        ada.refresh().await;
        assert_eq!(ada.get("admin/broadcasts/1").await.status, 200);
        for act in ["start", "pause", "resume", "cancel", "recall", "retract"] {
            let refused = ada.post(&format!("admin/broadcasts/1/{act}"), json!({"recipients": 1})).await;
            assert_eq!(refused.problem(), "403 Sign in again (reauth_required)", "{act}");
        }
        assert_eq!(ada.patch("admin/broadcasts/1", json!({"paid": false})).await.problem(), "403 Sign in again (reauth_required)");
    }

    async fn all_admins_are_notified_when_one_starts(app: App) with [("NEURALBOX_ADMINS", "900,901")]; {
        let former = telegram_sandbox::Person::new(FORMER, "Eve");
        app.greet(&admin()).await;
        app.greet(&former).await;
        let mut eve = app.signed_in(&former).await;
        eve.post("admin/broadcasts", json!({"texts": {"en": {"html": "News"}}})).await;
        assert_eq!(eve.post("admin/broadcasts/1/start", json!({"recipients": 2})).await.status, 200);
        for person in [admin(), former] {
            let told = app.comes(&person, "started").await;
            assert!(told.html.contains("#1") && told.html.contains("901"), "{told:#?}");
        }
    }

    async fn a_scheduled_one_asks_for_its_author_again(app: App) with [("NEURALBOX_ADMINS", "900,901")]; {
        let former = telegram_sandbox::Person::new(FORMER, "Eve");
        app.greet(&admin()).await;
        app.greet(&former).await;
        let mut eve = app.signed_in(&former).await;
        let at = neuralbox_auth::model::time::Moment(app.clock.unix() + 3600);
        eve.post("admin/broadcasts", json!({"texts": {"en": {"html": "News"}}, "start_at": at})).await;
        let answer = eve.post("admin/broadcasts/1/start", json!({"recipients": 2})).await;
        assert_eq!(answer.json()["state"], "scheduled", "{answer:?}");
        app.service.stop().await;
        let other = app.another(&[("NEURALBOX_ADMINS", "900")]).await;
        app.clock.pass(3600);
        let told = app.comes(&admin(), "on hold").await;
        assert!(told.html.contains("#1"), "{told:#?}");
        let mut ada = Browser::new(&other.url);
        ada.sign_in(&app, &admin()).await;
        let held = ada.get("admin/broadcasts/1").await.json();
        assert_eq!((&held["state"], &held["counts"]["recipients"]), (&json!("paused"), &json!(0)), "{held}");
        assert_eq!(ada.post("admin/broadcasts/1/resume", json!({})).await.status, 200);
        app.comes(&admin(), "News").await;
        other.stop().await;
    }
}
