//! Authorization requests: which are refused and where, and how one leads through sign-in to the client.

use super::{CALLBACK, Response, TestClient, client, code, decide, open, register, request, website};
use crate::on_both;
use crate::pages::{Reader, between, check, leads_to};
use crate::support::{Answer, App};
use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use reqwest::Method;
use reqwest::header::ORIGIN;
use serde_json::json;

/// Redirect with an error: the error, after checks of what every response carries.
fn error(app: &App, answer: &Answer) -> String {
    let response = Response::of(answer);
    assert_eq!(response.get("state"), "s t&ate=✓", "{answer:?}");
    assert_eq!(response.get("iss"), app.url);
    assert!(response.get("code").is_empty() && !response.get("error_description").is_empty());
    response.get("error")
}

/// Page without a redirect, in a browser without a cookie.
async fn error_page(app: &App, address: &str) -> Answer {
    let answer = Reader::new(app, "en").get(address).await;
    check(&answer);
    assert_eq!((answer.status, answer.header("location")), (400, ""), "{answer:?}");
    assert!(answer.text.contains(answer.header("x-request-id")), "{answer:?}");
    answer
}

on_both! {
    async fn a_stranger_is_never_redirected_to(app: App) {
        let client = client(&app).await;
        let unknown = TestClient { id: "c_unknown".to_owned(), secret: None };
        for address in [request(&unknown, &[]), request(&client, &[("client_id", "")]), "/oauth2/authorize".to_owned()] {
            let answer = error_page(&app, &address).await;
            assert!(answer.text.contains("We don’t know this app"), "{answer:?}");
        }
        let twice = format!("{}&client_id={}", request(&client, &[]), client.id);
        error_page(&app, &twice).await;

        let others = [
            "https://evil.example/callback", "https://app.example/callback/", "https://app.example/callback?x=1", "https://app.example/Callback",
            "https://app.example:443/callback", "https://app.example/callback#x", "https://app.example.evil.example/callback",
            "https://app.example@evil.example/callback", "http://app.example/callback", "https://app.example/call%62ack",
            "https://app.example/callback/../callback", "//evil.example",
        ];
        for uri in others {
            let answer = error_page(&app, &request(&client, &[("redirect_uri", uri)])).await;
            assert!(answer.text.contains("isn’t registered for it"), "{uri}: {answer:?}");
            assert!(!answer.text.contains(&format!("href=\"{uri}")), "text, and no link: {answer:?}");
        }
        let shown = error_page(&app, &request(&client, &[("redirect_uri", "https://evil.example/<script>")])).await;
        assert!(shown.text.contains("https://evil.example/&#60;script&#62;"), "{shown:?}");
        let script = Reader::new(&app, "en").get(&request(&client, &[("redirect_uri", "javascript:alert(1)")])).await;
        assert_eq!((script.status, script.header("location")), (400, ""), "{script:?}");
        assert!(!script.text.contains("href=\"javascript:") && !script.text.contains("src=\"javascript:"), "{script:?}");
        error_page(&app, &request(&client, &[("redirect_uri", "")])).await;
        error_page(&app, &format!("{}&redirect_uri={CALLBACK}", request(&client, &[]))).await;
    }

    async fn what_else_is_wrong_is_told_to_the_client(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::new(&app, "en");
        let wrong = [
            (("response_type", "token"), "unsupported_response_type"),
            (("response_type", "code id_token"), "unsupported_response_type"),
            (("response_type", ""), "invalid_request"),
            (("response_mode", "fragment"), "invalid_request"),
            (("code_challenge", ""), "invalid_request"),
            (("code_challenge", "short"), "invalid_request"),
            (("code_challenge_method", "plain"), "invalid_request"),
            (("code_challenge_method", ""), "invalid_request"),
            (("code_challenge_method", "s256"), "invalid_request"),
            (("scope", "openid groups"), "invalid_scope"),
            (("resource", "https://api.example"), "invalid_target"),
            (("prompt", "none login"), "invalid_request"),
            (("prompt", "sometimes"), "invalid_request"),
            (("max_age", "-1"), "invalid_request"),
            (("max_age", "soon"), "invalid_request"),
            (("request", "x.y.z"), "request_not_supported"),
            (("request_uri", "https://evil.example/r"), "request_uri_not_supported"),
            (("registration", "{}"), "registration_not_supported"),
        ];
        for (parameter, expected) in wrong {
            let answer = reader.get(&request(&client, &[parameter])).await;
            assert_eq!(error(&app, &answer), expected, "{parameter:?}");
            assert!(answer.cookies().is_empty(), "nothing is stored: {answer:?}");
        }
        let twice = format!("{}&nonce=n-2", request(&client, &[]));
        assert_eq!(error(&app, &reader.get(&twice).await), "invalid_request");
        let unknown = reader.get(&request(&client, &[("unknown", "x")])).await;
        assert!(leads_to(&unknown).starts_with("/oauth2/continue?request="), "unknown parameters are ignored");
    }

    async fn a_registered_query_stays(app: App) {
        let address = "https://app.example/callback?tenant=a%20b";
        let client = register(&app, ClientSpec { redirect_uris: Some(vec![address.to_owned()]), ..website() }).await;
        let mut reader = Reader::new(&app, "en");
        let answer = reader.get(&request(&client, &[("redirect_uri", address), ("scope", "groups")])).await;
        assert!(leads_to(&answer).starts_with("https://app.example/callback?tenant=a%20b&error=invalid_scope&"), "{answer:?}");
    }

    async fn a_request_leads_through_sign_in_and_consent_to_a_code(app: App) {
        app.confirmed("ivan@example.com", crate::support::mailbox::PASSWORD, "Ivan").await;
        let client = client(&app).await;
        let mut reader = Reader::new(&app, "en");
        let answer = reader.get(&request(&client, &[])).await;
        let [cookie] = answer.cookies().try_into().unwrap();
        assert!(cookie.starts_with("nb_oauth_") && cookie.ends_with("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
        let next = leads_to(&answer).to_owned();
        assert!(next.len() < 80, "the parameters stay here: {next}");

        let answer = reader.get(&next).await;
        let sign_in = leads_to(&answer).to_owned();
        assert!(sign_in.starts_with("/web?next=%2Foauth2%2Fcontinue%3Frequest%3D"), "{sign_in}");
        let page = reader.get(&sign_in).await;
        check(&page);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("; form-action 'self' https://app.example;"), "the way ends at the client: {policy}");
        assert_ne!(page.header("referrer-policy"), "no-referrer", "it would hide the origin of our own form");
        assert_eq!(page.header("cross-origin-opener-policy"), "", "it would cut a popup from its opener");

        let fields = [("email", "ivan@example.com"), ("password", crate::support::mailbox::PASSWORD), ("next", next.as_str())];
        let answer = reader.post("/web/sign-in/email", &fields).await;
        assert_eq!(leads_to(&answer), next);
        let page = open(&mut reader, &next).await;
        check(&page);
        assert!(page.text.contains("Sign in to Grafana?") && page.text.contains("app.example") && page.text.contains("<bdi>Ivan</bdi>"), "{page:?}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("; form-action 'self' https://app.example;"), "{policy}");
        assert_eq!((page.header("referrer-policy"), page.header("cross-origin-opener-policy")), ("same-origin", ""));

        let answer = decide(&mut reader, &page, "allow").await;
        let response = Response::of(&answer);
        assert_eq!((response.get("state"), response.get("iss"), response.get("code").len()), ("s t&ate=✓".to_owned(), app.url.clone(), 43));
        assert!(!reader.cookies.keys().any(|name| name.starts_with("nb_oauth_")), "its cookie is gone: {answer:?}");
        let answer = reader.get(&next).await;
        check(&answer);
        assert!(answer.status == 400 && answer.text.contains("This sign-in has expired"), "a request is answered once: {answer:?}");
    }

    async fn a_form_of_any_website_is_stored_and_becomes_a_link(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let parameters = request(&client, &[]);
        let body = parameters.split_once('?').unwrap().1.to_owned();
        let post = reader.request(Method::POST, "/oauth2/authorize").body(body.clone())
            .header("content-type", "application/x-www-form-urlencoded").header(ORIGIN, "https://evil.example").header("sec-fetch-site", "cross-site");
        let answer = reader.send(post).await;
        let next = leads_to(&answer).to_owned();
        assert!(next.starts_with("/oauth2/continue?request="), "{answer:?}");
        assert!(reader.get(&next).await.header("location").starts_with("/web/consent?request="));
        let bad = reader.request(Method::POST, "/oauth2/authorize").json(&json!({"client_id": client.id}));
        assert_eq!(reader.send(bad).await.status, 415);
    }

    async fn a_stolen_request_does_not_work_in_another_browser(app: App) {
        let client = client(&app).await;
        let mut mine = Reader::new(&app, "en");
        let next = leads_to(&mine.get(&request(&client, &[])).await).to_owned();
        let mut other = Reader::signed_in(&app, &app.person("Olga"), "en").await;
        for address in [next.clone(), next.replace("/oauth2/continue", "/web/consent")] {
            let answer = other.get(&address).await;
            check(&answer);
            assert!(answer.status == 400 && answer.text.contains("started in another browser"), "{answer:?}");
        }
        // A cookie of another request is not enough.
        other.get(&request(&client, &[])).await;
        assert_eq!(other.get(&next).await.status, 400);
        app.clock.pass(601);
        let late = mine.get(&next).await;
        assert!(late.status == 400 && late.text.contains("This sign-in has expired"), "{late:?}");
    }

    async fn two_tabs_do_not_disturb_each_other(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let first = open(&mut reader, &request(&client, &[("state", "first")])).await;
        let second = open(&mut reader, &request(&client, &[("state", "second")])).await;
        assert_eq!(Response::of(&decide(&mut reader, &first, "allow").await).get("state"), "first");
        assert_eq!(Response::of(&decide(&mut reader, &second, "deny").await).get("state"), "second");
    }

    async fn without_a_page_there_is_a_code_or_an_error(app: App) {
        let client = client(&app).await;
        let ivan = app.person("Ivan");
        let mut reader = Reader::new(&app, "en");
        let silent = request(&client, &[("prompt", "none")]);
        assert_eq!(error(&app, &open(&mut reader, &silent).await), "login_required");
        reader.sign_in_as(&ivan).await;
        assert_eq!(error(&app, &open(&mut reader, &silent).await), "consent_required");
        code(&mut reader, &client, &[]).await;
        assert!(!Response::of(&open(&mut reader, &silent).await).get("code").is_empty());
        let more = request(&client, &[("prompt", "none"), ("scope", "openid profile email")]);
        assert_eq!(error(&app, &open(&mut reader, &more).await), "consent_required", "a further scope");
        app.clock.pass(100);
        let old = request(&client, &[("prompt", "none"), ("max_age", "60")]);
        assert_eq!(error(&app, &open(&mut reader, &old).await), "login_required");
    }

    async fn a_new_sign_in_can_be_demanded(app: App) {
        let client = client(&app).await;
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        code(&mut reader, &client, &[]).await;
        app.clock.pass(100);
        for demand in [("prompt", "login"), ("max_age", "0"), ("max_age", "60")] {
            let page = open(&mut reader, &request(&client, &[demand])).await;
            check(&page);
            assert!(page.text.contains("Confirm it’s you"), "{demand:?}: {page:?}");
            let next = between(&page.text, "name=\"next\" value=\"", "\"").replace("&#38;", "&");
            assert!(open(&mut reader, &next).await.text.contains("Confirm it’s you"), "nothing has changed yet");
            app.clock.pass(1);
            reader.sign_in_as(&ivan).await;
            assert!(!Response::of(&open(&mut reader, &next).await).get("code").is_empty(), "{demand:?}: no loop");
            app.clock.pass(100);
        }
    }

    async fn prefetching_spends_nothing(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        code(&mut reader, &client, &[]).await;
        let next = leads_to(&reader.get(&request(&client, &[])).await).to_owned();
        for (name, value) in [("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch"), ("x-moz", "prefetch")] {
            for address in [request(&client, &[]), next.clone(), "/oauth2/logout".to_owned(), "/web/device".to_owned()] {
                let answer = reader.send(reader.request(Method::GET, &address).header(name, value)).await;
                assert_eq!((answer.status, answer.header("location")), (403, ""), "{address}");
            }
        }
        assert!(!Response::of(&reader.get(&next).await).get("code").is_empty(), "the request is still open");
    }

    async fn native_programs_listen_on_any_port(app: App) {
        let addresses = vec!["http://127.0.0.1/callback".to_owned(), "com.example.app:/callback".to_owned()];
        let kind = Some(neuralbox_auth::model::oauth::client::ClientKind::Public);
        let spec = ClientSpec { redirect_uris: Some(addresses), is_native: Some(true), kind, ..website() };
        let client = register(&app, spec).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        for (uri, source) in [("http://127.0.0.1:49567/callback", "http://127.0.0.1:49567"), ("com.example.app:/callback", "com.example.app:")] {
            let page = open(&mut reader, &request(&client, &[("redirect_uri", uri)])).await;
            let policy = page.header("content-security-policy");
            assert!(policy.contains(&format!("; form-action 'self' {source};")), "{policy}");
            assert!(page.text.contains("a program on this device"), "{page:?}");
            let answer = decide(&mut reader, &page, "allow").await;
            assert!(leads_to(&answer).starts_with(&format!("{uri}?code=")), "{answer:?}");
            let again = open(&mut reader, &request(&client, &[("redirect_uri", uri)])).await;
            assert!(again.text.contains("Sign in to Grafana?"), "any program could pose as it, so it is asked every time: {again:?}");
        }
        for uri in ["http://127.0.0.1:49567/other", "http://localhost:49567/callback", "http://127.0.0.2:1/callback", "com.example.app:/other"] {
            error_page(&app, &request(&client, &[("redirect_uri", uri)])).await;
        }
    }

    async fn a_window_hands_the_code_to_the_website_that_opened_it(app: App) {
        let kind = Some(neuralbox_auth::model::oauth::client::ClientKind::Public);
        let origins = Some(vec!["https://shop.example".to_owned()]);
        let client = register(&app, ClientSpec { origins, kind, redirect_uris: None, ..website() }).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let window = [("response_mode", "web_message"), ("redirect_uri", "https://shop.example"), ("state", "<\"&'>")];
        let page = open(&mut reader, &request(&client, &window)).await;
        let answer = decide(&mut reader, &page, "allow").await;
        check(&answer);
        assert_eq!((answer.status, answer.header("cross-origin-opener-policy")), (200, ""));
        assert!(answer.text.contains("data-origin=\"https://shop.example\""), "{answer:?}");
        assert!(answer.text.contains("data-state=\"&#60;&#34;&#38;&#39;&#62;\""), "{answer:?}");
        assert_eq!(between(&answer.text, "data-code=\"", "\"").len(), 43);
        assert!(answer.text.contains(&format!("data-iss=\"{}\"", app.url)), "{answer:?}");
        let script = between(&answer.text, "<script defer src=\"/assets/window_return", "\"");
        let script = reader.get(&format!("/assets/window_return{script}")).await;
        assert!(script.status == 200 && script.text.contains("postMessage") && !script.text.contains("\"*\""), "{script:?}");

        let denied = open(&mut reader, &request(&client, &[window[0], window[1], ("scope", "groups")])).await;
        assert!(denied.text.contains("data-error=\"invalid_scope\""), "{denied:?}");
        let elsewhere = request(&client, &[window[0], ("redirect_uri", "https://evil.example")]);
        error_page(&app, &elsewhere).await;
    }
}
