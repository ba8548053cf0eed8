//! Faults of the mail server. No mail is lost, and everything else keeps working.

use serde_json::json;
use telegram_sandbox::MailFault;

use crate::on_both;
use crate::support::App;
use crate::support::mailbox::{PASSWORD, count, token_in};

on_both! {
    async fn a_server_that_wants_to_be_asked_again_is(app: App) {
        app.sandbox.inject_mail_fault(MailFault::Greylist, 2);
        app.register("ivan@example.com", PASSWORD, "Ivan").await;
        let mail = app.mail_in_the_end("ivan@example.com").await;
        assert_eq!(app.sandbox.pending_mail_faults(), 0);
        let answer = app.browser().post("auth/email/verify", json!({"token": token_in(&mail), "password": PASSWORD})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    async fn a_line_that_breaks_loses_nothing(app: App) {
        for fault in [MailFault::CutInData, MailFault::Away, MailFault::BadLogin] {
            app.sandbox.inject_mail_fault(fault, 1);
        }
        app.register("ivan@example.com", PASSWORD, "Ivan").await;
        let mail = app.mail_in_the_end("ivan@example.com").await;
        assert_eq!(app.browser().post("auth/email/verify", json!({"token": token_in(&mail), "password": PASSWORD})).await.status, 200);
    }

    async fn a_mail_that_may_have_arrived_is_sent_again_and_both_links_are_good(app: App) {
        app.sandbox.inject_mail_fault(MailFault::CutAfterData, 1);
        app.confirmed_slowly("ivan@example.com").await;
    }

    async fn one_that_is_refused_permanently_is_abandoned(app: App) {
        app.sandbox.inject_mail_fault(MailFault::NoSuchUser, 1);
        app.register("nobody@example.com", PASSWORD, "Ivan").await;
        app.posted().await;
        assert!(app.sandbox.mails().is_empty());
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
    }

    async fn one_that_cannot_be_sent_for_three_days_is_abandoned(app: App) {
        app.sandbox.inject_mail_fault(MailFault::Greylist, 10_000);
        app.register("ivan@example.com", PASSWORD, "Ivan").await;
        app.sandbox.wait_for(|sandbox| (sandbox.pending_mail_faults() < 10_000).then_some(())).await.unwrap();
        app.clock.pass(3 * 86_400);
        // The attempt in flight counts as recent, so one more attempt follows.
        while count(&app.database_url, "select count(*) from mail").await > 0 {
            app.clock.pass(10);
        }
        assert!(app.sandbox.mails().is_empty());
    }

    async fn without_the_server_everything_else_works(app: App) with [("SMTP_URL", "smtp://127.0.0.1:9")]; {
        let answer = app.register("ivan@example.com", PASSWORD, "Ivan").await;
        assert_eq!(answer.status, 202);
        let readiness = loop {
            let readiness = app.browser().get("/readyz?exclude=telegram").await;
            if readiness.json()["checks"]["mail"].is_string() {
                break readiness;
            }
        };
        assert_eq!(readiness.status, 200, "{readiness:?}");
        assert!(readiness.json()["checks"]["mail"].as_str().unwrap().starts_with("the server is unreachable"), "{readiness:?}");
        assert_eq!(count(&app.database_url, "select count(*) from mail").await, 1, "the mail stays in the queue");
        app.signed_in(&app.person("Olga")).await;
        // Another instance with a working mail server sends it.
        app.service.stop().await;
        let other = app.another(&[("SMTP_URL", &app.smtp_url)]).await;
        app.mail_in_the_end("ivan@example.com").await;
        other.stop().await;
    }

    async fn what_is_in_flight_is_finished_when_the_program_stops_and_the_rest_is_left(app: App) {
        app.sandbox.inject_mail_fault(MailFault::Silence, 1);
        app.register("ivan@example.com", PASSWORD, "Ivan").await;
        app.sandbox.wait_for(|sandbox| (sandbox.pending_mail_faults() == 0).then_some(())).await.unwrap();
        app.service.stop().await;
        assert_eq!(count(&app.database_url, "select count(*) from mail").await, 1);
        let other = app.another(&[]).await;
        app.clock.pass(181);
        app.mail_in_the_end("ivan@example.com").await;
        other.stop().await;
    }

    async fn two_instances_send_each_mail_once(app: App) {
        let other = app.another(&[]).await;
        for n in 0..20 {
            assert_eq!(app.register(&format!("person{n}@example.com"), PASSWORD, "Ivan").await.status, 202);
        }
        app.sandbox.wait_for(|sandbox| (sandbox.mails().len() >= 20).then_some(())).await.unwrap();
        app.posted().await;
        assert_eq!(app.sandbox.mails().len(), 20);
        other.stop().await;
    }

    async fn who_logs_in_to_send_does_so_as_the_settings_say(app: App) {
        let url = app.smtp_url.replace("smtp://", "smtp://post%40example.com:p%40ss%3Aword@");
        app.service.stop().await;
        let other = app.another(&[("SMTP_URL", &url)]).await;
        let ask = json!({"email": "ivan@example.com", "password": PASSWORD, "name": "Ivan"});
        reqwest::Client::new().post(format!("{}/api/v2/auth/register", other.url)).json(&ask).send().await.unwrap();
        let mail = app.sandbox.wait_for_mail(1).await.unwrap();
        assert_eq!(mail.login, Some(("post@example.com".to_owned(), "p@ss:word".to_owned())));
        other.stop().await;
    }
}

impl App {
    async fn confirmed_slowly(&self, email: &str) {
        self.register(email, PASSWORD, "Ivan").await;
        let first = self.mails_to(email, 1).await.remove(0);
        let mut patience = tokio::time::interval(std::time::Duration::from_millis(50));
        while self.sandbox.mails().len() < 2 {
            patience.tick().await;
            self.clock.pass(5);
        }
        let second = self.mails_to(email, 2).await.remove(1);
        assert_ne!(token_in(&first), token_in(&second));
        let verify = async |token: String| {
            self.browser().post("auth/email/verify", json!({"token": token, "password": PASSWORD})).await.status
        };
        assert_eq!(
            (verify(token_in(&first)).await, verify(token_in(&second)).await),
            (200, 400),
            "either link works, and only one of them"
        );
    }
}
