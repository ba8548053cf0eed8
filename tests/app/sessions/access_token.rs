//! Access tokens: their claims, and the rejection of all other tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

use crate::on_both;
use crate::support::routes::{ROUTES, Who, protected};
use crate::support::{App, Browser, JWT_SECRET};

/// Setting that enables calls of service callers.
const SERVICE: (&str, &str) = ("NEURALBOX_SERVICE_TOKEN", "the-credential-of-the-operators-programs");
const INVALID: &str = "401 Invalid or expired token (invalid_token)";

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Decodes header and claims of a token.
fn read(token: &str) -> (Value, Value) {
    let parts: Vec<_> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
    (serde_json::from_slice(&parts[0]).unwrap(), serde_json::from_slice(&parts[1]).unwrap())
}

/// Signs a token with HMAC under SHA-256, SHA-384 or SHA-512.
fn forge(header: &Value, claims: &Value, key: &str, bits: u16) -> String {
    let (text, key) = (format!("{}.{}", part(header), part(claims)), key.as_bytes());
    let signature = match bits {
        256 => Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(&text).finalize().into_bytes().to_vec(),
        384 => Hmac::<Sha384>::new_from_slice(key).unwrap().chain_update(&text).finalize().into_bytes().to_vec(),
        _ => Hmac::<Sha512>::new_from_slice(key).unwrap().chain_update(&text).finalize().into_bytes().to_vec(),
    };
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Returns `value` with one member replaced, or removed if `member` is null.
fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut value = value.clone();
    match member {
        Value::Null => _ = value.as_object_mut().unwrap().remove(name),
        member => value[name] = member,
    }
    value
}

async fn outcome(browser: &Browser, token: &str) -> String {
    let answer = Browser { access: Some(token.to_owned()), cookie: None, ..browser.clone() }.get("me").await;
    if answer.status == 200 { "200".to_owned() } else { answer.problem() }
}

/// Builds tokens that must be rejected: forged, altered, stolen or of another kind.
fn attacks(app: &App, browser: &Browser, [theirs, key]: [&str; 2]) -> Vec<(String, String)> {
    let token = browser.access.clone().unwrap();
    let (header, claims) = read(&token);
    let [head, body, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let ours = |header: &Value, claims: &Value| forge(header, claims, JWT_SECRET, 256);
    let mut attacks = vec![
        ("no signature".to_owned(), format!("{head}.{body}.")),
        ("two parts".to_owned(), format!("{head}.{body}")),
        ("four parts".to_owned(), format!("{token}.{signature}")),
        ("claims and header swapped".to_owned(), format!("{body}.{head}.{signature}")),
        ("padding".to_owned(), format!("{token}=")),
        ("another account".to_owned(), format!("{head}.{}.{signature}", part(&with(&claims, "sub", json!("2"))))),
        ("a better plan".to_owned(), format!("{head}.{}.{signature}", part(&with(&claims, "plan", json!("elite"))))),
        (
            "a later end".to_owned(),
            format!("{head}.{}.{signature}", part(&with(&claims, "exp", json!(9_999_999_999_i64)))),
        ),
        ("another signature".to_owned(), format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode([0; 32]))),
        ("a short signature".to_owned(), format!("{head}.{body}.{}", &signature[..20])),
        ("HS384 with our key".to_owned(), forge(&with(&header, "alg", json!("HS384")), &claims, JWT_SECRET, 384)),
        ("HS512 with our key".to_owned(), forge(&with(&header, "alg", json!("HS512")), &claims, JWT_SECRET, 512)),
        ("HS256 that says HS512".to_owned(), forge(&with(&header, "alg", json!("HS512")), &claims, JWT_SECRET, 256)),
        ("the refresh token".to_owned(), browser.cookie.clone().unwrap().split_once('=').unwrap().1.to_owned()),
        ("a signature of another's token".to_owned(), format!("{head}.{body}.{}", theirs.split('.').nth(2).unwrap())),
        ("claims of another's token".to_owned(), format!("{head}.{}.{signature}", theirs.split('.').nth(1).unwrap())),
        ("a live key".to_owned(), key.to_owned()),
        ("the service credential".to_owned(), SERVICE.1.to_owned()),
        ("no token at all".to_owned(), "x".to_owned()),
        ("dots".to_owned(), "..".to_owned()),
        ("a long one".to_owned(), "a".repeat(50_000)),
    ];
    for alg in ["none", "None", "NONE", "nOnE", "", "hs256", "RS256", "ES256", "PS256", "EdDSA"] {
        let header = with(&header, "alg", json!(alg));
        attacks.push((format!("alg {alg}, unsigned"), format!("{}.{body}.", part(&header))));
        attacks.push((format!("alg {alg}, signed as ours"), ours(&header, &claims)));
    }
    for key in ["", "secret", &app.url, "a secret of the tests, of more than 32 byte"] {
        attacks.push((format!("key {key:?}"), forge(&header, &claims, key, 256)));
    }
    let jwk = json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode("mine"), "alg": "HS256"});
    for (name, value, key) in [
        ("kid", json!("/dev/null"), ""),
        ("kid", json!("../../../../dev/null"), ""),
        ("kid", json!("https://evil.example/key"), "mine"),
        ("kid", json!("x'; insert into account values (1); --"), "mine"),
        ("kid", json!({"a": 1}), "mine"),
        ("x5c", json!(["MIIB"]), "mine"),
        ("crit", json!(["exp"]), "mine"),
        ("b64", json!(false), "mine"),
        ("kid", json!("' union select 'mine"), "mine"),
        ("jwk", jwk, "mine"),
        ("jku", json!("https://evil.example/jwks.json"), "mine"),
        ("x5u", json!("https://evil.example/x5u"), "mine"),
    ] {
        attacks.push((format!("{name} {value}"), forge(&with(&header, name, value), &claims, key, 256)));
    }
    for typ in [json!("JWT"), json!(null), json!("at+JWT"), json!(""), json!(["at+jwt"])] {
        attacks.push((format!("typ {typ}"), ours(&with(&header, "typ", typ), &claims)));
    }
    for alg in [json!(null), json!(["HS256"])] {
        attacks.push((format!("alg {alg}"), ours(&with(&header, "alg", alg), &claims)));
    }
    let others = [
        json!("https://evil.example"),
        json!(""),
        json!(null),
        json!([&app.url, "https://evil.example"]),
        json!(format!("{}/", app.url)),
    ];
    for (name, value) in ["iss", "aud"].into_iter().flat_map(|name| others.iter().map(move |value| (name, value))) {
        attacks.push((format!("{name} {value}"), ours(&header, &with(&claims, name, value.clone()))));
    }
    for name in ["sub", "sid", "exp", "iat", "jti", "plan"] {
        attacks.push((format!("no {name}"), ours(&header, &with(&claims, name, json!(null)))));
        attacks.push((format!("an odd {name}"), ours(&header, &with(&claims, name, json!({"a": 1})))));
    }
    for (name, value) in [
        ("sub", json!("x")),
        ("sub", json!(1)),
        ("sid", json!("x")),
        ("sid", json!(1)),
        ("iat", json!(app.clock.unix() + 61)),
        ("nbf", json!(app.clock.unix() + 61)),
        ("exp", json!("9999999999")),
        ("exp", json!(-1.5)),
    ] {
        attacks.push((format!("{name} {value}"), ours(&header, &with(&claims, name, value))));
    }
    attacks
}

on_both! {
    async fn what_an_access_token_says(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let (header, claims) = read(browser.access.as_ref().unwrap());
        let (sid, now) = (browser.get("sessions").await.json()["sessions"][0]["id"].clone(), app.clock.unix());
        assert_eq!(header, json!({"alg": "HS256", "typ": "at+jwt"}));
        let jti = claims["jti"].as_str().unwrap().to_owned();
        let iss = app.url.as_str();
        assert_eq!(
            claims,
            json!({"iss": iss, "aud": iss, "sub": "1", "sid": sid, "plan": "vip", "iat": now, "exp": now + 900, "jti": jti})
        );
        assert_eq!(jti.len(), 22, "128 bits in base64url");

        app.put_on_plan(&ivan, "elite").await;
        app.clock.pass(5);
        browser.refresh().await;
        let (_, next) = read(browser.access.as_ref().unwrap());
        assert_eq!((&next["plan"], &next["iat"], &next["sid"]), (&json!("elite"), &json!(now + 5), &sid));
        assert_ne!(next["jti"], json!(jti));
    }

    /// Validates the forging helper: with our key and our claims, its token is accepted.
    async fn a_token_made_with_our_key_is_ours(app: App) {
        let browser = app.signed_in(&app.person("Ivan")).await;
        let (header, claims) = read(browser.access.as_ref().unwrap());
        assert_eq!(outcome(&browser, &forge(&header, &claims, JWT_SECRET, 256)).await, "200");
        let with_claim = |name: &str, value: Value| forge(&header, &with(&claims, name, value), JWT_SECRET, 256);
        let now = app.clock.unix();
        assert_eq!(outcome(&browser, &with_claim("exp", json!(now + 1))).await, "200");
        assert_eq!(outcome(&browser, &with_claim("iat", json!(now + 60))).await, "200");
        for (name, value, refusal) in [
            ("exp", json!(now), "token_expired"),
            ("exp", json!(0), "token_expired"),
            ("sid", json!("999"), "session_ended"),
            ("sub", json!("999"), "session_ended"),
        ] {
            assert_eq!(
                outcome(&browser, &with_claim(name, value)).await,
                format!("401 Invalid or expired token ({refusal})")
            );
        }
    }

    async fn no_other_token_signs_in(app: App) with [SERVICE]; {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let theirs = app.signed_in(&app.person("Olga")).await.access.unwrap();
        let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        for (what, token) in attacks(&app, &browser, [&theirs, &key]) {
            for (method, path) in protected() {
                let mut attacker = Browser { access: Some(token.clone()), cookie: None, ..browser.clone() };
                let answer = attacker.send(attacker.request(method.clone(), &path)).await;
                let answered = (answer.status != 200).then(|| answer.problem());
                assert_eq!(answered.as_deref(), Some(INVALID), "{what} at {method} {path}");
            }
        }
        assert_eq!(browser.get("me").await.status, 200, "the unaltered token stays valid");
    }

    /// Access tokens, even valid ones, are not accepted where an API key or the service credential is required.
    async fn access_tokens_are_neither_keys_nor_service_credentials(app: App) with [SERVICE]; {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let theirs = app.signed_in(&app.person("Olga")).await.access.unwrap();
        let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        let mut tokens = attacks(&app, &browser, [&theirs, &key]);
        tokens.push(("an honest token".to_owned(), browser.access.clone().unwrap()));
        let others = ROUTES.into_iter().filter(|(_, _, who)| matches!(who, Who::Key | Who::Service));
        let doors: Vec<_> = others.collect();
        assert!(doors.len() >= 5, "{doors:?}");
        for (what, token) in tokens {
            for (method, path, who) in &doors {
                let own = if *who == Who::Key { "a live key" } else { "the service credential" };
                if what == own {
                    continue;
                }
                let mut attacker = Browser { access: Some(token.clone()), cookie: None, ..browser.clone() };
                let answer = attacker.send(attacker.request(method.clone(), path)).await;
                let refusal = answer.problem();
                assert!(refusal.starts_with("401 Invalid or expired token ("), "{what} at {method} {path}: {refusal}");
            }
        }
    }
}
