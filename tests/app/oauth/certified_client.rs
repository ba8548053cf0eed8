//! Clients that others wrote.
//!
//! - `openidconnect`, through our own sign-in with an upstream provider: another instance signs people in with this one. The
//!   library reads discovery and keys, redeems the code and checks the ID token.
//! - `openid-client`, which is certified, from discovery to sign-out.
//! - Authlib, from discovery to revocation.

use neuralbox_auth::domain::admin::access::Admin;
use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use reqwest::header::{COOKIE, SET_COOKIE};

use serde_json::{Value, json};

use super::{CALLBACK, decide, open, register, website};
use crate::on_both;
use crate::pages::{Reader, leads_to};
use crate::support::servers::oidc_client::OidcClient;
use crate::support::{App, ask};

/// Signs a person of this service in to another one; returns where its callback leads, and its cookies.
async fn sign_in_elsewhere(app: &App, alg: &str) -> (String, Vec<String>) {
    let client = register(app, ClientSpec { alg: Some(alg.to_owned()), ..website() }).await;
    let settings = [
        ("GOOGLE_CLIENT_ID", client.id.as_str()),
        ("GOOGLE_CLIENT_SECRET", client.secret.as_deref().unwrap()),
        ("GOOGLE_ISSUER_URL", app.url.as_str()),
    ];
    let other = app.another(&settings).await;
    let callback = format!("{}/auth/google/callback", other.url);
    let spec = ClientSpec { redirect_uris: Some(vec![callback.clone()]), ..ClientSpec::default() };
    app.domain.change_client(&Admin::operator(), &client.id, spec).await.expect("a changed client");

    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let start = ask(browser.get(format!("{}/auth/google/start", other.url))).await;
    let cookie = start.headers[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let mut reader = Reader::signed_in(app, &app.person("Ivan"), "en").await;
    let page = open(&mut reader, leads_to(&start)).await;
    let back = decide(&mut reader, &page, "allow").await;
    assert!(leads_to(&back).starts_with(&callback), "{back:?}");
    let done = ask(browser.get(leads_to(&back)).header(COOKIE, cookie)).await;
    other.stop().await;
    (leads_to(&done).to_owned(), done.cookies())
}

on_both! {
    async fn openidconnect_signs_in_with_either_algorithm(app: App) {
        for alg in ["ES256", "RS256"] {
            let (next, cookies) = sign_in_elsewhere(&app, alg).await;
            assert_eq!(next, "/web/profile/api-keys", "{alg}: {cookies:?}");
            assert!(cookies.iter().any(|cookie| cookie.starts_with("nb_refresh=") && !cookie.starts_with("nb_refresh=;")), "{cookies:?}");
        }
    }

    async fn openid_client_signs_in_refreshes_revokes_and_logs_out(app: App) {
        for alg in ["ES256", "RS256"] {
            let after = "https://app.example/bye";
            let addresses = Some(vec![after.to_owned()]);
            let spec = ClientSpec { alg: Some(alg.to_owned()), post_logout_redirect_uris: addresses, ..website() };
            let client = register(&app, spec).await;
            let mut library = OidcClient::openid_client(&json!({
                "issuer": app.url, "client_id": client.id, "client_secret": client.secret,
                "redirect_uri": CALLBACK, "after": after, "now": app.clock.unix(),
            }));
            let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
            let address = tokio::task::block_in_place(|| library.hear());
            let page = open(&mut reader, &address).await;
            let back = decide(&mut reader, &page, "allow").await;
            library.say(leads_to(&back));
            let learned: Value = serde_json::from_str(&tokio::task::block_in_place(|| library.hear())).expect("a result");
            assert_eq!((&learned["name"], &learned["same"]), (&json!("Ivan"), &json!(true)), "{alg}");
            assert_eq!((&learned["active"], &learned["revoked"]), (&json!(true), &json!(false)), "{alg}");
            assert_eq!(learned["refused"], "invalid_grant", "{alg}");
            let gone = reader.get(learned["logout"].as_str().unwrap()).await;
            assert_eq!(leads_to(&gone), after, "{alg}");
            assert!(!reader.cookies.contains_key("nb_refresh"), "{alg}");
        }
    }

    async fn authlib_signs_in_refreshes_and_revokes(app: App) {
        for alg in ["ES256", "RS256"] {
            let client = register(&app, ClientSpec { alg: Some(alg.to_owned()), ..website() }).await;
            let mut library = OidcClient::authlib(&json!({
                "issuer": app.url, "client_id": client.id, "client_secret": client.secret,
                "redirect_uri": CALLBACK, "now": app.clock.unix(),
            }));
            let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
            let address = tokio::task::block_in_place(|| library.hear());
            let page = open(&mut reader, &address).await;
            library.say(leads_to(&decide(&mut reader, &page, "allow").await));
            let learned: Value = serde_json::from_str(&tokio::task::block_in_place(|| library.hear())).expect("a result");
            assert_eq!((&learned["name"], &learned["same"]), (&json!("Ivan"), &json!(true)), "{alg}");
            assert_eq!((&learned["active"], &learned["revoked"]), (&json!(true), &json!(401)), "{alg}");
            assert_eq!(learned["refused"], "invalid_grant", "{alg}");
        }
    }
}
