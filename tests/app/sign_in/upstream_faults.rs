//! Failures of Google and forged ID tokens. Nobody is signed in, and the caller gets a reason within a bounded time.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::servers::openid::{
    CLIENT, GOOGLE, Mood, public, token, token_ed25519, token_hmac, token_unsigned, token_with,
};
use crate::support::{Answer, App, Browser};

/// Upper bound of one response, with a margin for busy machines.
const BOUND: Duration = Duration::from_secs(12);

/// Posts an unused code.
async fn ask(app: &App) -> Answer {
    let code = format!("code-{}", app.domain.random_id());
    let ask = json!({"code": code, "redirect_uri": format!("{}/auth/google/callback", app.url)});
    let since = Instant::now();
    let answer = app.browser().post("auth/google", ask).await;
    assert!(since.elapsed() < BOUND, "{answer:?}");
    assert!(answer.status == 200 || answer.cookies().is_empty(), "{answer:?}");
    answer
}

async fn outcome(app: &App) -> String {
    let answer = ask(app).await;
    if answer.status == 200 { "200".to_owned() } else { answer.problem() }
}

fn honest(app: &App) -> Value {
    app.provider.claims(app, "g-1", json!({"name": "Ivan"}))
}

fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut value = value.clone();
    match member {
        Value::Null => _ = value.as_object_mut().unwrap().remove(name),
        member => value[name] = member,
    }
    value
}

/// Builds well-formed ID tokens that must not be accepted.
fn forgeries(app: &App) -> Vec<(String, String)> {
    let claims = honest(app);
    let good = token(1, &claims);
    let [head, body, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let evil = URL_SAFE_NO_PAD.encode(with(&claims, "sub", json!("g-2")).to_string());
    let other = token(1, &with(&claims, "sub", json!("g-2")));
    let now = app.clock.unix();
    let key = public(1).to_string();
    let hmac = |alg: &str, secret: &[u8]| token_hmac(&json!({"alg": alg, "kid": "key-1"}), secret, &claims);
    let mut tokens = vec![
        ("claims of another", format!("{head}.{evil}.{signature}")),
        ("signature of another", format!("{head}.{body}.{}", other.split('.').nth(2).unwrap())),
        ("zeros for a signature", format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode([0; 64]))),
        ("no signature", format!("{head}.{body}.")),
        ("another key under the name of ours", token_with(&json!({"alg": "ES256", "kid": "key-1"}), 2, &claims)),
        ("a key that is not published", token(9, &claims)),
        ("another algorithm than its key's", token_with(&json!({"alg": "RS256", "kid": "key-1"}), 1, &claims)),
        ("an algorithm that is not allowed", token_with(&json!({"alg": "ES384", "kid": "key-1"}), 1, &claims)),
        ("RS512", token_with(&json!({"alg": "RS512", "kid": "key-1"}), 1, &claims)),
        ("none", token_unsigned("none", &claims)),
        ("HS256 with the public key", hmac("HS256", key.as_bytes())),
        ("HS256 with our client secret", hmac("HS256", b"visible-secret")),
        ("HS256 with nothing", hmac("HS256", b"")),
        ("HS512 in name", hmac("HS512", b"visible-secret")),
    ];
    let hours = 3600;
    for (what, claims) in [
        ("another issuer", with(&claims, "iss", json!("https://evil.example"))),
        ("the issuer with a slash", with(&claims, "iss", json!(format!("{}/", app.provider.issuer)))),
        ("for somebody else", with(&claims, "aud", json!("another-client"))),
        ("for us and somebody else", with(&claims, "aud", json!([CLIENT, "another-client"]))),
        ("for nobody", with(&claims, "aud", json!([]))),
        ("expired now", with(&claims, "exp", json!(now))),
        ("expired long ago", with(&with(&claims, "iat", json!(now - 2 * hours)), "exp", json!(now - hours))),
        ("from the future", with(&claims, "iat", json!(now + 61))),
    ] {
        tokens.push((what, token(1, &claims)));
    }
    tokens.into_iter().map(|(what, token)| (what.to_owned(), token)).collect()
}

on_both! {
    /// Validates the forging helpers: with the right key and claims, their tokens are accepted.
    async fn an_honest_identity_token_is_believed(app: App) with GOOGLE; {
        let now = app.clock.unix();
        let claims = honest(&app);
        let no_kid = token_with(&json!({"alg": "ES256"}), 1, &claims);
        let late = with(&with(&claims, "iat", json!(now + 60)), "exp", json!(now + 1));
        for token in [token(1, &claims), token_ed25519(1, &claims), no_kid, token(1, &late), token(1, &with(&claims, "aud", json!([CLIENT])))] {
            app.provider.give(token);
            assert_eq!(outcome(&app).await, "200");
        }
    }

    async fn no_other_identity_token_is(app: App) with GOOGLE; {
        for (what, token) in forgeries(&app) {
            app.provider.give(token);
            assert_eq!(outcome(&app).await, "401 Invalid or expired token (google_unproven)", "{what}");
        }
        let claims = honest(&app);
        for (what, token) in [
            ("no subject", token(1, &with(&claims, "sub", json!(null)))),
            ("a subject that is a list", token(1, &with(&claims, "sub", json!(["g-1"])))),
            ("an empty subject", token(1, &with(&claims, "sub", json!("")))),
            ("no end", token(1, &with(&claims, "exp", json!(null)))),
            ("an end in words", token(1, &with(&claims, "exp", json!("tomorrow")))),
            ("two parts", "a.b".to_owned()),
            ("no token", "x".to_owned()),
            ("nothing", String::new()),
            ("an alg in small letters", token_unsigned("NoNe", &claims)),
        ] {
            app.provider.give(token);
            let refusal = outcome(&app).await;
            assert!(refusal.starts_with("502 ") || refusal.starts_with("401 "), "{what}: {refusal}");
        }
        app.provider.give(token(1, &claims));
        assert_eq!(ask(&app).await.json()["user"]["id"], 1, "no account was created meanwhile");
    }

    async fn what_google_refuses_is_distinguished_from_our_own_faults(app: App) with GOOGLE; {
        for (error, wanted) in [
            ("invalid_grant", "401 Invalid or expired token (google_code_refused)"),
            ("invalid_request", "401 Invalid or expired token (google_code_refused)"),
            ("invalid_client", "502 Bad gateway (google_nonsense)"),
            ("unauthorized_client", "502 Bad gateway (google_nonsense)"),
            ("anything_else", "502 Bad gateway (google_nonsense)"),
        ] {
            app.provider.be("token", Mood::Refusing(error));
            assert_eq!(outcome(&app).await, wanted, "{error}");
        }
    }

    async fn a_broken_token_endpoint(app: App) with GOOGLE; {
        app.provider.give(token(1, &honest(&app)));
        for (mood, wanted) in [
            (Mood::Broken, "503 Service unavailable (google_unavailable)"),
            (Mood::Dropped, "503 Service unavailable (google_unavailable)"),
            (Mood::Page, "502 Bad gateway (google_nonsense)"),
            (Mood::Half, "502 Bad gateway (google_nonsense)"),
            (Mood::Endless, "502 Bad gateway (google_nonsense)"),
            (Mood::Elsewhere, "502 Bad gateway (google_nonsense)"),
            (Mood::Other, "502 Bad gateway (google_nonsense)"),
            (Mood::Silent, "503 Service unavailable (google_unavailable)"),
            (Mood::Well, "200"),
        ] {
            app.provider.be("token", mood);
            assert_eq!(outcome(&app).await, wanted, "{mood:?}");
        }
        app.provider.be("token", Mood::Broken);
        assert_eq!(ask(&app).await.header("retry-after"), "5");
    }

    async fn a_provider_that_cannot_be_found_out_about(app: App) with GOOGLE; {
        app.provider.give(token(1, &honest(&app)));
        for what in ["discovery", "keys"] {
            for (mood, wanted) in [
                (Mood::Broken, "503 Service unavailable (google_unavailable)"),
                (Mood::Dropped, "503 Service unavailable (google_unavailable)"),
                (Mood::Page, "502 Bad gateway (google_nonsense)"),
                (Mood::Half, "502 Bad gateway (google_nonsense)"),
                (Mood::Endless, "502 Bad gateway (google_nonsense)"),
                (Mood::Elsewhere, "502 Bad gateway (google_nonsense)"),
            ] {
                app.provider.be(what, mood);
                assert_eq!(outcome(&app).await, wanted, "{what} {mood:?}");
                let asked = app.provider.asked(what);
                assert_eq!(outcome(&app).await, "503 Service unavailable (google_unavailable)", "failures are cached for 5 s");
                assert_eq!(app.provider.asked(what), asked);
                app.clock.pass(5);
            }
            app.provider.be(what, Mood::Well);
        }
        app.provider.be("discovery", Mood::Other);
        assert_eq!(outcome(&app).await, "502 Bad gateway (google_nonsense)", "the document names another issuer");
        app.clock.pass(5);
        app.provider.be("discovery", Mood::Silent);
        assert_eq!(outcome(&app).await, "503 Service unavailable (google_unavailable)");
        app.clock.pass(5);
        app.provider.be("discovery", Mood::Well);
        app.provider.give(token(1, &honest(&app)));
        assert_eq!(outcome(&app).await, "200");
    }

    async fn what_is_known_of_google_is_held_for_an_hour_and_outlives_a_bad_day(app: App) with GOOGLE; {
        let asked = || (app.provider.asked("discovery"), app.provider.asked("keys"));
        for (seconds, wanted) in [(0, (1, 1)), (3599, (1, 1)), (1, (2, 2))] {
            app.clock.pass(seconds);
            app.provider.give(token(1, &honest(&app)));
            assert_eq!((outcome(&app).await.as_str(), asked()), ("200", wanted));
        }
        app.provider.be("keys", Mood::Broken);
        for (seconds, wanted) in [(3600, "200"), (86_400 - 3601, "200"), (5, "503 Service unavailable (google_unavailable)")] {
            app.clock.pass(seconds);
            app.provider.give(token(1, &honest(&app)));
            assert_eq!(outcome(&app).await, wanted, "after {seconds} s");
        }
    }

    async fn new_keys_are_asked_for_when_they_are_needed_and_not_all_the_time(app: App) with GOOGLE; {
        let claims = || honest(&app);
        app.provider.give(token(1, &claims()));
        assert_eq!(outcome(&app).await, "200");
        app.provider.publish(&[2]);
        app.provider.give(token(2, &claims()));
        assert_eq!((outcome(&app).await.as_str(), app.provider.asked("keys")), ("200", 2), "the new key is fetched");
        app.provider.give(token(1, &claims()));
        let unproven = "401 Invalid or expired token (google_unproven)";
        assert_eq!((outcome(&app).await.as_str(), app.provider.asked("keys")), (unproven, 2), "the old one is rejected");
        app.provider.publish(&[3]);
        app.provider.give(token(3, &claims()));
        assert_eq!((outcome(&app).await.as_str(), app.provider.asked("keys")), (unproven, 2), "not within 30 s again");
        app.clock.pass(30);
        app.provider.give(token(3, &claims()));
        assert_eq!((outcome(&app).await.as_str(), app.provider.asked("keys")), ("200", 3));
    }

    async fn whatever_google_does_other_sign_in_methods_work(app: App) with GOOGLE; {
        app.provider.be("discovery", Mood::Silent);
        let asking = crate::support::at_once((0..8).map(|_| {
            let app = app.clone();
            async move { ask(&app).await }
        }));
        let by_widget = async {
            let mut browser: Browser = app.signed_in(&app.person("Ivan")).await;
            browser.get("me").await
        };
        let (asked, me) = futures::future::join(asking, by_widget).await;
        assert_eq!(me.status, 200);
        for answer in asked {
            assert_eq!(answer.problem(), "503 Service unavailable (google_unavailable)");
        }
    }
}
