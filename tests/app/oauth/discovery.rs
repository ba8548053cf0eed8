//! Discovery and public keys.

use reqwest::Method;
use serde_json::json;

use super::{error, post};
use crate::on_both;
use crate::support::{App, ask};

const DOCUMENTS: [&str; 2] = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

on_both! {
    async fn one_document_says_where_everything_is(app: App) {
        let mut browser = app.browser();
        let answer = browser.get(DOCUMENTS[0]).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(browser.get(DOCUMENTS[1]).await.text, answer.text, "both are the same");

        let document = answer.json();
        assert_eq!(document["issuer"], app.url, "no slash at the end");
        let own = |field: &str| document[field].as_str().unwrap().strip_prefix(&app.url).unwrap().to_owned();
        let fields = document.as_object().unwrap();
        let endpoints: Vec<_> = fields.keys().filter(|name| name.ends_with("_endpoint")).map(|name| own(name)).collect();
        assert_eq!(endpoints.len(), 7, "{endpoints:?}");
        for path in endpoints {
            let answer = ask(reqwest::Client::new().request(Method::GET, format!("{}{path}", app.url))).await;
            assert_ne!(answer.status, 404, "{path}");
        }
        assert_eq!(document["jwks_uri"], format!("{}/oauth2/jwks", app.url));
        assert_eq!(document["response_types_supported"], json!(["code"]));
        assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(document["id_token_signing_alg_values_supported"], json!(["ES256", "RS256"]));
        assert_eq!(document["request_uri_parameter_supported"], false);
        assert_eq!(document["authorization_response_iss_parameter_supported"], true);
        assert!(document["token_endpoint_auth_methods_supported"].as_array().unwrap().contains(&json!("none")));
        assert!(!document["introspection_endpoint_auth_methods_supported"].as_array().unwrap().contains(&json!("none")));
    }

    async fn the_issuer_is_the_setting_and_not_the_host(app: App) with [("NEURALBOX_PUBLIC_URL", "https://auth.example")]; {
        let request = reqwest::Client::new().get(format!("{}{}", app.url, DOCUMENTS[0]));
        let answer = ask(request.header("host", "evil.example").header("x-forwarded-host", "evil.example")).await;
        assert!(!answer.text.contains("evil"), "{answer:?}");
        assert_eq!(answer.json()["issuer"], "https://auth.example");
    }

    async fn keys_are_public_and_nothing_more(app: App) {
        let answer = app.browser().get("/oauth2/jwks").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let document = answer.json();
        let keys = document["keys"].as_array().unwrap();
        assert!(keys.iter().any(|key| key["alg"] == "ES256"), "{document}");
        for key in keys {
            let names: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
            let expected: &[&str] = match key["kty"].as_str().unwrap() {
                "EC" => &["alg", "crv", "kid", "kty", "use", "x", "y"],
                "RSA" => &["alg", "e", "kid", "kty", "n", "use"],
                other => panic!("{other}"),
            };
            assert_eq!(names, expected);
            assert_eq!(key["use"], "sig");
            assert_eq!(key["kid"].as_str().unwrap().len(), 43, "a thumbprint");
        }
    }

    async fn other_methods_are_refused_in_the_words_of_the_protocol(app: App) {
        for path in ["/oauth2/token", "/oauth2/revoke", "/oauth2/introspect", "/oauth2/device_authorization"] {
            let answer = app.browser().get(path).await;
            assert_eq!((error(&answer).as_str(), answer.header("allow").contains("POST")), ("405 invalid_request", true));
        }
        assert_eq!(error(&post(&app, "/oauth2/jwks", String::new()).await), "405 invalid_request");
    }

    async fn turned_off_there_is_nothing(app: App) with [("NEURALBOX_OAUTH", "off")]; {
        let mut browser = app.browser();
        let pages = ["/oauth2/authorize", "/oauth2/continue", "/oauth2/logout", "/web/consent", "/web/device"];
        let wire = ["/oauth2/jwks", "/oauth2/userinfo"];
        for path in DOCUMENTS.into_iter().chain(pages).chain(wire) {
            assert_eq!(browser.get(path).await.status, 404, "{path}");
        }
        for path in ["/oauth2/token", "/oauth2/revoke", "/oauth2/introspect", "/oauth2/device_authorization"] {
            assert_eq!(post(&app, path, String::new()).await.status, 404, "{path}");
        }
        assert_eq!(browser.get("/livez").await.status, 200);
    }
}
