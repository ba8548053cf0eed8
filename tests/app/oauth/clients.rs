//! Clients, as owners register and change them over HTTP.

use serde_json::{Value, json};

use super::{CALLBACK, TestClient, code, error, post, redeem, refresh, text, with_token};
use crate::on_both;
use crate::pages::Reader;
use crate::support::routes::admins;
use crate::support::{App, Browser, admin};

/// Signs the owner in.
async fn owner(app: &App) -> Browser {
    app.greet(&admin()).await;
    app.signed_in(&admin()).await
}

/// Registers a client over HTTP; returns the response.
async fn registered(owner: &mut Browser, client: Value) -> Value {
    let answer = owner.post("admin/clients", client).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

fn as_client(made: &Value) -> TestClient {
    let secret = made["client_secret"].as_str().map(ToOwned::to_owned);
    TestClient { id: text(made, "client_id").to_owned(), secret }
}

/// Id of an unknown client.
const NOBODY: &str = "admin/clients/c_0123456789abcdefghijAB";

on_both! {
    async fn an_owner_registers_a_client_and_sees_its_secret_once(app: App) {
        let mut owner = owner(&app).await;
        let made = registered(&mut owner, json!({"name": "Grafana", "redirect_uris": [CALLBACK]})).await;
        let (id, secret) = (text(&made, "client_id").to_owned(), text(&made, "client_secret").to_owned());
        assert!(id.starts_with("c_") && id.len() == 24, "{id}");
        assert!(secret.starts_with("ncs_") && secret.len() == 47, "the length of the secret is {}", secret.len());
        let shown = owner.get(&format!("admin/clients/{id}")).await.json();
        assert_eq!(
            shown,
            json!({
                "client_id": id, "name": "Grafana", "kind": "confidential", "native": false, "device": false,
                "trusted": false, "auth": "client_secret_basic", "alg": "ES256", "redirect_uris": [CALLBACK],
                "post_logout_redirect_uris": [], "origins": [], "resources": [],
                "scope": "openid profile email offline_access", "serves": null, "logo_uri": null, "home_uri": null,
                "previous_secret_until": null, "created_at": shown["created_at"], "disabled_at": null,
                "people": 0, "last_used_at": null,
            })
        );
        let listed = owner.get("admin/clients").await;
        assert!(listed.json()["clients"].as_array().unwrap().contains(&shown), "{listed:?}");
        assert!(!listed.text.contains(&secret) && !listed.text.contains("ncs_"), "{listed:?}");
    }

    async fn a_client_without_a_secret_and_a_bundled_one(app: App) {
        let mut owner = owner(&app).await;
        let made = registered(&mut owner, json!({"name": "Shop", "public": true, "redirect_uris": [CALLBACK]})).await;
        assert_eq!((&made["client_secret"], &made["kind"], &made["auth"]), (&json!(null), &json!("public"), &json!("none")));
        let cli = owner.get("admin/clients/neuralbox-cli").await.json();
        assert_eq!((&cli["kind"], &cli["device"], &cli["native"]), (&json!("public"), &json!(true), &json!(true)));
    }

    async fn what_cannot_work_is_refused_with_the_field_named(app: App) {
        let mut owner = owner(&app).await;
        let long = format!("https://app.example/{}", "x".repeat(2000));
        for (field, client) in [
            ("name", json!({"redirect_uris": [CALLBACK]})),
            ("name", json!({"name": " ", "redirect_uris": [CALLBACK]})),
            ("redirect_uris", json!({"name": "x"})),
            ("redirect_uris", json!({"name": "x", "redirect_uris": ["http://app.example/cb"]})),
            ("redirect_uris", json!({"name": "x", "redirect_uris": ["https://*.example/cb"]})),
            ("redirect_uris", json!({"name": "x", "redirect_uris": ["https://app.example/cb#x"]})),
            ("redirect_uris", json!({"name": "x", "redirect_uris": ["https://ivan@app.example/cb"]})),
            ("redirect_uris", json!({"name": "x", "redirect_uris": ["com.example.app:/cb"]})),
            ("redirect_uris", json!({"name": "x", "redirect_uris": ["javascript:alert(1)"], "native": true})),
            ("redirect_uris", json!({"name": "x", "redirect_uris": [long]})),
            ("origins", json!({"name": "x", "redirect_uris": [CALLBACK], "origins": ["https://app.example/path"]})),
            ("scope", json!({"name": "x", "redirect_uris": [CALLBACK], "scope": "openid admin"})),
            ("alg", json!({"name": "x", "redirect_uris": [CALLBACK], "alg": "HS256"})),
            ("auth", json!({"name": "x", "redirect_uris": [CALLBACK], "auth": "private_key_jwt"})),
            ("auth", json!({"name": "x", "redirect_uris": [CALLBACK], "public": true, "auth": "client_secret_post"})),
            ("serves", json!({"name": "x", "public": true, "redirect_uris": [CALLBACK], "serves": "https://api.example"})),
            ("trusted", json!({"name": "x", "public": true, "native": true, "trusted": true, "redirect_uris": ["http://127.0.0.1/cb"]})),
            ("disabled", json!({"name": "x", "redirect_uris": [CALLBACK], "disabled": true})),
            ("dance", json!({"name": "x", "redirect_uris": [CALLBACK], "dance": true})),
        ] {
            let answer = owner.post("admin/clients", client.clone()).await;
            let problem = answer.problem();
            assert!(problem.starts_with("422 ") && problem.contains(&format!("\n  {field}")), "{client}: {problem}");
        }
        let listed = owner.get("admin/clients").await.json();
        assert_eq!(listed["clients"].as_array().unwrap().len(), 1, "only the bundled one: {listed}");
    }

    async fn a_change_replaces_lists_as_a_whole_and_leaves_the_rest(app: App) {
        let mut owner = owner(&app).await;
        let made = registered(&mut owner, json!({
            "name": "Shop", "redirect_uris": [CALLBACK], "origins": ["https://app.example"], "home_uri": "https://app.example/",
        })).await;
        let path = format!("admin/clients/{}", text(&made, "client_id"));
        let changed = owner.patch(&path, json!({"redirect_uris": ["https://new.example/cb"], "home_uri": null})).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        let changed = changed.json();
        assert_eq!(changed["redirect_uris"], json!(["https://new.example/cb"]));
        assert_eq!((&changed["home_uri"], &changed["origins"]), (&json!(null), &json!(["https://app.example"])));
        assert_eq!(owner.patch(&path, json!({"origins": []})).await.json()["origins"], json!([]));
        let refused = owner.patch(&path, json!({"public": true})).await.problem();
        assert!(refused.starts_with("422 ") && refused.contains("\n  public"), "{refused}");
        assert_eq!(owner.patch(&path, json!({})).await.json()["name"], "Shop", "nothing to change");
    }

    async fn a_new_secret_works_and_the_old_one_until_its_grace_ends(app: App) {
        let mut owner = owner(&app).await;
        let made = registered(&mut owner, json!({"name": "Grafana", "redirect_uris": [CALLBACK]})).await;
        let (first, path) = (as_client(&made), format!("admin/clients/{}/rotate-secret", text(&made, "client_id")));
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let second = as_client(&owner.post(&path, json!({"grace_seconds": 3600})).await.json());
        assert_ne!(first.secret, second.secret);
        for client in [&first, &second] {
            let code = code(&mut reader, client, &[]).await;
            assert_eq!(redeem(&app, client, &code).await.status, 200);
        }
        let third = as_client(&owner.post(&path, json!({"grace_seconds": 0})).await.json());
        let code = code(&mut reader, &third, &[]).await;
        for client in [&first, &second] {
            assert_eq!(error(&redeem(&app, client, &code).await), "401 invalid_client");
        }
        assert_eq!(redeem(&app, &third, &code).await.status, 200);
        let refused = owner.post(&path, json!({"grace_seconds": 60})).await.problem();
        assert!(refused.contains("\n  grace_seconds: must be 0, 3600, 86400 or 604800"), "{refused}");
    }

    async fn a_client_that_is_turned_off_has_no_tokens_any_more(app: App) {
        let mut owner = owner(&app).await;
        let made = registered(&mut owner, json!({"name": "Grafana", "redirect_uris": [CALLBACK]})).await;
        let (client, path) = (as_client(&made), format!("admin/clients/{}", text(&made, "client_id")));
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let code = code(&mut reader, &client, &[("scope", "openid profile offline_access")]).await;
        let tokens = redeem(&app, &client, &code).await.json();
        assert_eq!(owner.get(&path).await.json()["people"], 1);
        let userinfo = async || with_token(&app, reqwest::Method::GET, "/oauth2/userinfo", text(&tokens, "access_token")).await.status;
        assert_eq!(userinfo().await, 200);
        let off = owner.patch(&path, json!({"disabled": true})).await.json();
        assert!(off["disabled_at"].is_string(), "{off}");
        assert_eq!(userinfo().await, 401);
        assert_eq!(error(&refresh(&app, &client, text(&tokens, "refresh_token")).await), "401 invalid_client");
        let page = reader.get(&crate::oauth::request(&client, &[])).await;
        assert_eq!(page.status, 400, "an error page, and no redirect: {page:?}");
        assert_eq!(owner.patch(&path, json!({"disabled": false})).await.json()["disabled_at"], json!(null));
        assert_eq!(error(&refresh(&app, &client, text(&tokens, "refresh_token")).await), "400 invalid_grant", "its tokens have ended");
    }

    async fn a_removed_client_is_gone(app: App) {
        let mut owner = owner(&app).await;
        let made = registered(&mut owner, json!({"name": "Grafana", "redirect_uris": [CALLBACK]})).await;
        let (client, path) = (as_client(&made), format!("admin/clients/{}", text(&made, "client_id")));
        assert_eq!(owner.delete(&path).await.status, 204);
        for problem in [owner.get(&path).await.problem(), owner.delete(&path).await.problem(), owner.get(NOBODY).await.problem()] {
            assert_eq!(problem, "404 Not found (client_not_found)");
        }
        assert_eq!(owner.get("admin/clients/%00").await.problem(), "404 Not found (client_not_found)");
        let answer = post(&app, "/oauth2/token", client.form(&[("grant_type", "refresh_token"), ("refresh_token", "x")])).await;
        assert_eq!(error(&answer), "401 invalid_client");
    }

    async fn only_owners_may(app: App) with [("NEURALBOX_ADMINS", "900:owner, 901:support, 902:announcer")]; {
        for id in [901, 902] {
            let person = telegram_sandbox::Person::new(id, "Eve");
            app.greet(&person).await;
            let mut browser = app.signed_in(&person).await;
            for (method, path) in admins().filter(|(_, path)| path.contains("/admin/clients")) {
                let answer = browser.send(browser.request(method.clone(), &path).json(&json!({"name": "x"}))).await;
                let problem = answer.problem();
                assert!(problem.starts_with("403 ") && problem.ends_with("(role_not_allowed)"), "{method} {path}: {problem}");
            }
        }
    }
}
