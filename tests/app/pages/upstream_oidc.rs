//! Sign-in with Google on the pages, by redirect.

use std::collections::BTreeMap;

use serde_json::json;
use url::Url;

use super::{Reader, check, leads_to};
use crate::on_both;
use crate::support::servers::openid::{CLIENT, GOOGLE, Mood, TELEGRAM, token};
use crate::support::{Answer, App};

const START: &str = "/auth/google/start";

/// Returns the parameters of the authorization request.
fn sent(app: &App, start: &Answer) -> BTreeMap<String, String> {
    let url = Url::parse(leads_to(start)).unwrap();
    assert!(url.as_str().starts_with(&format!("{}/authorize?tenant=1&", app.provider.issuer)), "{url}");
    url.query_pairs().into_owned().collect()
}

/// Returns the path to which Google redirects after consent.
fn agreed(app: &App, asked: &BTreeMap<String, String>) -> String {
    let claims = json!({"name": "Ivan", "nonce": asked["nonce"], "email": "ivan@example.com", "email_verified": true});
    app.provider.give(token(1, &app.provider.claims(app, "g-1", claims)));
    format!("/auth/google/callback?state={}&code={}&scope=openid", asked["state"], app.domain.random_id())
}

on_both! {
    async fn there_and_back(app: App) with GOOGLE; {
        let mut reader = Reader::new(&app, "en");
        let page = reader.get("/web?next=%2Fweb%2Fbilling%3Fa%3D1").await;
        check(&page);
        assert!(page.text.contains("href=\"/auth/google/start?next=%2Fweb%2Fbilling%3Fa%3D1\""), "{page:?}");
        assert!(page.text.contains("Sign in with Google") && !page.text.contains("/auth/telegram-login/"), "{page:?}");

        let start = reader.get(&format!("{START}?next=%2Fweb%2Fbilling%3Fa%3D1")).await;
        let asked = sent(&app, &start);
        let told = |name: &str| asked[name].as_str();
        assert_eq!((told("response_type"), told("client_id"), told("scope")), ("code", CLIENT, "openid email profile"));
        assert_eq!((told("code_challenge_method"), told("code_challenge").len()), ("S256", 43));
        assert_eq!(told("redirect_uri"), format!("{}/auth/google/callback", app.url));
        let [cookie] = start.cookies().try_into().unwrap();
        assert!(cookie.starts_with("nb_upstream_state=") && cookie.ends_with("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");

        let back = agreed(&app, &asked);
        let answer = reader.get(&back).await;
        assert_eq!(leads_to(&answer), "/web/billing?a=1");
        assert!(reader.cookies.contains_key("nb_refresh") && !reader.cookies.contains_key("nb_upstream_state"), "{answer:?}");
        let verifier = &app.provider.redeemed().form["code_verifier"];
        assert_eq!(asked["code_challenge"], challenge(verifier), "only the requesting browser can redeem the code");
        assert!(reader.get("/web/profile").await.text.contains("Ivan"));
        assert_eq!(leads_to(&reader.get(&back).await), "/web?error=login_state", "once");
    }

    async fn only_the_browser_that_went_comes_back(app: App) with GOOGLE; {
        let (mut ivan, mut mallory) = (Reader::new(&app, "en"), Reader::new(&app, "en"));
        let asked = sent(&app, &mallory.get(START).await);
        ivan.get(START).await;
        let back = agreed(&app, &asked);
        assert_eq!(leads_to(&ivan.get(&back).await), "/web?error=login_state");
        assert_eq!(leads_to(&Reader::new(&app, "en").get(&back).await), "/web?error=login_state");
        let elsewhere = back.replacen(&asked["state"], "a.b.c", 1);
        for back in [elsewhere.as_str(), "/auth/google/callback", "/auth/google/callback?code=a", "/auth/google/callback?state="] {
            assert_eq!(leads_to(&mallory.get(back).await), "/web?error=login_state");
        }
        assert_eq!(app.provider.asked("token"), 0, "the code was not sent");
        assert_eq!(leads_to(&mallory.get(&back).await), "/web/profile/api-keys");
    }

    async fn a_second_tab_spoils_nothing(app: App) with GOOGLE; {
        let mut reader = Reader::new(&app, "en");
        let first = sent(&app, &reader.get(&format!("{START}?next=/web/billing")).await);
        let second = sent(&app, &reader.get(START).await);
        assert!(first["state"] != second["state"] && first["nonce"] != second["nonce"]);
        assert_eq!(leads_to(&reader.get(&agreed(&app, &first)).await), "/web/billing");
    }

    async fn the_identity_token_must_belong_to_this_redirect(app: App) with GOOGLE; {
        let mut reader = Reader::new(&app, "en");
        let (first, second) = (sent(&app, &reader.get(START).await), sent(&app, &reader.get(START).await));
        let mixed = BTreeMap::from([("state".to_owned(), first["state"].clone()), ("nonce".to_owned(), second["nonce"].clone())]);
        assert_eq!(leads_to(&reader.get(&agreed(&app, &mixed)).await), "/web?error=google_unproven");
    }

    async fn a_person_who_declines_returns_to_the_start(app: App) with GOOGLE; {
        let mut reader = Reader::new(&app, "en");
        let asked = sent(&app, &reader.get(&format!("{START}?next=/web/billing")).await);
        let back = format!("/auth/google/callback?error=access_denied&state={}", asked["state"]);
        assert_eq!(leads_to(&reader.get(&back).await), "/web?next=%2Fweb%2Fbilling");
    }

    async fn nobody_is_led_to_another_site(app: App) with GOOGLE; {
        for next in ["//evil.example", "https://evil.example", "/%5Cevil.example", "javascript:alert(1)"] {
            let mut reader = Reader::new(&app, "en");
            let asked = sent(&app, &reader.get(&format!("{START}?next={next}")).await);
            assert_eq!(leads_to(&reader.get(&agreed(&app, &asked)).await), "/web/profile/api-keys", "{next}");
        }
    }

    async fn what_goes_wrong_is_shown_on_the_page(app: App) with GOOGLE; {
        let mut reader = Reader::new(&app, "ru");
        app.provider.be("discovery", Mood::Broken);
        let answer = reader.get(&format!("{START}?next=/web/billing")).await;
        assert_eq!(leads_to(&answer), "/web?error=google_unavailable&next=%2Fweb%2Fbilling");
        let page = reader.get("/web?error=google_unavailable&next=%2Fweb%2Fbilling").await;
        check(&page);
        assert!(page.text.contains("Google не отвечает"), "{page:?}");
        app.clock.pass(5);
        app.provider.be("discovery", Mood::Well);
        let asked = sent(&app, &reader.get(START).await);
        app.provider.be("token", Mood::Refusing("invalid_grant"));
        assert_eq!(leads_to(&reader.get(&agreed(&app, &asked)).await), "/web?error=google_code_refused");
    }

    async fn without_settings_there_is_no_button(app: App) {
        let mut reader = Reader::new(&app, "en");
        let page = reader.get("/web").await;
        assert!(!page.text.contains("Google"), "{page:?}");
        assert_eq!(leads_to(&reader.get(START).await), "/web?error=google_off");
    }

    async fn nor_where_our_own_page_is_not_among_the_allowed(app: App) with [GOOGLE[0], GOOGLE[1], GOOGLE[2], ("GOOGLE_REDIRECT_URIS", "https://shop.example/back")]; {
        let mut reader = Reader::new(&app, "en");
        assert!(!reader.get("/web").await.text.contains("Google"));
        assert_eq!(leads_to(&reader.get(START).await), "/web?error=google_off");
    }

    async fn on_https_the_cookie_is_bound_to_the_host(app: App) with [GOOGLE[0], GOOGLE[1], GOOGLE[2], ("NEURALBOX_PUBLIC_URL", "https://auth.example")]; {
        let start = Reader::new(&app, "en").get(START).await;
        let [cookie] = start.cookies().try_into().unwrap();
        assert!(cookie.starts_with("__Host-nb_upstream_state=") && cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{cookie}");
    }

    async fn both_buttons_side_by_side(app: App) with [GOOGLE[0], GOOGLE[1], GOOGLE[2], TELEGRAM[0], TELEGRAM[1], TELEGRAM[2]]; {
        let page = Reader::new(&app, "ru").get("/web").await;
        check(&page);
        assert!(page.text.contains("Войти через Google") && page.text.contains("href=\"/auth/telegram-login/start\""), "{page:?}");
    }
}

fn challenge(verifier: &str) -> String {
    use base64::Engine;
    use sha2::Digest;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier))
}
