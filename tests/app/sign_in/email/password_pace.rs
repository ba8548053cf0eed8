//! Pace of passwords and mails: right passwords count too, an account has a hundred sessions, and events share mails.

use serde_json::json;

use crate::on_both;
use crate::sign_in::email_accounts::execute;
use crate::support::mailbox::{PASSWORD, count, login};
use crate::support::{App, at_once};

const LIMITED: &str = "429 Rate limit exceeded (rate_limit_exceeded)";

on_both! {
    async fn right_passwords_count_at_a_kinder_pace(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1")]; {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        app.confirmed("olga@example.com", PASSWORD, "Olga").await;
        let statuses = at_once((0..40).map(|network| {
            let app = app.clone();
            async move {
                let mut browser = app.browser();
                let body = json!({"email": "ivan@example.com", "password": PASSWORD});
                let request = browser.request(reqwest::Method::POST, "auth/login").json(&body);
                let answer = browser.send(request.header("x-forwarded-for", format!("198.51.{network}.1"))).await;
                (answer.status, answer.header("retry-after").to_owned())
            }
        })).await;
        let with = |status: u16| statuses.iter().filter(|(found, _)| *found == status).count();
        assert_eq!((with(200), with(429)), (30, 10), "{statuses:?}");
        assert!(statuses.iter().all(|(status, after)| *status == 200 || after == "20"), "{statuses:?}");
        assert_eq!(login(&mut app.browser(), "olga@example.com", PASSWORD).await.status, 200, "another account");
        app.clock.pass(20);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", PASSWORD).await.status, 200);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", PASSWORD).await.problem(), LIMITED);
    }

    async fn wrong_ones_leave_the_owners_pace_alone(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1")]; {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        for network in 0..5 {
            for _ in 0..10 {
                let mut browser = app.browser();
                let body = json!({"email": "ivan@example.com", "password": "a guess of mine"});
                let request = browser.request(reqwest::Method::POST, "auth/login").json(&body);
                let answer = browser.send(request.header("x-forwarded-for", format!("203.0.{network}.1"))).await;
                assert_eq!(answer.status, 401, "{answer:?}");
            }
        }
        assert_eq!(login(&mut app.browser(), "ivan@example.com", PASSWORD).await.status, 200);
    }

    async fn a_flood_from_five_networks_leaves_a_slot_to_a_sixth(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1")]; {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let from = |address: String, password: &'static str, network: String| {
            let mut browser = app.browser();
            let body = json!({"email": address, "password": password});
            let request = browser.request(reqwest::Method::POST, "auth/login").json(&body);
            async move { browser.send(request.header("x-forwarded-for", network)).await.status }
        };
        let flood = (0..150).map(|number| {
            from(format!("nobody{number}@example.com"), "a guess of mine", format!("203.0.{}.1", number % 5))
        });
        let owners = (0..3).map(|number| from("ivan@example.com".to_owned(), PASSWORD, format!("198.51.{number}.1")));
        let (flooded, owners) = futures::future::join(at_once(flood), at_once(owners)).await;
        assert_eq!(owners, [200, 200, 200], "{flooded:?}");
        assert!(flooded.iter().all(|status| [401, 503].contains(status)), "{flooded:?}");
    }

    async fn the_oldest_of_a_hundred_sessions_ends(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let mut olgas = app.signed_in(&olga).await;
        let mut browsers = Vec::new();
        for _ in 0..101 {
            browsers.push(app.signed_in(&ivan).await);
        }
        let open = "select count(*) from session where account_id = 2 and ended_at is null";
        assert_eq!(count(&app.database_url, open).await, 100);
        assert_eq!(browsers[0].get("me").await.problem(), "401 Invalid or expired token (session_ended)");
        for place in [1, 50, 100] {
            assert_eq!(browsers[place].get("me").await.status, 200, "session {place}");
        }
        assert_eq!(olgas.get("me").await.status, 200, "another account");
        // Sessions of another way in count as well, and one write brings too many back to a hundred.
        execute(&app.database_url, "update session set ended_at = null where account_id = 2").await;
        assert_eq!(count(&app.database_url, open).await, 101);
        app.signed_in(&ivan).await;
        assert_eq!(count(&app.database_url, open).await, 100);
    }

    async fn many_changes_are_two_mails_and_have_a_pace(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let mut ivan = app.signed_in_by_email("ivan@example.com", PASSWORD).await;
        let mut old = PASSWORD.to_owned();
        for number in 0..10 {
            let new = format!("entirely new and long {number}");
            let answer = ivan.post("auth/password/change", json!({"old_password": old, "password": new})).await;
            assert_eq!(answer.status, 204, "{answer:?}");
            if number == 0 {
                app.mails_to("ivan@example.com", 2).await;
            }
            old = new;
        }
        let change = json!({"old_password": old, "password": "one more that is long"});
        let limited = ivan.post("auth/password/change", change).await;
        assert_eq!((limited.problem().as_str(), limited.header("retry-after")), (LIMITED, "360"));
        let waiting = "select count(*) from mail where times = 9 and kind = 'password_changed'";
        assert_eq!(count(&app.database_url, waiting).await, 1, "the other nine wait in one mail");
        app.clock.pass(3599);
        app.domain.purge().await.unwrap();
        assert_eq!(count(&app.database_url, waiting).await, 1, "not before the hour is over");
        app.clock.pass(1);
        let mails = app.mails_to("ivan@example.com", 3).await;
        assert!(!mails[1].text.contains("times") && mails[2].text.contains("It was changed 9 times"), "{mails:#?}");
        app.posted().await;
    }

    async fn registering_an_address_with_an_account_sends_its_owner_one_mail_an_hour(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        for _ in 0..4 {
            assert_eq!(app.register("ivan@example.com", "a guess of mine", "Eve").await.status, 202);
            app.posted().await;
        }
        let mails = app.mails_to("ivan@example.com", 2).await;
        assert_eq!(mails[1].subject, "You already have an account");
        app.clock.pass(3600);
        assert_eq!(app.register("IVAN@example.com", "a guess of mine", "Eve").await.status, 202);
        assert_eq!(app.mails_to("IVAN@example.com", 1).await[0].subject, "You already have an account");
    }

    async fn a_change_that_failed_does_not_count(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let mut ivan = app.signed_in_by_email("ivan@example.com", PASSWORD).await;
        for _ in 0..9 {
            ivan.post("auth/password/change", json!({"old_password": "a guess", "password": "entirely new and long"})).await;
        }
        let mut old = PASSWORD.to_owned();
        for number in 0..10 {
            let new = format!("entirely new and long {number}");
            assert_eq!(ivan.post("auth/password/change", json!({"old_password": old, "password": new})).await.status, 204);
            old = new;
        }
    }

    async fn one_account_asks_for_few_mails(app: App) {
        let mut ivan = app.signed_in(&app.person("Ivan")).await;
        for number in 0..10 {
            let ask = ivan.post("identities/email", json!({"email": format!("address{number}@example.com")})).await;
            assert_eq!(ask.status, 202, "{ask:?}");
        }
        assert_eq!(ivan.post("identities/email", json!({"email": "one.more@example.com"})).await.problem(), LIMITED);
        let mut olga = app.signed_in(&app.person("Olga")).await;
        assert_eq!(olga.post("identities/email", json!({"email": "olga@example.com"})).await.status, 202);
    }
}
