//! Token endpoint: codes, client authentication, and the tokens themselves.

use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use serde_json::json;

use super::{
    CALLBACK, TestClient, VERIFIER, by_basic, client, code, error, form, parts, post, public_client, redeem, register,
    text, tokens, website, with_token,
};
use crate::on_both;
use crate::pages::Reader;
use crate::support::{App, ask};

/// Parameters that redeem a code.
fn exchange(code: &str) -> [(&str, &str); 4] {
    [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)]
}

on_both! {
    async fn a_code_becomes_tokens(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let code = code(&mut reader, &client, &[("scope", "openid profile email")]).await;
        let answer = redeem(&app, &client, &code).await;
        assert_eq!((answer.status, answer.header("cache-control"), answer.header("content-type")), (200, "no-store", "application/json"));
        let body = answer.json();
        assert_eq!((&body["token_type"], &body["expires_in"], &body["scope"]), (&json!("Bearer"), &json!(900), &json!("openid profile email")));
        assert!(body.get("refresh_token").is_none(), "nobody granted offline_access");
        assert!(answer.cookies().is_empty());

        let (header, claims) = parts(text(&body, "access_token"));
        assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("ES256")));
        let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["aud", "auth_time", "client_id", "exp", "gid", "iat", "iss", "jti", "scope", "sub"], "no name, no address");
        assert_eq!((&claims["aud"], &claims["iss"], &claims["client_id"]), (&json!(format!("{}/api/v2", app.url)), &json!(app.url), &json!(client.id)));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);

        let (header, claims) = parts(text(&body, "id_token"));
        assert_eq!((&header["alg"], header.get("jku"), header.get("jwk")), (&json!("ES256"), None, None));
        assert!(header["typ"].is_null() || header["typ"] == "JWT");
        assert_eq!((&claims["aud"], &claims["nonce"], &claims["iss"]), (&json!(client.id), &json!("n-1"), &json!(app.url)));
        assert_eq!((&claims["name"], &claims["plan"], &claims["telegram_id"]), (&json!("Ivan"), &json!("vip"), &json!(ivan.id.to_string())));
        assert!(claims["auth_time"].is_i64() && claims["at_hash"].as_str().unwrap().len() == 22 && claims["sid"].is_string());
        assert_eq!(claims["amr"], json!(["telegram"]));
        assert!(claims.get("email").is_none(), "an address is never made up");
        let me = with_token(&app, reqwest::Method::GET, "/api/v2/me", text(&body, "access_token")).await;
        assert_eq!(me.json()["id"].to_string(), claims["sub"].as_str().unwrap());
    }

    async fn a_client_authenticates_in_one_way(app: App) {
        let ivan = app.person("Ivan");
        let (client, public) = (client(&app).await, public_client(&app).await);
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let body = |code: &str| url::form_urlencoded::Serializer::new(String::new()).extend_pairs(exchange(code)).finish();
        let first = code(&mut reader, &client, &[]).await;
        let answer = ask(by_basic(form(&app, "/oauth2/token", body(&first)), &client)).await;
        assert_eq!(answer.status, 200, "Basic: {answer:?}");
        let second = code(&mut reader, &public, &[]).await;
        assert_eq!(redeem(&app, &public, &second).await.status, 200, "its id alone");

        let code = code(&mut reader, &client, &[]).await;
        let both = by_basic(form(&app, "/oauth2/token", client.form(&exchange(&code))), &client);
        assert_eq!(error(&ask(both).await), "400 invalid_request");
        let wrong = TestClient { secret: Some("ncs_wrong".to_owned()), ..client.clone() };
        let refused = ask(by_basic(form(&app, "/oauth2/token", body(&code)), &wrong)).await;
        assert_eq!((error(&refused).as_str(), refused.header("www-authenticate")), ("401 invalid_client", "Basic realm=\"neuralbox\""));
        let refused = redeem(&app, &wrong, &code).await;
        assert_eq!((error(&refused).as_str(), refused.header("www-authenticate")), ("401 invalid_client", ""));
        let without = TestClient { secret: None, ..client.clone() };
        assert_eq!(error(&redeem(&app, &without, &code).await), "401 invalid_client");
        let with = TestClient { secret: Some("ncs_x".to_owned()), ..public.clone() };
        assert_eq!(error(&redeem(&app, &with, &code).await), "401 invalid_client", "a public client has no secret");
        let unknown = TestClient { id: "c_unknown".to_owned(), secret: None };
        assert_eq!(error(&redeem(&app, &unknown, &code).await), "401 invalid_client");
        let nobody = post(&app, "/oauth2/token", body(&code)).await;
        assert_eq!(error(&nobody), "400 invalid_request");
        let bearer = form(&app, "/oauth2/token", client.form(&exchange(&code))).bearer_auth("x");
        assert_eq!(error(&ask(bearer).await), "400 invalid_request");
        assert_eq!(redeem(&app, &client, &code).await.status, 200, "no stranger has spent the code");
    }

    async fn a_code_is_for_its_client_its_address_and_its_verifier(app: App) {
        let (client, other) = (client(&app).await, crate::oauth::client(&app).await);
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let wrong: [(&str, &str); 6] = [
            ("redirect_uri", "https://app.example/other"), ("redirect_uri", ""), ("code_verifier", ""),
            ("code_verifier", "another-verifier-of-enough-characters-000000"), ("code_verifier", "short"), ("code_verifier", crate::oauth::CHALLENGE),
        ];
        for (name, value) in wrong {
            let code = code(&mut reader, &client, &[]).await;
            let parameters = exchange(&code).map(|(key, kept)| if key == name { (key, value) } else { (key, kept) });
            assert_eq!(error(&post(&app, "/oauth2/token", client.form(&parameters)).await), "400 invalid_grant", "{name}: {value}");
            assert_eq!(error(&redeem(&app, &client, &code).await), "400 invalid_grant", "a failed try has spent it: {name}");
        }
        let code = code(&mut reader, &client, &[]).await;
        assert_eq!(error(&redeem(&app, &other, &code).await), "400 invalid_grant");
        assert_eq!(redeem(&app, &client, &code).await.status, 200, "a stranger has not spent it");
        for made_up in ["", "x", &"A".repeat(43), &"x".repeat(5000)] {
            let expected = if made_up.is_empty() { "400 invalid_request" } else { "400 invalid_grant" };
            assert_eq!(error(&redeem(&app, &client, made_up).await), expected);
        }
    }

    async fn a_code_lives_a_minute_and_works_once(app: App) {
        let ivan = app.person("Ivan");
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let late = code(&mut reader, &client, &[]).await;
        app.clock.pass(61);
        assert_eq!(error(&redeem(&app, &client, &late).await), "400 invalid_grant");

        let code = code(&mut reader, &client, &[("scope", "openid profile offline_access")]).await;
        let first = redeem(&app, &client, &code).await.json();
        let me = async || with_token(&app, reqwest::Method::GET, "/api/v2/me", text(&first, "access_token")).await;
        assert_eq!(me().await.status, 200);
        app.clock.pass(30);
        assert_eq!(error(&redeem(&app, &client, &code).await), "400 invalid_grant");
        assert_eq!(me().await.status, 401, "a second use ends what the first gave");
        assert_eq!(error(&crate::oauth::refresh(&app, &client, text(&first, "refresh_token")).await), "400 invalid_grant");
    }

    async fn what_cannot_be_read_is_an_invalid_request(app: App) {
        let client = client(&app).await;
        let token = "/oauth2/token";
        let refused = |answer: &crate::support::Answer| error(answer);
        assert_eq!(refused(&post(&app, token, client.form(&[])).await), "400 invalid_request");
        assert_eq!(refused(&post(&app, token, client.form(&[("grant_type", "password")])).await), "400 unsupported_grant_type");
        assert_eq!(refused(&post(&app, token, client.form(&[("grant_type", "client_credentials")])).await), "400 unsupported_grant_type");
        let twice = format!("{}&grant_type=refresh_token", client.form(&[("grant_type", "refresh_token")]));
        assert_eq!(refused(&post(&app, token, twice).await), "400 invalid_request");
        let json = reqwest::Client::new().post(format!("{}{token}", app.url)).json(&json!({"grant_type": "authorization_code"}));
        assert_eq!(refused(&ask(json).await), "400 invalid_request");
        let large = format!("{}&x={}", client.form(&[]), "x".repeat(100_000));
        assert_eq!(refused(&post(&app, token, large).await), "413 invalid_request");
        let in_query = format!("{token}?{}", client.form(&[("grant_type", "authorization_code")]));
        assert_eq!(refused(&post(&app, &in_query, String::new()).await), "400 invalid_request", "parameters stand in the body");
    }

    async fn rs256_is_for_clients_that_want_it(app: App) {
        let client = register(&app, ClientSpec { alg: Some("RS256".to_owned()), ..website() }).await;
        let tokens = tokens(&app, &app.person("Ivan"), &client, "openid").await;
        let (id, access) = (parts(text(&tokens, "id_token")).0, parts(text(&tokens, "access_token")).0);
        assert_eq!((&id["alg"], &access["alg"]), (&json!("RS256"), &json!("ES256")));
        let keys = app.browser().get("/oauth2/jwks").await.json();
        let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == id["kid"]).expect("the key");
        assert_eq!((&key["kty"], &key["alg"]), (&json!("RSA"), &json!("RS256")));
    }

    async fn a_token_is_for_one_resource(app: App) with [("NEURALBOX_OAUTH_RESOURCES", "https://api.example/v1")]; {
        let resources = Some(vec!["https://api.example/v1".to_owned()]);
        let client = register(&app, ClientSpec { resources, ..website() }).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let code = code(&mut reader, &client, &[("resource", "https://api.example/v1")]).await;
        let tokens = redeem(&app, &client, &code).await.json();
        let access = text(&tokens, "access_token");
        assert_eq!(parts(access).1["aud"], "https://api.example/v1");
        for path in ["/api/v2/me", "/oauth2/userinfo"] {
            assert_eq!(with_token(&app, reqwest::Method::GET, path, access).await.status, 401, "{path} is not that API");
        }
    }

    async fn without_openid_there_is_no_id_token(app: App) {
        let client = client(&app).await;
        let tokens = tokens(&app, &app.person("Ivan"), &client, "profile keys:read").await;
        assert!(tokens.get("id_token").is_none(), "{tokens}");
    }

    async fn guesses_of_a_secret_run_out(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1")]; {
        let client = client(&app).await;
        let wrong = TestClient { secret: Some("ncs_wrong".to_owned()), ..client.clone() };
        let guess = async |client: &TestClient, network: &str| {
            ask(form(&app, "/oauth2/token", client.form(&exchange("x"))).header("x-forwarded-for", network)).await
        };
        for _ in 0..10 {
            assert_eq!(error(&guess(&wrong, "203.0.113.9").await), "401 invalid_client");
        }
        let refused = guess(&wrong, "203.0.113.9").await;
        assert_eq!(error(&refused), "429 slow_down");
        assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
        assert_eq!(error(&guess(&client, "198.51.100.9").await), "400 invalid_grant", "elsewhere the client works");
    }
}
