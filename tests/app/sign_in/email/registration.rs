//! Registration of email accounts and verification of their address.

use std::collections::BTreeSet;

use serde_json::json;

use crate::on_both;
use crate::support::mailbox::{PASSWORD, count, login, token_in};
use crate::support::{App, at_once};

const WRONG: &str = "401 Invalid or expired token (wrong_password)";
const USED: &str = "400 Link is over (mail_link_used)";

async fn verify(app: &App, token: &str) -> Result<String, String> {
    let answer = app.browser().post("auth/email/verify", json!({"token": token, "password": PASSWORD})).await;
    if answer.status == 200 { Ok(answer.json()["email"].as_str().unwrap().to_owned()) } else { Err(answer.problem()) }
}

on_both! {
    async fn from_the_form_to_the_session(app: App) {
        let answer = app.register("Ivan.P@Example.COM", PASSWORD, "Ivan Petrov").await;
        assert_eq!((answer.status, answer.json()), (202, json!({"email": "Ivan.P@example.com"})));
        let [mail] = app.mails_to("Ivan.P@example.com", 1).await.try_into().unwrap();
        assert_eq!((mail.subject.as_str(), mail.from.as_str()), ("Confirm your email address", "no-reply@neuralbox.example"));
        let token = token_in(&mail);
        let steady = |text: &str| text.replace(&token, "TOKEN").replace(&app.url, "http://HERE");
        insta::allow_duplicates! {
            insta::assert_snapshot!(steady(&mail.text), @"
            Hello,

            Someone signed up for NeuralBox with this address. If that was you, confirm it, and you can sign in.

            Confirm address:
            http://HERE/web/email/verify?token=TOKEN

            The link works once and expires in 24 hours. Got more than one of these emails? Each belongs to its own sign-up: compare the time and place below with yours. If this wasn’t you, ignore this email: no account is created unless you confirm.

            Requested from: unknown program · 127.0.0.x, 23 Nov 2026, 12:00 UTC

            -- 
            NeuralBox Auth, http://HERE. You’re getting this email because someone entered this address there. Replies aren’t monitored.
            ");
        }
        assert!(mail.html.contains(&token) && mail.raw.contains("Auto-Submitted: auto-generated"), "{}", mail.raw);
        assert!(mail.raw.contains("Date: Mon, 23 Nov 2026 12:00:00 +0000") && mail.raw.contains("Message-ID: <"), "{}", mail.raw);

        let mut browser = app.browser();
        assert_eq!(login(&mut browser, "ivan.p@example.com", PASSWORD).await.problem(), WRONG, "an unverified address cannot sign in");
        assert_eq!(verify(&app, &token).await, Ok("Ivan.P@example.com".to_owned()));
        let answer = login(&mut browser, "ivan.p@example.com", PASSWORD).await;
        let body = answer.json();
        let names: BTreeSet<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["access_token", "expires_in", "token_type", "user"]));
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(900)));
        assert_eq!(body["user"], json!({"id": 1, "name": "Ivan Petrov", "plan": "free", "token_balance": 100}));
        let cookies = answer.cookies();
        assert!(cookies.iter().any(|cookie| cookie.starts_with("nb_refresh=") && cookie.ends_with("; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax")), "{cookies:?}");
        assert!(cookies.iter().any(|cookie| cookie.starts_with("nb_device=") && cookie.ends_with("; Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax")), "{cookies:?}");
        let identities = browser.get("me").await.json()["identities"].clone();
        assert_eq!(identities, json!([{"kind": "email", "subject": "ivan.p@example.com", "label": "Ivan.P@example.com"}]));
        assert_eq!(browser.refresh().await.status, 200);
        assert_eq!(browser.get("usage").await.json()["entries"][0]["tokens"], 100, "the ledger has the welcome tokens");
    }

    async fn a_link_is_good_once_for_a_day_and_looking_spends_nothing(app: App) {
        app.register("ivan@example.com", PASSWORD, "Ivan").await;
        app.register("olga@example.com", PASSWORD, "Olga").await;
        let (ivans, olgas) = (token_in(&app.mails_to("ivan@example.com", 1).await[0]), token_in(&app.mails_to("olga@example.com", 1).await[0]));
        assert_ne!(ivans, olgas);
        app.clock.pass(86_399);
        assert_eq!(verify(&app, &ivans).await, Ok("ivan@example.com".to_owned()));
        assert_eq!(verify(&app, &ivans).await, Err(USED.to_owned()));
        app.clock.pass(1);
        assert_eq!(verify(&app, &olgas).await, Err("400 Link is over (mail_link_expired)".to_owned()));
        for token in ["", "x", &ivans[1..], &"A".repeat(43)] {
            assert_eq!(verify(&app, token).await, Err("400 Link is over (mail_link_unknown)".to_owned()), "{token}");
        }
        let reset = app.browser().post("auth/password/reset", json!({"token": ivans, "password": "another long one"})).await;
        assert_eq!(reset.problem(), "400 Link is over (mail_link_unknown)", "the token is of another kind");
        app.clock.pass(2 * 86_400);
        app.domain.purge().await.unwrap();
        assert_eq!(verify(&app, &ivans).await, Err("400 Link is over (mail_link_unknown)".to_owned()), "the token is purged");
    }

    async fn who_registers_twice_has_two_links_and_one_account(app: App) {
        let (first, second) = (app.register("ivan@example.com", PASSWORD, "Ivan").await, app.register("IVAN@example.com", "another long one", "Eve").await);
        assert_eq!((first.status, second.status), (202, 202));
        let first = token_in(&app.mails_to("ivan@example.com", 1).await[0]);
        let second = token_in(&app.mails_to("IVAN@example.com", 1).await[0]);
        let verified = at_once([first, second].map(|token| {
            let app = app.clone();
            async move { verify(&app, &token).await }
        })).await;
        assert_eq!(verified.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{verified:?}");
        assert!(verified.contains(&Err(USED.to_owned())), "{verified:?}");
        assert_eq!(count(&app.database_url, "select count(*) from account").await, 1);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", PASSWORD).await.status, 200, "the person who opened the mail chose the password");
        assert_eq!(login(&mut app.browser(), "ivan@example.com", "another long one").await.problem(), WRONG);
    }

    async fn one_link_opened_ten_times_at_once_makes_one_account(app: App) {
        app.register("ivan@example.com", PASSWORD, "Ivan").await;
        let token = token_in(&app.mails_to("ivan@example.com", 1).await[0]);
        let verified = at_once((0..10).map(|_| {
            let (app, token) = (app.clone(), token.clone());
            async move { verify(&app, &token).await }
        })).await;
        assert_eq!(verified.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{verified:?}");
        assert_eq!(count(&app.database_url, "select count(*) from account").await, 1);
    }

    async fn registering_an_address_that_has_an_account_reveals_nothing(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let known = app.register("Ivan@example.com", "a guess of mine", "Eve").await;
        let unknown = app.register("olga@example.com", "a guess of mine", "Eve").await;
        assert_eq!((known.status, unknown.status), (202, 202));
        assert_eq!(known.text.replace("Ivan@", "olga@"), unknown.text);
        let [mail] = app.mails_to("Ivan@example.com", 1).await.try_into().unwrap();
        assert_eq!(mail.subject, "You already have an account");
        assert!(mail.text.contains("Hello Ivan,") && !mail.text.contains("Eve") && mail.link("token=").is_none(), "{}", mail.text);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", "a guess of mine").await.problem(), WRONG);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", PASSWORD).await.status, 200, "the password is unchanged");
    }

    async fn all_faults_are_reported_at_once(app: App) {
        let answer = app.register("ivan@", "short", " ").await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.problem(), @"
            422 Invalid fields (invalid_fields)
              email: must end in a domain name like example.com
              name: must have 1 to 128 characters and no control characters
              password: must have at least 8 characters
            ");
        }
        let password = async |password: &str| app.register("ivan.petrov@example.com", password, "Ivan P").await.problem();
        let common = "422 Invalid fields (invalid_fields)\n  password: is one of the most common passwords: choose another";
        assert_eq!(password("Password123").await, common);
        let own = "422 Invalid fields (invalid_fields)\n  password: must not contain your name or email address";
        assert_eq!(password("2x IVAN.PETROV").await, own);
        assert_eq!(password(&"xy".repeat(129)).await, "422 Invalid fields (invalid_fields)\n  password: must have at most 256 characters");
        assert_eq!(app.browser().post("auth/register", json!({"email": "a@b.com"})).await.problem(), "422 Invalid fields (invalid_fields)\n  name: is missing\n  password: is missing");
        let huge = app.register("ivan@example.com", &"x".repeat(10 * 1024 * 1024), "Ivan").await;
        assert_eq!(huge.problem(), "413 Payload too large (payload_too_large)");
        assert!(app.sandbox.mails().is_empty());
    }

    async fn nothing_gets_into_a_mails_header(app: App) {
        for email in ["ivan@example.com\r\nBcc: olga@example.com", "ivan@example.com,olga@example.com", "\"a\\\"\r\nBcc: x\"@example.com", "ivan\u{2028}@example.com"] {
            assert_eq!(app.register(email, PASSWORD, "Ivan").await.status, 422, "{email}");
            assert_eq!(app.browser().post("auth/password/forgot", json!({"email": email})).await.status, 422, "{email}");
        }
        app.register("ivan@example.com", PASSWORD, "Ivan\r\nBcc: olga@example.com").await;
        app.confirmed("ivan@example.com", PASSWORD, "Ivan Bcc: olga@example.com <b>\u{431}</b>").await;
        app.browser().post("auth/password/forgot", json!({"email": "ivan@example.com"})).await;
        let mails = app.mails_to("ivan@example.com", 2).await;
        for mail in &mails {
            let head = mail.raw.split("\r\n\r\n").next().unwrap();
            assert!(!head.contains("Bcc") && mail.to == ["ivan@example.com"], "{head}");
        }
        assert!(mails[1].html.contains("Hello Ivan Bcc: olga@example.com &#60;b&#62;\u{431}&#60;/b&#62;,"), "{}", mails[1].html);
    }

    async fn in_russian_for_people_who_speak_it(app: App) {
        let ask = json!({"email": "ivan@example.com", "password": PASSWORD, "name": "Иван"});
        let browser = app.browser();
        let request = browser.request(reqwest::Method::POST, "auth/register").json(&ask).header("accept-language", "ru-RU,ru");
        assert_eq!(browser.clone().send(request).await.status, 202);
        let mail = &app.mails_to("ivan@example.com", 1).await[0];
        assert!(mail.subject == "Подтвердите адрес почты" && mail.text.starts_with("Здравствуйте!"), "{mail:#?}");
        app.browser().post("auth/email/verify", json!({"token": token_in(mail), "password": PASSWORD})).await;
        app.browser().post("auth/password/forgot", json!({"email": "ivan@example.com"})).await;
        assert_eq!(app.mails_to("ivan@example.com", 2).await[1].subject, "Новый пароль для NeuralBox", "the account's language is stored");
    }

    async fn without_a_mail_server_there_are_none(app: App) with [("SMTP_URL", ""), ("MAIL_FROM", "")]; {
        let off = "403 Email accounts are off (email_disabled)";
        assert_eq!(app.register("ivan@example.com", PASSWORD, "Ivan").await.problem(), off);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", PASSWORD).await.problem(), off);
        assert_eq!(verify(&app, "x").await, Err(off.to_owned()));
        assert_eq!(app.browser().post("auth/password/forgot", json!({"email": "ivan@example.com"})).await.problem(), off);
        assert_eq!(app.browser().post("auth/password/reset", json!({"token": "x", "password": PASSWORD})).await.problem(), off);
        let mut ivan = app.signed_in(&app.person("Ivan")).await;
        assert_eq!(ivan.post("auth/password/change", json!({"old_password": "x", "password": PASSWORD})).await.problem(), off);
    }
}
