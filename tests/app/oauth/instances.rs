//! Two instances on one database: what one gives, the other takes; what ends on one, has ended on the other.

use reqwest::Method;
use serde_json::Value;

use super::{CALLBACK, TestClient, VERIFIER, client, code, error, text, tokens};
use crate::pages::Reader;
use crate::support::{Answer, App, Database, Instance, ask, run};

async fn post(instance: &Instance, path: &str, client: &TestClient, parameters: &[(&str, &str)]) -> Answer {
    let request = reqwest::Client::new().post(format!("{}{path}", instance.url));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    ask(request.body(client.form(parameters))).await
}

async fn me(instance: &Instance, tokens: &Value) -> Answer {
    let request = reqwest::Client::new().request(Method::GET, format!("{}/api/v2/me", instance.url));
    ask(request.bearer_auth(text(tokens, "access_token"))).await
}

async fn another(app: &App) -> Instance {
    let url = app.url.clone();
    app.another(&[("NEURALBOX_PUBLIC_URL", &url)]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_of_one_is_redeemed_at_the_other_once() {
    run(Database::Postgres, &[], async |app: std::sync::Arc<App>| {
        let (ivan, client, other) = (app.person("Ivan"), client(&app).await, another(&app).await);
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let code = code(&mut reader, &client, &[("scope", "openid profile offline_access")]).await;
        let exchange = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let first = post(&other, "/oauth2/token", &client, &exchange).await;
        assert_eq!(first.status, 200, "{first:?}");
        let given = first.json();
        assert_eq!(
            crate::oauth::with_token(&app, Method::GET, "/api/v2/me", text(&given, "access_token")).await.status,
            200
        );
        let again = crate::oauth::redeem(&app, &client, &code).await;
        assert_eq!(error(&again), "400 invalid_grant");
        assert_eq!(me(&other, &given).await.status, 401, "the second use ended what the first gave");
        let refreshed = [("grant_type", "refresh_token"), ("refresh_token", text(&given, "refresh_token"))];
        assert_eq!(error(&post(&other, "/oauth2/token", &client, &refreshed).await), "400 invalid_grant");
        other.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ends_on_one_has_ended_on_the_other() {
    run(Database::Postgres, &[], async |app: std::sync::Arc<App>| {
        let (ivan, client, other) = (app.person("Ivan"), client(&app).await, another(&app).await);
        let given = tokens(&app, &ivan, &client, "openid profile offline_access").await;
        assert_eq!(me(&other, &given).await.status, 200);
        let revoke = [("token", text(&given, "refresh_token"))];
        let revoked = crate::oauth::post(&app, "/oauth2/revoke", client.form(&revoke)).await;
        assert_eq!(revoked.status, 200, "{revoked:?}");
        assert_eq!(me(&other, &given).await.status, 401);
        other.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_that_two_instances_spend_at_once_gives_one_successor() {
    run(Database::Postgres, &[], async |app: std::sync::Arc<App>| {
        let (ivan, client, other) = (app.person("Ivan"), client(&app).await, another(&app).await);
        let mut given = tokens(&app, &ivan, &client, "openid offline_access").await;
        for _ in 0..5 {
            let token = text(&given, "refresh_token").to_owned();
            let exchange = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
            let (one, two) = tokio::join!(
                crate::oauth::refresh(&app, &client, &token),
                post(&other, "/oauth2/token", &client, &exchange)
            );
            assert_eq!((one.status, two.status), (200, 200), "{one:?} {two:?}");
            let (one, two) = (one.json(), two.json());
            assert_eq!(text(&one, "refresh_token"), text(&two, "refresh_token"), "both lead to one successor");
            assert_ne!(text(&one, "refresh_token"), token);
            given = two;
        }
        other.stop().await;
    })
    .await;
}
