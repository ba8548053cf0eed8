//! Signing keys: published before they sign, kept as long as what they signed, replaced at once when stolen.

use neuralbox_auth::domain::admin::access::Admin;
use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use neuralbox_auth::model::oauth::signing_key::KeyRotationMode;
use reqwest::Method;
use serde_json::Value;

use super::{client, parts, register, text, tokens, website, with_token};
use crate::on_both;
use crate::support::{App, ask};

const DAY: i64 = 86_400;

/// Ids of the published keys of an algorithm.
async fn published(app: &App, alg: &str) -> Vec<String> {
    let answer = ask(reqwest::Client::new().get(format!("{}/oauth2/jwks", app.url))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let keys = answer.json()["keys"].as_array().expect("keys").clone();
    assert!(keys.iter().all(|key| key.get("d").is_none() && key["use"] == "sig"), "{keys:?}");
    keys.iter().filter(|key| key["alg"] == alg).map(|key| key["kid"].as_str().expect("an id").to_owned()).collect()
}

/// States of the keys of an algorithm, with the first four characters of their ids.
async fn states(app: &App, alg: &str) -> Vec<(String, String)> {
    // The first reader makes the first keys, if the service has not done so at its start.
    published(app, alg).await;
    let keys = app.domain.signing_keys(&Admin::operator()).await.expect("keys");
    let keys = keys.into_iter().filter(|key| key.algorithm.as_str() == alg);
    keys.map(|key| (key.state.as_str().to_owned(), key.kid)).collect()
}

async fn kid(app: &App, alg: &str, state: &str) -> String {
    let states = states(app, alg).await;
    states.into_iter().find(|(found, _)| found == state).unwrap_or_else(|| panic!("no {state} key")).1
}

fn signer(tokens: &Value, field: &str) -> String {
    parts(text(tokens, field)).0["kid"].as_str().expect("an id").to_owned()
}

async fn rotate(app: &App, mode: KeyRotationMode) {
    app.domain.rotate_signing_keys(&Admin::operator(), mode).await.expect("a rotation");
}

/// Lets time pass and runs the job.
async fn pass(app: &App, seconds: i64) {
    app.clock.pass(seconds);
    app.domain.rotate_signing_keys_when_due().await.expect("the job");
}

on_both! {
    async fn a_key_is_published_a_day_before_it_signs_and_an_hour_after_its_last_token(app: App) {
        let (ivan, client) = (app.person("Ivan"), client(&app).await);
        let (first, second) = (kid(&app, "ES256", "current").await, kid(&app, "ES256", "next").await);
        let mut expected = vec![first.clone(), second.clone()];
        expected.sort();
        let mut listed = published(&app, "ES256").await;
        listed.sort();
        assert_eq!(listed, expected);
        assert_eq!(signer(&tokens(&app, &ivan, &client, "openid").await, "id_token"), first);

        pass(&app, 90 * DAY).await;
        assert_eq!(kid(&app, "ES256", "current").await, second, "it was published for 90 days");
        let after = tokens(&app, &ivan, &client, "openid profile").await;
        assert_eq!(signer(&after, "access_token"), second);
        assert!(published(&app, "ES256").await.contains(&first), "tokens of the first key are still valid");
        pass(&app, 900 + 3600).await;
        let listed = published(&app, "ES256").await;
        assert!(!listed.contains(&first) && listed.contains(&second) && listed.len() == 2, "{listed:?}");
    }

    async fn by_hand_the_next_key_waits_until_readers_know_it(app: App) {
        let client = client(&app).await;
        let ivan = app.person("Ivan");
        let old = tokens(&app, &ivan, &client, "openid profile").await;
        let (first, second) = (kid(&app, "ES256", "current").await, kid(&app, "ES256", "next").await);
        rotate(&app, KeyRotationMode::Overlap).await;
        assert_eq!(kid(&app, "ES256", "current").await, first, "the next one was published just now");
        pass(&app, DAY - 1).await;
        assert_eq!(kid(&app, "ES256", "current").await, first);
        pass(&app, 1).await;
        assert_eq!(kid(&app, "ES256", "current").await, second);
        assert_eq!(kid(&app, "ES256", "retired").await, first);
        assert_ne!(kid(&app, "ES256", "next").await, second);
        assert_eq!(signer(&tokens(&app, &ivan, &client, "openid").await, "id_token"), second);
        assert_eq!(signer(&old, "id_token"), first);
    }

    async fn a_token_of_a_retired_key_is_good_until_it_expires(app: App) {
        let (ivan, client) = (app.person_on("Ivan", "vip").await, client(&app).await);
        pass(&app, DAY).await;
        let old = tokens(&app, &ivan, &client, "openid profile").await;
        rotate(&app, KeyRotationMode::Overlap).await;
        assert_eq!(kid(&app, "ES256", "retired").await, signer(&old, "access_token"), "at once: it was published a day ago");
        let me = with_token(&app, Method::GET, "/api/v2/me", text(&old, "access_token")).await;
        assert_eq!(me.status, 200, "{me:?}");
        app.clock.pass(900);
        assert_eq!(with_token(&app, Method::GET, "/api/v2/me", text(&old, "access_token")).await.status, 401);
    }

    async fn a_stolen_key_is_worth_nothing_at_once(app: App) {
        let (ivan, client) = (app.person_on("Ivan", "vip").await, client(&app).await);
        let old = tokens(&app, &ivan, &client, "openid profile offline_access").await;
        let before = published(&app, "ES256").await;
        rotate(&app, KeyRotationMode::Emergency).await;
        let after = published(&app, "ES256").await;
        assert!(after.len() == 2 && !after.iter().any(|kid| before.contains(kid)), "{after:?}");
        assert_eq!(with_token(&app, Method::GET, "/api/v2/me", text(&old, "access_token")).await.status, 401);
        let refreshed = crate::oauth::refresh(&app, &client, text(&old, "refresh_token")).await;
        assert_eq!(refreshed.status, 200, "nobody signs in again: {refreshed:?}");
        let me = with_token(&app, Method::GET, "/api/v2/me", text(&refreshed.json(), "access_token")).await;
        assert_eq!(me.status, 200);
    }

    async fn rsa_keys_exist_once_a_client_needs_them(app: App) {
        let ivan = app.person("Ivan");
        assert!(published(&app, "RS256").await.is_empty());
        let client = register(&app, ClientSpec { alg: Some("RS256".to_owned()), ..website() }).await;
        assert_eq!(published(&app, "RS256").await.len(), 2);
        let tokens = tokens(&app, &ivan, &client, "openid").await;
        assert_eq!(signer(&tokens, "id_token"), kid(&app, "RS256", "current").await);
        assert_eq!(signer(&tokens, "access_token"), kid(&app, "ES256", "current").await, "access tokens are ES256 for all");
    }
}
