//! Attacks of RFC 9700 and RFC 8725 that no other file covers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::admin_action::AdminAction;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    Response, client, code, error, open, parts, post, public_client, redeem, refresh, request, text, tokens, with_token,
};
use crate::on_both;
use crate::pages::Reader;
use crate::support::{App, JWT_SECRET, at_once};

const SCOPE: &str = "openid profile offline_access keys:read";

/// Token with these parts, signed with HMAC.
fn hmac_token(header: &Value, claims: &Value, key: &[u8]) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let input = format!("{}.{}", encode(header), encode(claims));
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(&input);
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

on_both! {
    async fn no_key_is_tried_for_another_algorithm(app: App) {
        let client = client(&app).await;
        let tokens = tokens(&app, &app.person("Ivan"), &client, SCOPE).await;
        let access = text(&tokens, "access_token");
        let (header, claims) = parts(access);
        let keys = app.browser().get("/oauth2/jwks").await;
        let key = keys.json()["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap().clone();
        let (x, y) = (key["x"].as_str().unwrap(), key["y"].as_str().unwrap());
        let point = [vec![4], URL_SAFE_NO_PAD.decode(x).unwrap(), URL_SAFE_NO_PAD.decode(y).unwrap()].concat();
        let mut forged = Vec::new();
        for secret in [x.as_bytes(), &point, key.to_string().as_bytes(), keys.text.as_bytes(), JWT_SECRET.as_bytes()] {
            for algorithm in ["HS256", "ES256"] {
                let header = json!({"alg": algorithm, "typ": "at+jwt", "kid": header["kid"]});
                forged.push(hmac_token(&header, &claims, secret));
            }
        }
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        for algorithm in ["none", "None", ""] {
            forged.push(format!("{}.{}.", encode(&json!({"alg": algorithm, "typ": "at+jwt"})), encode(&claims)));
        }
        let signature = access.rsplit('.').next().unwrap();
        let jwk = json!({"alg": "ES256", "typ": "at+jwt", "kid": header["kid"], "jwk": key, "jku": "https://evil.example/jwks"});
        forged.push(format!("{}.{}.{signature}", encode(&jwk), encode(&claims)));
        let mut admin = claims.clone();
        admin["sub"] = json!("1");
        forged.push(format!("{}.{}.{signature}", encode(&header), encode(&admin)));
        forged.push(format!("{}.{}.{}", encode(&header), encode(&claims), URL_SAFE_NO_PAD.encode([0; 64])));
        for token in forged {
            for path in ["/api/v2/me", "/api/v2/keys", "/oauth2/userinfo"] {
                assert_eq!(with_token(&app, Method::GET, path, &token).await.status, 401, "{path} {token}");
            }
            let seen = post(&app, "/oauth2/introspect", client.form(&[("token", &token)])).await;
            assert_eq!(seen.json(), json!({"active": false}), "{token}");
        }
        assert_eq!(with_token(&app, Method::GET, "/api/v2/me", access).await.status, 200);
    }

    async fn a_session_token_is_no_token_of_a_client(app: App) {
        let client = client(&app).await;
        let ivan = app.person("Ivan");
        let session = app.signed_in(&ivan).await.access.unwrap();
        assert_eq!(with_token(&app, Method::GET, "/oauth2/userinfo", &session).await.status, 401);
        let seen = post(&app, "/oauth2/introspect", client.form(&[("token", &session)])).await;
        assert_eq!(seen.json(), json!({"active": false}));
        post(&app, "/oauth2/revoke", client.form(&[("token", &session)])).await;
        assert_eq!(with_token(&app, Method::GET, "/api/v2/me", &session).await.status, 200, "no client ends a session");
    }

    async fn a_code_is_redeemed_once_whatever_the_race(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        for _ in 0..3 {
            let code = code(&mut reader, &client, &[("scope", SCOPE)]).await;
            let parameters = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", crate::oauth::CALLBACK), ("code_verifier", crate::oauth::VERIFIER)];
            let body = client.form(&parameters);
            let answers = at_once((0..8).map(|_| {
                let (body, url) = (body.clone(), app.url.clone());
                async move {
                    let request = reqwest::Client::new().post(format!("{url}/oauth2/token"));
                    crate::support::ask(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
                }
            })).await;
            let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
            assert!(won.len() <= 1, "{answers:?}");
            for lost in answers.iter().filter(|answer| answer.status != 200) {
                assert_eq!(error(lost), "400 invalid_grant");
            }
            for answer in won {
                let tokens = answer.json();
                assert_eq!(with_token(&app, Method::GET, "/api/v2/me", text(&tokens, "access_token")).await.status, 401, "the replay ended it");
            }
        }
    }

    async fn codes_of_one_client_are_worthless_to_another(app: App) {
        let (honest, attacker) = (public_client(&app).await, public_client(&app).await);
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let stolen = code(&mut reader, &honest, &[("scope", SCOPE)]).await;
        assert_eq!(error(&redeem(&app, &attacker, &stolen).await), "400 invalid_grant");
        let tokens = redeem(&app, &honest, &stolen).await.json();
        assert_eq!(error(&refresh(&app, &attacker, text(&tokens, "refresh_token")).await), "400 invalid_grant");
        assert_eq!(refresh(&app, &honest, text(&tokens, "refresh_token")).await.status, 200);
    }

    async fn nothing_secret_stands_in_an_address_of_ours(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let mut next = request(&client, &[("scope", SCOPE)]);
        let mut seen = Vec::new();
        loop {
            let answer = reader.get(&next).await;
            answer.header("location").clone_into(&mut next);
            if answer.status != 303 {
                break;
            }
            seen.push(next.clone());
        }
        for address in &seen {
            for secret in ["code=", "token", "nonce", "challenge", "state="] {
                assert!(!address.contains(secret), "{address}");
            }
            for cookie in reader.cookies.values() {
                assert!(!address.contains(cookie.as_str()), "{address}");
            }
        }
        assert_eq!(seen.len(), 2, "{seen:?}");
    }

    async fn a_banned_person_lets_nobody_in(app: App) {
        let client = client(&app).await;
        let ivan = app.person("Ivan");
        let tokens = tokens(&app, &ivan, &client, SCOPE).await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let who = PersonRef::Telegram(TelegramId::new(ivan.id).unwrap());
        app.domain.perform_action(&Admin::operator(), &who, AdminAction::Ban { reason: None }).await.expect("a ban");
        assert_ne!(with_token(&app, Method::GET, "/api/v2/me", text(&tokens, "access_token")).await.status, 200);
        assert_eq!(with_token(&app, Method::GET, "/oauth2/userinfo", text(&tokens, "access_token")).await.status, 401);
        assert_eq!(error(&refresh(&app, &client, text(&tokens, "refresh_token")).await), "400 invalid_grant");
        let answer = open(&mut reader, &request(&client, &[("prompt", "none")])).await;
        let is_let_in = answer.status == 303 && !Response::of(&answer).get("code").is_empty();
        assert!(!is_let_in, "{answer:?}");
    }

    async fn requests_of_one_network_run_out(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1")]; {
        let client = client(&app).await;
        let mut reader = Reader::new(&app, "en");
        let mut begin = async |network: &str| {
            let request = reader.request(Method::GET, &request(&client, &[])).header("x-forwarded-for", network);
            reader.send(request).await
        };
        for _ in 0..60 {
            assert_eq!(begin("203.0.113.9").await.status, 303);
        }
        let refused = begin("203.0.113.9").await;
        crate::pages::check(&refused);
        assert_eq!(refused.status, 429);
        assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0, "{refused:?}");
        assert_eq!(begin("198.51.100.9").await.status, 303);
    }
}
