//! Refresh tokens: granted with `offline_access`, used once each, and ended by reuse.

use reqwest::Method;

use super::{Response, client, code, error, open, parts, post, redeem, refresh, request, text, tokens, with_token};
use crate::on_both;
use crate::pages::Reader;
use crate::support::{App, at_once};

const SCOPE: &str = "openid profile keys:read offline_access";

on_both! {
    async fn each_use_gives_the_next(app: App) {
        let client = client(&app).await;
        let first = tokens(&app, &app.person("Ivan"), &client, SCOPE).await;
        app.clock.pass(3600);
        let second = refresh(&app, &client, text(&first, "refresh_token")).await;
        assert_eq!((second.status, second.header("cache-control")), (200, "no-store"));
        let second = second.json();
        assert_ne!(second["refresh_token"], first["refresh_token"]);
        assert_eq!(second["scope"], first["scope"]);
        let (old, new) = (parts(text(&first, "id_token")).1, parts(text(&second, "id_token")).1);
        for same in ["iss", "sub", "aud", "auth_time"] {
            assert_eq!(old[same], new[same], "{same}");
        }
        assert!(new["iat"].as_i64() > old["iat"].as_i64());
        assert!(new.get("nonce").is_none() || new["nonce"] == old["nonce"]);
        assert_eq!(with_token(&app, Method::GET, "/api/v2/keys", text(&second, "access_token")).await.status, 200);
    }

    async fn a_lost_race_is_no_theft_and_an_old_token_is(app: App) {
        let ivan = app.person("Ivan");
        let client = client(&app).await;
        let first = tokens(&app, &ivan, &client, SCOPE).await;
        let old = text(&first, "refresh_token").to_owned();
        let answers = at_once((0..4).map(|_| {
            let (client, old, url) = (client.clone(), old.clone(), app.url.clone());
            async move {
                let body = client.form(&[("grant_type", "refresh_token"), ("refresh_token", &old)]);
                let request = reqwest::Client::new().post(format!("{url}/oauth2/token"));
                crate::support::ask(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
            }
        })).await;
        for answer in &answers {
            assert_eq!(answer.status, 200, "a loser gets a working successor: {answer:?}");
        }
        let last = answers.last().unwrap().json();
        let next = refresh(&app, &client, text(&last, "refresh_token")).await;
        assert_eq!(next.status, 200, "and it continues: {next:?}");
        app.clock.pass(11);
        assert_eq!(error(&refresh(&app, &client, &old).await), "400 invalid_grant");
        let next = next.json();
        assert_eq!(error(&refresh(&app, &client, text(&next, "refresh_token")).await), "400 invalid_grant", "the grant has ended");
        assert_eq!(with_token(&app, Method::GET, "/api/v2/me", text(&next, "access_token")).await.status, 401);
    }

    async fn a_token_is_of_its_client(app: App) {
        let (client, other) = (client(&app).await, crate::oauth::client(&app).await);
        let first = tokens(&app, &app.person("Ivan"), &client, SCOPE).await;
        let token = text(&first, "refresh_token");
        assert_eq!(error(&refresh(&app, &other, token).await), "400 invalid_grant");
        assert_eq!(refresh(&app, &client, token).await.status, 200, "a stranger changes nothing");
        let access = text(&first, "access_token");
        assert_eq!(error(&refresh(&app, &client, access).await), "400 invalid_grant");
        assert_eq!(error(&refresh(&app, &client, "").await), "400 invalid_request");
    }

    async fn a_scope_may_become_narrower_and_never_wider(app: App) {
        let client = client(&app).await;
        let mut token = text(&tokens(&app, &app.person("Ivan"), &client, SCOPE).await, "refresh_token").to_owned();
        let ask_for = async |token: &str, scope: &str| {
            let parameters = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
            post(&app, "/oauth2/token", client.form(&parameters)).await
        };
        let narrow = ask_for(&token, "openid").await.json();
        assert_eq!(narrow["scope"], "openid");
        assert_eq!(with_token(&app, Method::GET, "/api/v2/keys", text(&narrow, "access_token")).await.status, 403);
        text(&narrow, "refresh_token").clone_into(&mut token);
        let whole = refresh(&app, &client, &token).await.json();
        assert_eq!(whole["scope"], SCOPE.replace("keys:read offline_access", "offline_access keys:read"), "the grant keeps its scope");
        let wider = ask_for(text(&whole, "refresh_token"), "openid usage:read").await;
        assert_eq!(error(&wider), "400 invalid_scope");
    }

    async fn signing_out_ends_what_is_not_offline(app: App) {
        let (one, other) = (client(&app).await, client(&app).await);
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let first = code(&mut reader, &one, &[("scope", "openid profile")]).await;
        let online = redeem(&app, &one, &first).await.json();
        let second = code(&mut reader, &other, &[("scope", SCOPE)]).await;
        let offline = redeem(&app, &other, &second).await.json();
        reader.post("/web/sign-out", &[]).await;
        let status = async |tokens: &serde_json::Value| with_token(&app, Method::GET, "/api/v2/me", text(tokens, "access_token")).await.status;
        assert_eq!((status(&online).await, status(&offline).await), (401, 200));
        assert_eq!(refresh(&app, &other, text(&offline, "refresh_token")).await.status, 200);
    }

    async fn thirty_days_without_use_end_it(app: App) {
        let client = client(&app).await;
        let mut token = text(&tokens(&app, &app.person("Ivan"), &client, SCOPE).await, "refresh_token").to_owned();
        for _ in 0..3 {
            app.clock.pass(29 * 86_400);
            let answer = refresh(&app, &client, &token).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            text(&answer.json(), "refresh_token").clone_into(&mut token);
        }
        app.clock.pass(4 * 86_400);
        assert_eq!(error(&refresh(&app, &client, &token).await), "400 invalid_grant", "ninety days end it whatever its use");
        let idle = text(&tokens(&app, &app.person("Olga"), &client, SCOPE).await, "refresh_token").to_owned();
        app.clock.pass(30 * 86_400);
        assert_eq!(error(&refresh(&app, &client, &idle).await), "400 invalid_grant");
    }

    async fn a_stored_consent_gives_a_refresh_token_without_a_question(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        code(&mut reader, &client, &[("scope", SCOPE)]).await;
        let answer = open(&mut reader, &request(&client, &[("scope", SCOPE)])).await;
        let again = redeem(&app, &client, &Response::of(&answer).get("code")).await.json();
        assert!(again["refresh_token"].is_string(), "{again}");
    }
}
