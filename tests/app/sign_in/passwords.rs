//! Passwords: reset by mail, and change.

use serde_json::json;

use crate::on_both;
use crate::support::mailbox::{PASSWORD, login, token_in};
use crate::support::{Answer, App, at_once};

const NEW: &str = "entirely new and long";
const WRONG: &str = "401 Invalid or expired token (wrong_password)";
const USED: &str = "400 Link is over (mail_link_used)";

async fn forgot(app: &App, email: &str) -> Answer {
    app.browser().post("auth/password/forgot", json!({"email": email})).await
}

async fn reset(app: &App, token: &str, password: &str) -> Answer {
    app.browser().post("auth/password/reset", json!({"token": token, "password": password})).await
}

on_both! {
    async fn forgotten_and_chosen_again(app: App) {
        app.confirmed("Ivan@example.com", PASSWORD, "Ivan").await;
        let mut before = app.signed_in_by_email("ivan@example.com", PASSWORD).await;
        let answer = forgot(&app, "IVAN@example.com").await;
        assert_eq!((answer.status, answer.json()), (202, json!({"email": "IVAN@example.com"})));
        let mail = app.mails_to("IVAN@example.com", 1).await.remove(0);
        assert_eq!(mail.subject, "Reset your password");
        assert!(mail.text.contains("Hello Ivan,"), "{}", mail.text);
        let token = token_in(&mail);
        let weak = reset(&app, &token, "password1").await;
        assert_eq!(weak.problem(), "422 Invalid fields (invalid_fields)\n  password: is one of the most common passwords: choose another");
        let own = reset(&app, &token, "I am ivan here").await;
        assert_eq!(own.problem(), "422 Invalid fields (invalid_fields)\n  password: must not contain your name or email address");

        let done = reset(&app, &token, NEW).await;
        assert_eq!((done.status, done.text.as_str()), (204, ""));
        assert!(done.cookies()[0].starts_with("nb_device="), "{done:?}");
        assert_eq!(before.get("me").await.problem(), "401 Invalid or expired token (session_ended)");
        assert_eq!(before.refresh().await.status, 401);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", PASSWORD).await.problem(), WRONG);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", NEW).await.status, 200);
        assert_eq!(reset(&app, &token, "yet another long one").await.problem(), USED);
        let told = app.mails_to("Ivan@example.com", 2).await.remove(1);
        assert_eq!(told.subject, "Your password was changed");
        assert!(!told.text.contains(NEW) && told.link("token=").is_none(), "{}", told.text);
    }

    async fn a_link_is_good_for_an_hour_and_a_change_ends_the_others(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        for _ in 0..3 {
            forgot(&app, "ivan@example.com").await;
        }
        let mails = app.mails_to("ivan@example.com", 4).await;
        let [first, second, third] = [1, 2, 3].map(|n| token_in(&mails[n]));
        app.posted().await;
        app.clock.pass(3599);
        assert_eq!(reset(&app, &first, NEW).await.status, 204);
        assert_eq!(reset(&app, &second, PASSWORD).await.problem(), USED, "a change revokes other pending links");
        app.clock.pass(1);
        assert_eq!(reset(&app, &third, PASSWORD).await.problem(), USED);
        forgot(&app, "ivan@example.com").await;
        // The fifth mail reports the change.
        let late = token_in(app.mails_to("ivan@example.com", 6).await.iter().rfind(|mail| mail.subject == "Reset your password").unwrap());
        app.posted().await;
        app.clock.pass(3600);
        assert_eq!(reset(&app, &late, PASSWORD).await.problem(), "400 Link is over (mail_link_expired)");
        assert_eq!(reset(&app, "x", PASSWORD).await.problem(), "400 Link is over (mail_link_unknown)");
        assert_eq!(login(&mut app.browser(), "ivan@example.com", NEW).await.status, 200);
    }

    async fn one_link_used_ten_times_at_once_sets_one_password(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        forgot(&app, "ivan@example.com").await;
        let token = token_in(&app.mails_to("ivan@example.com", 2).await[1]);
        let outcomes = at_once((0..10).map(|n| {
            let (app, token) = (app.clone(), token.clone());
            async move { reset(&app, &token, &format!("{NEW} {n}")).await.status }
        })).await;
        assert_eq!(outcomes.iter().filter(|status| **status == 204).count(), 1, "{outcomes:?}");
        let winner = outcomes.iter().position(|status| *status == 204).unwrap();
        assert_eq!(login(&mut app.browser(), "ivan@example.com", &format!("{NEW} {winner}")).await.status, 200);
    }

    async fn an_unknown_address_gets_no_mail_and_the_same_answer(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let (known, unknown) = (forgot(&app, "ivan@example.com").await, forgot(&app, "olga@example.com").await);
        assert_eq!((known.status, unknown.status, known.text.replace("ivan", "olga")), (202, 202, unknown.text));
        app.mails_to("ivan@example.com", 2).await;
        app.posted().await;
        assert!(app.sandbox.mails().iter().all(|mail| mail.to == ["ivan@example.com"]), "{:#?}", app.sandbox.mails());
    }

    async fn changed_by_a_person_who_knows_the_old_one(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let mut here = app.signed_in_by_email("ivan@example.com", PASSWORD).await;
        let mut there = app.signed_in_by_email("ivan@example.com", PASSWORD).await;
        forgot(&app, "ivan@example.com").await;
        let pending = token_in(&app.mails_to("ivan@example.com", 2).await[1]);
        let change = |old: &str, new: &str| json!({"old_password": old, "password": new});
        let wrong = here.post("auth/password/change", change("not mine", NEW)).await;
        assert_eq!(wrong.problem(), "422 Invalid fields (invalid_fields)\n  old_password: is not your password");
        let weak = here.post("auth/password/change", change(PASSWORD, "12345678")).await;
        assert_eq!(weak.problem(), "422 Invalid fields (invalid_fields)\n  password: is one of the most common passwords: choose another");
        assert_eq!(here.post("auth/password/change", change(PASSWORD, NEW)).await.status, 204);
        assert_eq!(here.get("me").await.status, 200, "the session of the change continues");
        assert_eq!(there.get("me").await.problem(), "401 Invalid or expired token (session_ended)");
        assert_eq!(reset(&app, &pending, PASSWORD).await.problem(), USED);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", NEW).await.status, 200);
        assert_eq!(app.mails_to("ivan@example.com", 3).await[2].subject, "Your password was changed");
    }

    async fn an_account_without_an_address_has_no_password(app: App) {
        let mut ivan = app.signed_in(&app.person("Ivan")).await;
        let answer = ivan.post("auth/password/change", json!({"old_password": "", "password": NEW})).await;
        assert_eq!(answer.problem(), "422 Invalid fields (invalid_fields)\n  old_password: is not your password");
    }
}
