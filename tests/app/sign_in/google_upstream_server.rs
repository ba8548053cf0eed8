//! Sign-in with Google against an independent OpenID Provider: by redirect, and by a code that a page posts.

use std::sync::Arc;

use reqwest::redirect::Policy;
use serde_json::json;
use url::Url;

use crate::pages::{Reader, leads_to};
use crate::support;
use crate::support::servers::oidc_server::OidcServer;
use crate::support::{App, Database, ask};

const CREDENTIALS: [(&str, &str); 2] = [("GOOGLE_CLIENT_ID", "nb-client"), ("GOOGLE_CLIENT_SECRET", "nb-secret")];

async fn run<T: Future<Output = ()> + Send + 'static>(
    database: Database,
    test: impl FnOnce(Arc<App>, OidcServer) -> T,
) {
    let mock = OidcServer::start();
    let issuer = mock.issuer.clone();
    let settings = [CREDENTIALS[0], CREDENTIALS[1], ("GOOGLE_ISSUER_URL", issuer.as_str())];
    support::run(database, &[&settings], |app| test(app, mock)).await;
}

/// Opens an authorization URL at the provider; returns the address it redirects to.
async fn visit(address: &str) -> String {
    let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    ask(client.get(address)).await.header("location").to_owned()
}

fn ivan(app: &App) -> serde_json::Value {
    let now = app.clock.unix();
    json!({"sub": "g-1", "name": "Ivan", "email": "ivan@example.com", "email_verified": true, "iat": now, "exp": now + 3600})
}

async fn the_whole_way(app: Arc<App>, mut mock: OidcServer) {
    mock.say(&ivan(&app));
    for again in [false, true] {
        let mut reader = Reader::new(&app, "en");
        let there = reader.get("/auth/google/start?next=/web/profile").await;
        assert!(leads_to(&there).starts_with(&mock.issuer), "{there:?}");
        let back = visit(leads_to(&there)).await;
        assert!(back.starts_with(&format!("{}/auth/google/callback?", app.url)), "{back:?}");
        assert_eq!(leads_to(&reader.get(&back).await), "/web/profile", "{again}");
        assert!(reader.get("/web/profile").await.text.contains("Ivan"));
        // The second sign-in uses a key that was not published at the first.
        mock.rotate();
    }
}

async fn a_code_that_a_page_posts(app: Arc<App>, mut mock: OidcServer) {
    mock.say(&ivan(&app));
    let redirect_uri = format!("{}/auth/google/callback", app.url);
    let code = async |challenge: Option<&str>| {
        let mut address = Url::parse(&format!("{}/authorize", mock.issuer)).unwrap();
        address.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", "nb-client"),
            ("scope", "openid email"),
            ("redirect_uri", &redirect_uri),
            ("state", "s"),
            ("nonce", "n-1"),
        ]);
        if let Some(challenge) = challenge {
            address.query_pairs_mut().extend_pairs([("code_challenge", challenge), ("code_challenge_method", "S256")]);
        }
        let back = Url::parse(&visit(address.as_str()).await).unwrap();
        back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
    };
    // Test vector of RFC 7636, appendix B.
    let (verifier, challenge) =
        ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let mut browser = app.browser();
    let good = json!({"code": code(Some(challenge)).await, "redirect_uri": redirect_uri, "code_verifier": verifier, "nonce": "n-1"});
    let answer = browser.post("auth/google", good).await;
    assert_eq!(
        answer.json()["user"],
        json!({"id": 1, "name": "Ivan", "plan": "free", "token_balance": 100}),
        "{answer:?}"
    );
    assert_eq!(browser.refresh().await.status, 200);

    let other = "x".repeat(43);
    let wrong = json!({"code": code(Some(challenge)).await, "redirect_uri": redirect_uri, "code_verifier": other});
    assert_eq!(
        app.browser().post("auth/google", wrong).await.problem(),
        "401 Invalid or expired token (google_code_refused)"
    );
    let nonce = json!({"code": code(None).await, "redirect_uri": redirect_uri, "nonce": "n-2"});
    assert_eq!(
        app.browser().post("auth/google", nonce).await.problem(),
        "401 Invalid or expired token (google_unproven)"
    );
}

async fn what_it_says_that_is_not_for_us(app: Arc<App>, mut mock: OidcServer) {
    let now = app.clock.unix();
    for (name, value) in [
        ("aud", json!("somebody-else")),
        ("iss", json!("https://evil.example")),
        ("exp", json!(now - 1)),
        ("iat", json!(now + 3600)),
        ("nonce", json!("another")),
    ] {
        let mut claims = ivan(&app);
        claims[name] = value;
        mock.say(&claims);
        let mut reader = Reader::new(&app, "en");
        let there = reader.get("/auth/google/start").await;
        let back = visit(leads_to(&there)).await;
        assert_eq!(leads_to(&reader.get(&back).await), "/web?error=google_unproven", "{name}");
    }
}

macro_rules! on_both_with_mock {
    ($($name:ident)+) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(Database::Sqlite, super::$name).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(Database::Postgres, super::$name).await;
            }
        }
    )+};
}

on_both_with_mock! { the_whole_way a_code_that_a_page_posts what_it_says_that_is_not_for_us }
