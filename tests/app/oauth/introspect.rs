//! Introspection by resource servers and by clients.

use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use serde_json::json;

use super::{CALLBACK, TestClient, client, error, post, public_client, redeem, register, text, tokens, website};
use crate::on_both;
use crate::pages::Reader;
use crate::support::App;

const INTROSPECT: &str = "/oauth2/introspect";
const API: &str = "https://api.example/v1";

/// Answer to a client that introspects a token.
async fn introspect(app: &App, client: &TestClient, token: &str) -> serde_json::Value {
    let answer = post(app, INTROSPECT, client.form(&[("token", token)])).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    answer.json()
}

on_both! {
    async fn an_api_sees_the_tokens_for_it(app: App) {
        let serves = ClientSpec { serves: Some(API.to_owned()), redirect_uris: None, name: Some("API".to_owned()), ..ClientSpec::default() };
        let api = register(&app, serves).await;
        let resources = Some(vec![API.to_owned()]);
        let client = register(&app, ClientSpec { resources, ..website() }).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let code = crate::oauth::code(&mut reader, &client, &[("resource", API), ("scope", "openid keys:read")]).await;
        let access = text(&redeem(&app, &client, &code).await.json(), "access_token").to_owned();
        let seen = introspect(&app, &api, &access).await;
        assert_eq!((&seen["active"], &seen["aud"], &seen["client_id"], &seen["scope"]), (&json!(true), &json!(API), &json!(client.id), &json!("openid keys:read")));
        assert_eq!((&seen["iss"], &seen["token_type"]), (&json!(app.url), &json!("Bearer")));
        assert!(seen["sub"].is_string() && seen["jti"].is_string() && seen["exp"].is_i64() && seen["iat"].is_i64());
        assert_eq!(introspect(&app, &client, &access).await["active"], true, "its own client does too");

        let other = tokens(&app, &app.person("Olga"), &client, "openid").await;
        assert_eq!(introspect(&app, &api, text(&other, "access_token")).await, json!({"active": false}), "a token for another API");
        app.clock.pass(901);
        assert_eq!(introspect(&app, &api, &access).await, json!({"active": false}));
    }

    async fn all_else_looks_alike(app: App) {
        let (client, other) = (client(&app).await, crate::oauth::client(&app).await);
        let tokens = tokens(&app, &app.person("Ivan"), &client, "openid offline_access").await;
        let refresh = text(&tokens, "refresh_token");
        assert_eq!(introspect(&app, &client, refresh).await["active"], true);
        for token in [refresh, text(&tokens, "access_token"), text(&tokens, "id_token"), "x", "a.b.c"] {
            assert_eq!(introspect(&app, &other, token).await, json!({"active": false}), "{token}");
        }
        post(&app, "/oauth2/revoke", client.form(&[("token", refresh)])).await;
        for token in [refresh, text(&tokens, "access_token")] {
            assert_eq!(introspect(&app, &client, token).await, json!({"active": false}));
        }
    }

    async fn it_is_for_clients_with_a_secret(app: App) {
        let public = public_client(&app).await;
        assert_eq!(error(&post(&app, INTROSPECT, public.form(&[("token", "x")])).await), "400 unauthorized_client");
        assert_eq!(error(&post(&app, INTROSPECT, client(&app).await.form(&[])).await), "400 invalid_request");
        let origin = CALLBACK.trim_end_matches("/callback");
        let request = crate::oauth::form(&app, INTROSPECT, client(&app).await.form(&[("token", "x")])).header("origin", origin);
        let answer = crate::support::ask(request).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""), "no website reads it");
    }
}
