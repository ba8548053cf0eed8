//! Revocation of tokens by their client.

use reqwest::Method;

use super::{client, error, post, public_client, refresh, text, tokens, with_token};
use crate::on_both;
use crate::support::App;

const REVOKE: &str = "/oauth2/revoke";
const SCOPE: &str = "openid profile offline_access";

on_both! {
    async fn a_refresh_token_takes_its_access_tokens_with_it(app: App) {
        for client in [client(&app).await, public_client(&app).await] {
            let first = tokens(&app, &app.person("Ivan"), &client, SCOPE).await;
            let second = refresh(&app, &client, text(&first, "refresh_token")).await.json();
            let answer = post(&app, REVOKE, client.form(&[("token", text(&second, "refresh_token"))])).await;
            assert_eq!((answer.status, answer.text.as_str(), answer.header("cache-control")), (200, "", "no-store"));
            assert_eq!(error(&refresh(&app, &client, text(&second, "refresh_token")).await), "400 invalid_grant");
            for tokens in [&first, &second] {
                assert_eq!(with_token(&app, Method::GET, "/api/v2/me", text(tokens, "access_token")).await.status, 401);
            }
        }
    }

    async fn an_access_token_can_be_revoked(app: App) {
        let client = client(&app).await;
        let tokens = tokens(&app, &app.person("Ivan"), &client, SCOPE).await;
        let access = text(&tokens, "access_token");
        let form = client.form(&[("token", access), ("token_type_hint", "refresh_token")]);
        assert_eq!(post(&app, REVOKE, form).await.status, 200, "a hint is only a hint");
        assert_eq!(with_token(&app, Method::GET, "/api/v2/me", access).await.status, 401);
    }

    async fn a_stranger_ends_nothing(app: App) {
        let (client, other) = (client(&app).await, crate::oauth::client(&app).await);
        let tokens = tokens(&app, &app.person("Ivan"), &client, SCOPE).await;
        for name in ["access_token", "refresh_token", "id_token"] {
            assert_eq!(post(&app, REVOKE, other.form(&[("token", text(&tokens, name))])).await.status, 200);
        }
        assert_eq!(with_token(&app, Method::GET, "/api/v2/me", text(&tokens, "access_token")).await.status, 200);
        assert_eq!(refresh(&app, &client, text(&tokens, "refresh_token")).await.status, 200);
    }

    async fn an_unknown_token_needs_no_revoking(app: App) {
        let client = client(&app).await;
        for token in ["x", &"A".repeat(5000), "a.b.c"] {
            assert_eq!(post(&app, REVOKE, client.form(&[("token", token)])).await.status, 200);
        }
        assert_eq!(error(&post(&app, REVOKE, client.form(&[])).await), "400 invalid_request");
        assert_eq!(error(&post(&app, REVOKE, "token=x".to_owned()).await), "400 invalid_request");
        assert_eq!(error(&post(&app, REVOKE, "token=x&client_id=c_unknown".to_owned()).await), "401 invalid_client");
    }
}
