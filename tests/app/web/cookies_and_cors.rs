//! Cookie attributes, and CORS: the websites that may read responses.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::on_both;
use crate::support::{Answer, App, Browser, ask};

const HTTPS: [(&str, &str); 2] = [
    ("NEURALBOX_PUBLIC_URL", "https://auth.example"),
    ("NEURALBOX_ALLOWED_ORIGINS", "https://shop.example, https://app.example:8443"),
];

/// Sends a request as a page of that website.
async fn send(browser: &mut Browser, method: Method, path: &str, origin: Option<&str>) -> Answer {
    let request = browser.request(method, path);
    let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
    browser.send(request).await
}

/// Returns the only cookie of a response, with its value masked.
fn cookie(answer: &Answer) -> String {
    let [cookie] = answer.cookies().try_into().unwrap_or_else(|_| panic!("{answer:?}"));
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    let (name, value) = pair.split_once('=').unwrap();
    format!("{name}={}; {attributes}", if value.is_empty() { "" } else { "…" })
}

/// Signs in from a page of that website.
async fn sign_in_from(app: &App, browser: &mut Browser, origin: Option<&str>) -> Answer {
    app.clock.pass(1);
    let object = app.sandbox.widget_login(&app.person("Ivan"), app.clock.unix());
    let request = browser.request(Method::POST, "auth/telegram").json(&Value::Object(object));
    browser.send(origin.into_iter().fold(request, |request, origin| request.header("origin", origin))).await
}

/// Returns the CORS and `Vary` fields of a response.
fn cors(headers: &HeaderMap) -> String {
    let said = headers.iter().filter(|(name, _)| name.as_str().starts_with("access-control-") || *name == "vary");
    let mut said: Vec<_> = said.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    said.sort();
    said.join("\n")
}

on_both! {
    async fn on_https_the_cookie_is_bound_to_the_host(app: App) with HTTPS; {
        let mut browser = app.browser();
        for origin in [None, Some("https://auth.example")] {
            let own = "__Host-nb_refresh=…; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax";
            assert_eq!(cookie(&sign_in_from(&app, &mut browser, origin).await), own);
            assert_eq!(cookie(&send(&mut browser, Method::POST, "auth/refresh", origin).await), own);
        }
        let answer = send(&mut browser, Method::POST, "auth/logout", None).await;
        assert_eq!(cookie(&answer), "__Host-nb_refresh=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax");
    }

    async fn an_embedding_website_gets_a_cross_site_partitioned_cookie(app: App) with HTTPS; {
        for origin in ["https://shop.example", "https://app.example:8443"] {
            let (mut browser, origin) = (app.browser(), Some(origin));
            let partitioned =
                "__Host-nb_refresh_site=…; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=None; Partitioned";
            assert_eq!(cookie(&sign_in_from(&app, &mut browser, origin).await), partitioned);
            assert_eq!(cookie(&send(&mut browser, Method::POST, "auth/refresh", origin).await), partitioned);
            let answer = send(&mut browser, Method::POST, "auth/logout", origin).await;
            assert_eq!(
                cookie(&answer),
                "__Host-nb_refresh_site=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"
            );
        }
    }

    async fn any_other_website_gets_no_cookie_that_travels(app: App) with HTTPS; {
        let answer = sign_in_from(&app, &mut app.browser(), Some("https://evil.example")).await;
        assert!(!answer.cookies().concat().contains("SameSite=None"), "{answer:?}");
        assert!(!cors(&answer.headers).contains("allow-origin"), "{answer:?}");
    }

    async fn on_https_the_plain_cookie_counts_for_nothing(app: App) with HTTPS; {
        let mut browser = app.browser();
        sign_in_from(&app, &mut browser, None).await;
        browser.cookie = browser.cookie.map(|pair| pair.replace("__Host-", ""));
        assert_eq!(browser.refresh().await.problem(), "401 Not authenticated (not_authenticated)");
    }

    async fn allowed_websites_are_told_so_before_they_ask(app: App) with HTTPS; {
        for (path, method) in [
            ("auth/telegram", "POST"),
            ("auth/refresh", "POST"),
            ("auth/logout", "POST"),
            ("me", "PATCH"),
            ("sessions/1", "DELETE"),
            ("sessions", "DELETE"),
            ("keys", "GET"),
            ("keys/1", "PATCH"),
        ] {
            let asked = app
                .browser()
                .request(Method::OPTIONS, path)
                .header("origin", "https://shop.example")
                .header("access-control-request-method", method)
                .header("access-control-request-headers", "authorization,content-type");
            let answer = ask(asked).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            insta::allow_duplicates! {
                insta::assert_snapshot!(cors(&answer.headers), @r"
                access-control-allow-credentials: true
                access-control-allow-headers: authorization,content-type,idempotency-key
                access-control-allow-methods: GET,POST,PATCH,DELETE
                access-control-allow-origin: https://shop.example
                access-control-max-age: 600
                vary: origin, access-control-request-method, access-control-request-headers
                ");
            }
        }
    }

    async fn allowed_websites_may_read_answers_good_and_bad(app: App) with HTTPS; {
        let mut browser = app.browser();
        let shop = Some("https://shop.example");
        let good = sign_in_from(&app, &mut browser, shop).await;
        let refused = ask(app.browser().request(Method::GET, "me").header("origin", "https://shop.example")).await;
        assert_eq!(refused.problem(), "401 Not authenticated (not_authenticated)");
        let wrong = browser.request(Method::POST, "keys").header("origin", "https://shop.example").body("{}");
        let wrong = ask(wrong).await;
        assert_eq!(wrong.problem(), "415 Unsupported media type (unsupported_media_type)");
        for answer in [good, refused, wrong] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(cors(&answer.headers), @r"
                access-control-allow-credentials: true
                access-control-allow-origin: https://shop.example
                access-control-expose-headers: ratelimit,ratelimit-policy,x-request-id,retry-after
                vary: origin, access-control-request-method, access-control-request-headers
                ");
            }
        }
    }

    async fn other_websites_may_read_nothing(app: App) with HTTPS; {
        let origins = [
            "https://evil.example",
            "http://shop.example",
            "https://shop.example.evil.example",
            "https://shop.example:8443",
            "https://xshop.example",
            "null",
            "*",
            "https://auth.example",
        ];
        for origin in origins {
            let preflight = app
                .browser()
                .request(Method::OPTIONS, "me")
                .header("origin", origin)
                .header("access-control-request-method", "GET");
            let actual = app.browser().request(Method::GET, "me").header("origin", origin);
            for answer in [ask(preflight).await, ask(actual).await] {
                assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}: {answer:?}");
                assert!(answer.header("vary").contains("origin"), "caches must vary by origin: {answer:?}");
            }
        }
    }

    async fn a_refresh_without_its_cookie_says_what_is_missing(app: App) with HTTPS; {
        let refresh = async |origin| {
            let answer = send(&mut app.browser(), Method::POST, "auth/refresh", origin).await;
            (answer.problem(), answer.json()["detail"].as_str().unwrap().to_owned())
        };
        let (problem, detail) = refresh(None).await;
        assert_eq!(problem, "401 Not authenticated (not_authenticated)");
        insta::assert_snapshot!(detail, @r#"No refresh cookie was sent. Send back the cookie of the sign-in, or sign in again. Pages of another website need `credentials: "include"`, and their origin in NEURALBOX_ALLOWED_ORIGINS."#);
        let (problem, detail) = refresh(Some("https://shop.example")).await;
        assert_eq!(problem, "401 Not authenticated (not_authenticated)");
        insta::assert_snapshot!(detail, @r#"No refresh cookie was sent. Send both the sign-in and this request with `credentials: "include"`. If you do, this browser blocks third-party cookies: sign in again, or use /embed.js, which needs none."#);
        let (problem, detail) = refresh(Some("https://evil.example")).await;
        assert_eq!(problem, "403 Foreign origin (foreign_origin)");
        insta::assert_snapshot!(detail, @"This website isn't allowed to make this request. Add its origin to NEURALBOX_ALLOWED_ORIGINS, exactly as the browser sends it in Origin.");
    }

    async fn with_no_website_allowed_none_is(app: App) {
        let request = app.browser().request(Method::GET, "me").header("origin", "https://shop.example");
        assert_eq!(ask(request).await.header("access-control-allow-origin"), "");
        let answer = sign_in_from(&app, &mut app.browser(), Some("https://shop.example")).await;
        assert_eq!(cookie(&answer), "nb_refresh=…; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax");
    }
}
