//! Refused refreshes: they cost no write, and are limited per network.

use reqwest::Method;

use crate::on_both;
use crate::support::writes::writes;
use crate::support::{Answer, App, Browser};

const PROXY: (&str, &str) = ("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1");
const LIMITED: &str = "429 Rate limit exceeded (rate_limit_exceeded)";

async fn refresh(app: &App, cookie: &str, network: &str) -> Answer {
    let mut browser = Browser { cookie: Some(cookie.to_owned()), ..app.browser() };
    let request = browser.request(Method::POST, "auth/refresh").header("x-forwarded-for", network);
    browser.send(request).await
}

fn made_up(session: i64, number: usize) -> String {
    format!("nb_refresh={session}.0.{number:0>42}A")
}

on_both! {
    async fn a_refused_refresh_writes_nothing(app: App) {
        let ivan = app.person("Ivan");
        let (gone, mut browser) = (app.signed_in(&ivan).await, app.signed_in(&ivan).await);
        gone.clone().send(gone.request(Method::POST, "auth/logout")).await;
        let spent = browser.cookie.clone().unwrap();
        browser.refresh().await;
        let before = writes(&app, "RefreshSession").await;
        let session = spent.split(['=', '.']).nth(1).unwrap().parse().unwrap();
        for cookie in [&*made_up(session, 1), &*made_up(9999, 1), "nb_refresh=x", gone.cookie.as_deref().unwrap()] {
            for _ in 0..3 {
                assert_eq!(refresh(&app, cookie, "").await.status, 401, "{cookie}");
            }
        }
        assert_eq!(refresh(&app, &spent, "").await.status, 200, "a lost race is decided by a read, too");
        assert_eq!(writes(&app, "RefreshSession").await, before);
        assert_eq!(browser.refresh().await.status, 200);
        assert_eq!(writes(&app, "RefreshSession").await, before + 1, "the count counts");
    }

    async fn a_network_is_refused_so_often_and_no_other_one(app: App) with [PROXY]; {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        for number in 0..120 {
            let cookie = if number % 2 == 0 { made_up(1, number) } else { "nb_refresh=malformed".to_owned() };
            assert_eq!(refresh(&app, &cookie, "203.0.113.9").await.status, 401, "{number}");
        }
        for cookie in [&*made_up(1, 0), &*made_up(1, 500), "nb_refresh=malformed"] {
            let answer = refresh(&app, cookie, "203.0.113.77").await;
            assert_eq!((answer.problem().as_str(), answer.header("retry-after")), (LIMITED, "1"), "{cookie}");
        }
        assert_eq!(refresh(&app, &made_up(1, 0), "198.51.100.1").await.status, 401, "another network");
        let good = browser.cookie.clone().unwrap();
        let answer = refresh(&app, &good, "203.0.113.9").await;
        assert_eq!(answer.status, 200, "a person on the same network stays signed in");
        app.clock.pass(60);
        assert_eq!(refresh(&app, &made_up(1, 0), "203.0.113.9").await.status, 401, "the limit recovers with time");
        assert_eq!(browser.get("me").await.status, 200);
    }
}
