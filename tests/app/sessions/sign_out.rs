//! Sign-out.

use reqwest::Method;

use crate::on_both;
use crate::support::{Answer, App, Browser, at_once};

const ENDED: &str = "401 Invalid or expired token (session_ended)";

/// Signs out with that cookie and access token, in a copy of the browser.
async fn sign_out(browser: &Browser, cookie: Option<&str>, access: Option<&str>) -> Answer {
    let (cookie, access) = (cookie.map(ToOwned::to_owned), access.map(ToOwned::to_owned));
    let mut browser = Browser { cookie, access, ..browser.clone() };
    browser.send(browser.request(Method::POST, "auth/logout")).await
}

on_both! {
    async fn signing_out_ends_the_session_at_once_and_takes_the_cookie(app: App) {
        let ivan = app.person("Ivan");
        let mut elsewhere = app.signed_in(&ivan).await;
        let browser = app.signed_in(&ivan).await;
        let answer = sign_out(&browser, browser.cookie.as_deref(), None).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(answer.cookies(), ["nb_refresh=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"]);
        assert_eq!(browser.clone().get("me").await.problem(), ENDED);
        assert_eq!(browser.clone().refresh().await.problem(), ENDED);
        assert_eq!(elsewhere.get("me").await.status, 200, "another session is unaffected");
        assert_eq!(elsewhere.get("sessions").await.json()["sessions"].as_array().unwrap().len(), 1);
    }

    async fn an_access_token_alone_signs_out_too(app: App) {
        let browser = app.signed_in(&app.person("Ivan")).await;
        assert_eq!(sign_out(&browser, None, browser.access.as_deref()).await.status, 204);
        assert_eq!(browser.clone().get("me").await.problem(), ENDED);
        assert_eq!(browser.clone().refresh().await.problem(), ENDED);
    }

    async fn an_older_cookie_of_the_session_signs_out_too(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let first = browser.cookie.clone();
        for _ in 0..3 {
            browser.refresh().await;
        }
        app.clock.pass(60);
        assert_eq!(sign_out(&browser, first.as_deref(), None).await.status, 204);
        assert_eq!(browser.get("me").await.problem(), ENDED);
    }

    async fn signing_out_again_is_fine(app: App) {
        let browser = app.signed_in(&app.person("Ivan")).await;
        let (cookie, access) = (browser.cookie.as_deref(), browser.access.as_deref());
        for (cookie, access) in [
            (cookie, access),
            (cookie, access),
            (cookie, None),
            (None, access),
            (None, None),
            (Some("nb_refresh=x"), Some("x")),
        ] {
            let answer = sign_out(&browser, cookie, access).await;
            assert_eq!(answer.status, 204, "{answer:?}");
            assert_eq!(answer.cookies().len(), 1, "{answer:?}");
        }
    }

    async fn signing_out_in_many_tabs_at_once_is_fine(app: App) {
        let browser = app.signed_in(&app.person("Ivan")).await;
        let answers = at_once((0..16).map(|index| {
            let browser = browser.clone();
            let (by_cookie, by_access) = (index % 3 != 0, index % 3 != 1);
            async move {
                let cookie = browser.cookie.as_deref().filter(|_| by_cookie);
                sign_out(&browser, cookie, browser.access.as_deref().filter(|_| by_access)).await
            }
        }));
        for answer in answers.await {
            assert_eq!(answer.status, 204, "{answer:?}");
        }
    }

    async fn a_made_up_cookie_signs_nobody_out(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let (head, _) = browser.cookie.as_deref().unwrap().rsplit_once('.').unwrap();
        for cookie in [format!("{head}.{}", "A".repeat(43)), format!("{head}.")] {
            assert_eq!(sign_out(&browser, Some(&cookie), None).await.status, 204);
        }
        assert_eq!(browser.get("me").await.status, 200);
    }

    async fn other_websites_may_not_sign_anyone_out(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
        {
            let answer = browser.send(browser.request(Method::POST, "auth/logout").header(name, value)).await;
            assert_eq!(answer.problem(), "403 Foreign origin (foreign_origin)", "{name}: {value}");
            assert!(answer.cookies().is_empty(), "{answer:?}");
        }
        assert_eq!(browser.get("me").await.status, 200);
        let own = browser.request(Method::POST, "auth/logout").header("origin", &app.url);
        assert_eq!(browser.send(own).await.status, 204);
    }
}
