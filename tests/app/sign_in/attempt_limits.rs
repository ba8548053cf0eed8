//! Attempt limits of password guessing. They slow attackers down without locking the owner out.

use serde_json::json;

use crate::on_both;
use crate::support::mailbox::{PASSWORD, login, token_in};
use crate::support::{Answer, App, Browser, at_once};

/// Signs in from a network, optionally with a device cookie.
async fn from(app: &App, network: &str, password: &str, device: Option<&str>) -> Answer {
    let mut browser = app.browser();
    let body = json!({"email": "ivan@example.com", "password": password});
    let request = browser.request(reqwest::Method::POST, "auth/login").json(&body).header("x-forwarded-for", network);
    let request = device.into_iter().fold(request, |request, device| request.header("cookie", device));
    browser.send(request).await
}

fn device(answer: &Answer) -> String {
    let cookie = answer.cookies().into_iter().find(|cookie| cookie.starts_with("nb_device=")).unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

const PROXY: (&str, &str) = ("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1");

on_both! {
    async fn a_stranger_who_guesses_locks_nobody_out(app: App) with [PROXY]; {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let device = device(&from(&app, "203.0.113.9", PASSWORD, None).await);
        for _ in 0..10 {
            assert_eq!(from(&app, "198.51.100.1", "a guess of mine", None).await.status, 401);
        }
        let limited = from(&app, "198.51.100.77", "a guess of mine", None).await;
        assert_eq!(limited.problem(), "429 Rate limit exceeded (rate_limit_exceeded)");
        assert_eq!(limited.header("retry-after"), "60");
        assert_eq!(from(&app, "198.51.100.1", PASSWORD, None).await.status, 429, "here even the right password is refused");
        assert_eq!(from(&app, "203.0.113.9", PASSWORD, None).await.status, 200, "another network is unaffected");
        assert_eq!(from(&app, "198.51.100.1", PASSWORD, Some(&device)).await.status, 200, "a known browser is counted apart");
        let several = format!("nb_device=; nb_device=x; city=Z\u{fc}rich; {device}");
        assert_eq!(from(&app, "198.51.100.1", PASSWORD, Some(&several)).await.status, 200, "and by any of its marks");
        app.clock.pass(60);
        assert_eq!(from(&app, "198.51.100.1", PASSWORD, None).await.status, 200, "the limit recovers with time");
    }

    async fn many_strangers_together_are_slowed_and_the_owner_signs_in(app: App) with [PROXY]; {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let device = device(&from(&app, "203.0.113.9", PASSWORD, None).await);
        let mut guesses = 0;
        for n in 0..12 {
            for _ in 0..10 {
                guesses += usize::from(from(&app, &format!("198.51.{n}.1"), "a guess of mine", None).await.status == 401);
            }
        }
        assert_eq!(guesses, 100);
        assert_eq!(from(&app, "192.0.2.1", PASSWORD, None).await.status, 429, "an unknown browser must wait");
        assert_eq!(from(&app, "192.0.2.1", PASSWORD, Some(&device)).await.status, 200);
        // A password reset also makes the browser a known device.
        app.browser().post("auth/password/forgot", json!({"email": "ivan@example.com"})).await;
        let token = token_in(&app.mails_to("ivan@example.com", 2).await[1]);
        let mut browser = app.browser();
        let reset = browser.post("auth/password/reset", json!({"token": token, "password": "entirely new and long"})).await;
        let known = self::device(&reset);
        assert_eq!(from(&app, "192.0.2.1", "entirely new and long", Some(&known)).await.status, 200);
    }

    async fn a_device_cookie_counts_for_its_own_address_and_expires(app: App) with [PROXY]; {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        app.confirmed("eve@example.com", PASSWORD, "Eve").await;
        let mut eve = app.browser();
        let eves = device(&login(&mut eve, "eve@example.com", PASSWORD).await);
        let mut tried = 0;
        while from(&app, "198.51.100.1", "a guess of mine", Some(&eves)).await.status == 401 {
            tried += 1;
        }
        assert_eq!(tried, 10, "Eve's device cookie does not count for Ivan's address");
        let ivans = device(&from(&app, "203.0.113.9", PASSWORD, None).await);
        let mut tried = 0;
        while from(&app, "203.0.113.9", "a guess of mine", Some(&ivans)).await.status == 401 {
            tried += 1;
        }
        assert_eq!(tried, 10, "a stolen device cookie is limited as well");
    }

    async fn a_hundred_guesses_at_once_are_ten(app: App) with [PROXY]; {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let statuses = at_once((0..40).map(|_| {
            let app = app.clone();
            async move { from(&app, "198.51.100.1", "a guess of mine", None).await.status }
        })).await;
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 10, "{statuses:?}");
        assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{statuses:?}");
    }

    async fn one_address_gets_few_mails(app: App) {
        let ask = async |browser: &mut Browser, email: &str| browser.post("auth/password/forgot", json!({"email": email})).await;
        let mut browser = app.browser();
        for _ in 0..5 {
            assert_eq!(ask(&mut browser, "olga@example.com").await.status, 202);
        }
        let limited = ask(&mut browser, "OLGA@example.com").await;
        assert_eq!((limited.problem().as_str(), limited.header("retry-after")), ("429 Rate limit exceeded (rate_limit_exceeded)", "720"));
        assert_eq!(app.register("olga@example.com", PASSWORD, "Olga").await.status, 429, "registrations count too");
        assert_eq!(ask(&mut browser, "ivan@example.com").await.status, 202);
        app.clock.pass(720);
        assert_eq!(ask(&mut browser, "olga@example.com").await.status, 202);
    }

    async fn old_passwords_are_not_guessed_in_a_stolen_session(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let mut stolen = app.signed_in_by_email("ivan@example.com", PASSWORD).await;
        let mut tried = 0;
        while stolen.post("auth/password/change", json!({"old_password": "a guess", "password": "entirely new and long"})).await.status == 422 {
            tried += 1;
        }
        assert_eq!(tried, 10);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", PASSWORD).await.status, 200);
    }
}
