//! Refresh of a session.

use std::collections::BTreeSet;

use reqwest::Method;

use crate::on_both;
use crate::support::{Answer, App, Browser};

const ENDED: &str = "401 Invalid or expired token (session_ended)";
const INVALID: &str = "401 Invalid or expired token (invalid_token)";
const DAY: i64 = 86_400;

/// Refreshes in a copy of the browser; asserts that only a success sets a cookie.
async fn refresh_with(browser: &Browser, cookie: Option<&str>, headers: &[(&str, &str)]) -> Answer {
    let mut browser = Browser { cookie: cookie.map(ToOwned::to_owned), access: None, ..browser.clone() };
    let request = browser.request(Method::POST, "auth/refresh");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = browser.send(request).await;
    assert_eq!(answer.cookies().len(), usize::from(answer.status == 200), "{answer:?}");
    answer
}

/// Headers of a request.
type HeaderList<'a> = &'a [(&'a str, &'a str)];

on_both! {
    async fn a_refresh_rotates_the_cookie_and_returns_an_access_token(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let (cookie, access) = (browser.cookie.clone().unwrap(), browser.access.clone().unwrap());
        let answer = browser.refresh().await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
        let body = answer.json();
        let names: BTreeSet<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["access_token", "expires_in"]));
        assert_eq!(body["expires_in"], 900);
        let [set] = answer.cookies().try_into().unwrap();
        assert!(set.ends_with("; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax"), "{set}");
        assert_ne!(browser.cookie.as_ref().unwrap(), &cookie);
        assert_ne!(browser.access.as_ref().unwrap(), &access);
        assert_eq!(browser.get("me").await.status, 200);
        assert_eq!(
            Browser { access: Some(access), ..browser }.get("me").await.status,
            200,
            "the earlier access token stays valid until it expires"
        );
    }

    async fn an_access_token_is_good_for_fifteen_minutes(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        app.clock.pass(899);
        assert_eq!(browser.get("me").await.status, 200);
        app.clock.pass(1);
        assert_eq!(browser.get("me").await.problem(), "401 Invalid or expired token (token_expired)");
        browser.refresh().await;
        assert_eq!(browser.get("me").await.status, 200);
    }

    async fn the_refresh_token_is_in_no_body(app: App) {
        let mut browser = app.browser();
        let signed_in = browser.sign_in(&app, &app.person("Ivan")).await;
        let first = browser.cookie.clone().unwrap();
        let refreshed = browser.refresh().await;
        let second = browser.cookie.clone().unwrap();
        let (me, sessions) = (browser.get("me").await, browser.get("sessions").await);
        let refused = refresh_with(&browser, Some(&format!("{first}x")), &[]).await;
        for answer in [signed_in, refreshed, me, sessions, refused] {
            for cookie in [&first, &second] {
                let secret = cookie.rsplit('.').next().unwrap();
                assert_eq!(secret.len(), 43, "256 bits in base64url");
                assert!(!answer.text.contains(secret), "{answer:?}");
            }
        }
    }

    async fn without_a_cookie_nobody_is_signed_in(app: App) {
        let browser = app.signed_in(&app.person("Ivan")).await;
        let value = browser.cookie.clone().unwrap().split_once('=').unwrap().1.to_owned();
        let secure = format!("__Host-nb_refresh={value}");
        let other = format!("nb_refreshed={value}; xnb_refresh={value}");
        for cookie in [None, Some(""), Some("nb_refresh="), Some("theme=dark"), Some(&*secure), Some(&*other)] {
            assert_eq!(
                refresh_with(&browser, cookie, &[]).await.problem(),
                "401 Not authenticated (not_authenticated)",
                "{cookie:?}"
            );
        }
        let bearer = format!("Bearer {}", browser.access.as_ref().unwrap());
        let answer = refresh_with(&browser, None, &[("authorization", &bearer)]).await;
        assert_eq!(
            answer.problem(),
            "401 Not authenticated (not_authenticated)",
            "an access token is no refresh token"
        );
        let among = format!("theme=dark; nb_refresh={value};lang=ru");
        assert_eq!(refresh_with(&browser, Some(&among), &[]).await.status, 200);
    }

    async fn a_made_up_cookie_is_refused_and_ends_nothing(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        browser.refresh().await;
        let cookie = browser.cookie.clone().unwrap();
        let (head, secret) = cookie.rsplit_once('.').unwrap();
        let (zeros, short) = ("A".repeat(43), &secret[..42]);
        let session = head.strip_prefix("nb_refresh=").unwrap().split('.').next().unwrap();
        let values = [
            "x".to_owned(),
            "1".to_owned(),
            "1.1".to_owned(),
            "..".to_owned(),
            "null".to_owned(),
            "%00".to_owned(),
            "a".repeat(4000),
            format!("{session}.0.{zeros}"),
            format!("{session}.1.{zeros}"),
            format!("{session}.2.{zeros}"),
            format!("{session}.1.{short}"),
            format!("{session}.-1.{secret}"),
            format!("{session}.0.{secret}"),
            format!("{session}.2.{secret}"),
            format!("999.1.{secret}"),
            format!("{session}.9223372036854775807.{secret}"),
            format!("-{session}.1.{secret}"),
            format!("{session}.1.{secret}."),
            format!("99999999999999999999.1.{secret}"),
            format!("\"{session}.1.{secret}\""),
            format!("{session}.1.{secret}="),
        ];
        for value in values {
            assert_eq!(
                refresh_with(&browser, Some(&format!("nb_refresh={value}")), &[]).await.problem(),
                INVALID,
                "{value}"
            );
        }
        assert_eq!(browser.get("me").await.status, 200);
        assert_eq!(browser.refresh().await.status, 200);
    }

    async fn other_websites_may_not_refresh(app: App) with [("NEURALBOX_ALLOWED_ORIGINS", "https://shop.example")]; {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let cookie = browser.cookie.clone();
        let (lookalike, own) = (format!("{}0", app.url), app.url.clone());
        let foreign: [&[(&str, &str)]; 9] = [
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "")],
            &[("origin", "http://shop.example")],
            &[("origin", "https://shop.example:8443")],
            &[("origin", "https://shop.example.evil.example")],
            &[("origin", &lookalike)],
            &[("sec-fetch-site", "cross-site")],
            &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
        ];
        for headers in foreign {
            let answer = refresh_with(&browser, cookie.as_deref(), headers).await;
            assert_eq!(answer.problem(), "403 Foreign origin (foreign_origin)", "{headers:?}");
        }
        assert_eq!(browser.get("me").await.status, 200, "rejected before the token was used or the session ended");
        let site = cookie.as_ref().map(|cookie| cookie.replace("nb_refresh=", "nb_refresh_site="));
        let welcome: [(&Option<String>, HeaderList<'_>); 7] = [
            (&cookie, &[("origin", &own)]),
            (&cookie, &[("origin", &own), ("sec-fetch-site", "same-origin")]),
            (&cookie, &[("origin", "null"), ("sec-fetch-site", "same-origin")]),
            (&cookie, &[("sec-fetch-site", "same-origin")]),
            (&site, &[("origin", "https://shop.example")]),
            (&site, &[("origin", "https://shop.example"), ("sec-fetch-site", "cross-site")]),
            (&cookie, &[]),
        ];
        for (cookie, headers) in welcome {
            let answer = refresh_with(&browser, cookie.as_deref(), headers).await;
            assert_eq!(answer.status, 200, "{headers:?}: {answer:?}");
        }
    }

    async fn a_session_is_over_after_thirty_idle_days(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        app.clock.pass(30 * DAY - 1);
        assert_eq!(browser.refresh().await.status, 200);
        app.clock.pass(30 * DAY - 1);
        assert_eq!(browser.refresh().await.status, 200);
        app.clock.pass(30 * DAY);
        let cookie = browser.cookie.clone();
        assert_eq!(refresh_with(&browser, cookie.as_deref(), &[]).await.problem(), ENDED);
    }

    async fn a_session_is_over_after_ninety_days(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        for days in [29, 29, 29] {
            app.clock.pass(days * DAY);
            assert_eq!(browser.refresh().await.status, 200);
        }
        app.clock.pass(3 * DAY - 1);
        assert_eq!(browser.refresh().await.status, 200);
        assert_eq!(browser.get("sessions").await.json()["sessions"].as_array().unwrap().len(), 1);
        app.clock.pass(1);
        let cookie = browser.cookie.clone();
        assert_eq!(refresh_with(&browser, cookie.as_deref(), &[]).await.problem(), ENDED);
        assert_eq!(
            browser.get("me").await.problem(),
            "401 Invalid or expired token (session_ended)",
            "the access token has not expired yet"
        );
    }
}
