//! Warnings about new sign-ins, answered by the person.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::chat::{last, shown, warnings};
use crate::support::{App, Browser, russian};
use crate::{is_warned, on_both};

on_both! {
    async fn a_sign_in_causes_a_notice_and_was_me_settles_it(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let chat = app.warned(&ivan, 1).await;
        is_warned!(chat, @"
        🔔 <b>New sign-in</b>

        unknown program, from 127.0.0.x
        [✅ It was me] [🚫 End session]
        ");
        let chat = app.tap(&ivan, "✅ It was me").await;
        is_warned!(chat, @"
        🔔 <b>New sign-in</b>

        unknown program, from 127.0.0.x

        ✅ Got it, it was you.
        [📱 Sessions] [‹ Menu]
        ");
        assert_eq!(browser.get("me").await.status, 200);
    }

    async fn end_session_ends_it_at_once(app: App) {
        let maria = app.chatting(russian(app.person("Мария")), "vip").await;
        let mut browser = app.signed_in(&maria).await;
        let chat = app.warned(&maria, 1).await;
        is_warned!(chat, @"
        🔔 <b>Новый вход</b>

        unknown program, сеть 127.0.0.x
        [✅ Это я] [🚫 Завершить сеанс]
        ");
        let warning = warnings(&chat)[0].id;
        for _ in 0..3 {
            app.sandbox.tap(&maria, warning, "🚫 Завершить сеанс").unwrap();
        }
        app.settled().await;
        is_warned!(app.sandbox.chat(maria.id), @"
        🔔 <b>Новый вход</b>

        unknown program, сеть 127.0.0.x

        🚫 Сеанс завершён, посторонний больше не в аккаунте.

        Проверьте остальные сеансы: http://HERE/web/profile/sessions
        [📱 Сеансы] [‹ Меню]
        ");
        assert_eq!(browser.get("me").await.problem(), "401 Invalid or expired token (session_ended)");
        assert_eq!(browser.refresh().await.status, 401);
    }

    async fn the_sign_in_that_creates_an_account_causes_no_notice_and_the_next_one_does(app: App) {
        let ivan = app.person("Ivan");
        app.sandbox.allow_chats([ivan.id]);
        let mut first = app.signed_in(&ivan).await;
        app.signed_in_with(&ivan, "curl/8").await;
        app.warned(&ivan, 1).await;
        app.tap(&ivan, "🚫 End session").await;
        assert_eq!(first.get("me").await.status, 200, "the warning was about the second session");
        app.signed_in_with(&ivan, "wget/1").await;
        app.warned(&ivan, 2).await;
    }

    async fn a_session_that_ended_before_is_reported_as_ended(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        app.warned(&ivan, 1).await;
        browser.post("auth/logout", json!({})).await;
        let chat = app.tap(&ivan, "✅ It was me").await;
        assert!(warnings(&chat)[0].text.ends_with("This session has already ended."), "{chat:#?}");
    }

    async fn somebody_elses_session_is_not_theirs_to_end(app: App) {
        let (ivan, olga) = (app.chatting(app.person("Ivan"), "vip").await, app.chatting(app.person("Olga"), "vip").await);
        let mut browser = app.signed_in(&ivan).await;
        app.sandbox.push_update(json!({"callback_query": {
            "id": "7001", "chat_instance": "1", "data": "v1:notme:1",
            "from": {"id": olga.id, "is_bot": false, "first_name": "Olga", "username": olga.username},
        }}));
        app.settled().await;
        assert_eq!(browser.get("me").await.status, 200);
        assert_eq!(last(&app.sandbox.chat(olga.id)).text, "This session has already ended.");
    }

    async fn every_new_device_is_reported_once_and_a_known_one_never(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        for agent in ["one/1", "two/1", "one/1", "three/1", "two/1", "four/1", "five/1", "one/1"] {
            app.signed_in_with(&ivan, agent).await;
        }
        app.warned(&ivan, 5).await;
    }

    async fn a_known_device_in_a_new_network_causes_a_notice(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1")]; {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        for network in ["203.0.113.5", "203.0.113.77", "198.51.100.1", "203.0.113.9"] {
            let mut browser = app.browser();
            let request = browser.request(Method::POST, "auth/telegram").header("x-forwarded-for", network);
            let answer = browser.send(request.json(&app.widget_of(&ivan))).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        app.warned(&ivan, 2).await;
    }

    async fn a_source_rejected_by_its_owner_causes_a_notice_again(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.signed_in_with(&ivan, "thief/1").await;
        app.warned(&ivan, 1).await;
        app.tap(&ivan, "🚫 End session").await;
        app.signed_in_with(&ivan, "thief/1").await;
        app.warned(&ivan, 2).await;
        app.tap(&ivan, "✅ It was me").await;
        app.signed_in_with(&ivan, "thief/1").await;
        app.signed_in_with(&ivan, "other/1").await;
        app.warned(&ivan, 3).await;
    }

    async fn a_link_from_the_chat_becomes_the_sign_in_that_used_it_and_can_be_ended_there(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.clock.pass(60);
        let chat = app.say(&ivan, "/signin").await;
        let text = format!("{:?}", last(&chat));
        let token = text.split("?token=").nth(1).unwrap();
        let token: String = token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        let client = app.browser();
        let form = |body: &'static str| client.client.post(format!("{}/web/sign-in/link", app.url))
            .header("cookie", format!("nb_sign_in_link={token}")).header("origin", &app.url)
            .header("user-agent", "thief/1").header("content-type", "application/x-www-form-urlencoded").body(body);
        assert_eq!(form("account=1").send().await.unwrap().status(), 303);
        let shown_in = last(&chat).id;
        let done = app.comes(&ivan, "</b> is signed in").await;
        assert!(done.id == shown_in && done.text.contains("thief/1"), "the message of the link: {done:#?}");
        app.clock.pass(200);
        assert!(app.domain.lease_secret_messages(9).await.unwrap().is_empty(), "it is not deleted");
        let chat = app.tap(&ivan, "🚫 End session").await;
        assert!(shown(&warnings(&chat)[0]).contains("Session ended."), "{chat:#?}");
        let open = app.signed_in(&ivan).await.get("sessions").await.json();
        assert_eq!(open["sessions"].as_array().unwrap().len(), 1, "only the new one: {open}");
    }

    async fn a_number_that_was_tapped_becomes_the_sign_in_without_a_notice(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.clock.pass(60);
        let (mut client, told) = asking(&app).await;
        let chat = app.say(&ivan, &format!("/start signin_{}", told["code"].as_str().unwrap())).await;
        let asked_in = last(&chat).id;
        app.tap(&ivan, &told["match"].to_string()).await;
        let poll = json!({"poll_token": told["poll_token"]});
        assert_eq!(client.post("auth/telegram/poll", poll).await.status, 200);
        let done = app.comes(&ivan, "is signed in").await;
        assert_eq!(done.id, asked_in);
        assert!(warnings(&app.sandbox.chat(ivan.id)).is_empty(), "no alarm about their own act");
        assert!(done.button("🚫 End session").is_some() && done.button("📱 Sessions").is_some(), "{done:#?}");
    }

    async fn an_approval_whose_message_was_deleted_comes_in_a_new_message(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let (mut client, told) = asking(&app).await;
        let chat = app.say(&ivan, &format!("/start signin_{}", told["code"].as_str().unwrap())).await;
        let asked_in = last(&chat).id;
        app.tap(&ivan, &told["match"].to_string()).await;
        app.sandbox.delete(ivan.id, asked_in);
        let poll = json!({"poll_token": told["poll_token"]});
        assert_eq!(client.post("auth/telegram/poll", poll).await.status, 200);
        let done = app.comes(&ivan, "is signed in").await;
        assert!(done.id > asked_in, "a sign-in must not pass unseen: {done:#?}");
    }
}

/// Starts a bot sign-in in a browser; returns the browser and what it shows.
async fn asking(app: &App) -> (Browser, Value) {
    let mut browser = app.browser();
    let started = browser.send(browser.request(Method::POST, "auth/telegram/start")).await;
    (browser, started.json())
}
