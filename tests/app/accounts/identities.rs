//! Linking and unlinking identities.

use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use crate::on_both;
use crate::pages::{Reader, check};
use crate::support::servers::openid::{GOOGLE, token};
use crate::support::{App, Browser, at_once, signing};

/// Returns the subjects of all identities in one line.
async fn ways(browser: &mut Browser) -> String {
    listed(&browser.get("identities").await.json())
}

fn listed(answer: &Value) -> String {
    let ways = answer["identities"].as_array().unwrap_or_else(|| panic!("{answer}"));
    ways.iter().map(|way| way["subject"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

on_both! {
    async fn a_telegram_account_that_nobody_has_is_added_by_the_widget(app: App) {
        let (ivan, other) = (app.person("Ivan"), app.person("Other"));
        let mut browser = app.signed_in(&ivan).await;
        let answer = browser.post("identities/telegram", app.widget_of(&other)).await;
        assert_eq!((answer.status, listed(&answer.json())), (200, format!("{} {}", ivan.id, other.id)), "{answer:?}");
        assert_eq!(answer.json()["merge"], Value::Null);
        let mut there = app.browser();
        assert_eq!(there.sign_in(&app, &other).await.json()["user"]["id"], 1, "it signs in to the same account");
        let again = browser.post("identities/telegram", app.widget_of(&other)).await;
        assert_eq!(listed(&again.json()), format!("{} {}", ivan.id, other.id), "linking again changes nothing");
    }

    async fn one_is_added_by_a_mini_app(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.signed_in(&ivan).await;
        let auth_date = app.clock.unix().to_string();
        let data = signing::init_data(&[("query_id", "A"), ("user", r#"{"id":42,"first_name":"Ivan"}"#), ("auth_date", &auth_date)]);
        let answer = browser.post("identities/telegram", json!({ "init_data": data })).await;
        assert_eq!(listed(&answer.json()), format!("{} 42", ivan.id));
        let answer = browser.post("identities/telegram", json!({ "init_data": data })).await;
        assert_eq!(answer.problem(), "401 Invalid or expired token (login_used)");
    }

    async fn a_proof_counts_once_and_only_if_it_is_one(app: App) {
        let (ivan, other) = (app.person("Ivan"), app.person("Other"));
        let mut browser = app.signed_in(&ivan).await;
        let object = app.widget_of(&other);
        let mut forged = object.clone();
        forged["id"] = json!(777);
        let answer = browser.post("identities/telegram", forged).await;
        assert_eq!(answer.problem(), "401 Invalid or expired token (login_forged)");
        assert_eq!(app.browser().post("auth/telegram", object.clone()).await.status, 200);
        let answer = browser.post("identities/telegram", object).await;
        assert_eq!(answer.problem(), "401 Invalid or expired token (login_used)", "used for a sign-in before");
        let object = app.widget_of(&app.person("Third"));
        assert_eq!(browser.post("identities/telegram", object.clone()).await.status, 200);
        assert_eq!(app.browser().post("auth/telegram", object).await.status, 401, "used for linking before");
        let stale = app.widget_of(&app.person("Fourth"));
        app.clock.pass(400);
        assert_eq!(browser.post("identities/telegram", stale).await.problem(), "401 Invalid or expired token (login_stale)");
        let answer = browser.post("identities/telegram", json!({"id": 1})).await;
        assert_eq!(answer.status, 422, "{answer:?}");
        assert_eq!(ways(&mut browser).await.split(' ').count(), 2);
    }

    async fn one_is_added_by_the_bot_and_only_the_right_number_counts(app: App) {
        let (ivan, other) = (app.person("Ivan"), app.person("Other"));
        app.greet(&other).await;
        let mut browser = app.signed_in(&ivan).await;
        let told = browser.post("identities/telegram/start", json!({})).await.json();
        let poll = json!({"poll_token": told["poll_token"]});
        assert_eq!(browser.post("identities/telegram/poll", poll.clone()).await.status, 202);
        assert_eq!(app.browser().post("auth/telegram/poll", poll.clone()).await.problem(), "400 Sign-in is over (sign_in_unknown)", "a linking request signs nobody in");
        let mut olga = app.signed_in(&app.person("Olga")).await;
        assert_eq!(olga.post("identities/telegram/poll", poll.clone()).await.problem(), "400 Sign-in is over (sign_in_unknown)");
        app.say(&other, &format!("/start signin_{}", told["code"].as_str().unwrap())).await;
        app.tap(&other, &told["match"].to_string()).await;
        assert_eq!(app.browser().post("auth/telegram/poll", poll.clone()).await.problem(), "400 Sign-in is over (sign_in_unknown)");
        let answer = browser.post("identities/telegram/poll", poll.clone()).await.json();
        assert_eq!(answer["merge"]["goes"]["name"], "Other", "the other person already has an account: {answer}");
        assert_eq!(browser.post("identities/telegram/poll", poll).await.problem(), "400 Sign-in is over (sign_in_used)");

        let told = browser.post("identities/telegram/start", json!({})).await.json();
        app.say(&other, &format!("/start signin_{}", told["code"].as_str().unwrap())).await;
        app.tap(&other, "🚫 Not me").await;
        let answer = browser.post("identities/telegram/poll", json!({"poll_token": told["poll_token"]})).await;
        assert_eq!(answer.problem(), "400 Sign-in is over (sign_in_refused)");
    }

    async fn an_identity_is_unlinked_but_not_the_last_one(app: App) {
        let (ivan, other) = (app.person("Ivan"), app.person("Other"));
        let mut browser = app.signed_in(&ivan).await;
        let last = browser.delete(&format!("identities/telegram/{}", ivan.id)).await;
        assert_eq!(last.problem(), "409 Conflict (last_identity)");
        browser.post("identities/telegram", app.widget_of(&other)).await;
        assert_eq!(browser.delete(&format!("identities/telegram/{}", ivan.id)).await.status, 204);
        assert_eq!(browser.get("me").await.problem(), "401 Invalid or expired token (session_ended)", "its sessions end with it");
        let mut browser = app.signed_in(&other).await;
        assert_eq!(browser.delete(&format!("identities/telegram/{}", ivan.id)).await.problem(), "404 Not found (identity_not_found)");
        assert_eq!(ways(&mut browser).await, other.id.to_string());
        let mut there = app.browser();
        assert_eq!(there.sign_in(&app, &ivan).await.json()["user"]["id"], 2, "an unlinked one opens a new account");
    }

    async fn of_two_unlinkings_of_the_last_two_identities_one_is_refused(app: App) {
        let (ivan, other) = (app.person("Ivan"), app.person("Other"));
        let mut browser = app.signed_in(&ivan).await;
        browser.post("identities/telegram", app.widget_of(&other)).await;
        let take = |id: i64| {
            let mut browser = browser.clone();
            async move { browser.delete(&format!("identities/telegram/{id}")).await.status }
        };
        let mut outcomes = at_once([take(ivan.id), take(other.id)]).await;
        outcomes.sort_unstable();
        assert!([vec![204, 401], vec![204, 409]].contains(&outcomes), "{outcomes:?}");
        let left = if app.signed_in(&ivan).await.get("me").await.json()["id"] == 1 { ivan } else { other };
        assert_eq!(ways(&mut app.signed_in(&left).await).await, left.id.to_string());
    }

    async fn unlinking_one_needs_a_recent_sign_in(app: App) {
        let (ivan, other) = (app.person("Ivan"), app.person("Other"));
        let mut browser = app.signed_in(&ivan).await;
        browser.post("identities/telegram", app.widget_of(&other)).await;
        app.clock.pass(899);
        browser.refresh().await;
        assert_eq!(browser.delete(&format!("identities/telegram/{}", other.id)).await.status, 204);
        assert_eq!(browser.post("identities/telegram", app.widget_of(&other)).await.status, 200);
        app.clock.pass(1);
        browser.refresh().await;
        let answer = browser.delete(&format!("identities/telegram/{}", other.id)).await;
        assert_eq!(answer.problem(), "403 Sign in again (reauth_required)", "a refresh is no sign-in");
    }

    async fn nobody_unlinks_what_is_not_theirs(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let mut ivans = app.signed_in(&ivan).await;
        ivans.post("identities/telegram", app.widget_of(&app.person("Other"))).await;
        app.signed_in(&olga).await;
        for way in [format!("telegram/{}", olga.id), "email/a@b.c".to_owned(), "x/%00".to_owned(), "telegram/%ff".to_owned()] {
            let answer = ivans.delete(&format!("identities/{way}")).await;
            assert_eq!(answer.problem(), "404 Not found (identity_not_found)", "{way}");
        }
    }

    async fn a_google_account_is_added_and_leads_here(app: App) with GOOGLE; {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let callback = format!("{}/auth/google/callback", app.url);
        let give = |subject: &str| {
            let more = json!({"name": "Ivan", "email": "ivan@example.com", "email_verified": true});
            app.provider.give(token(1, &app.provider.claims(&app, subject, more)));
        };
        give("g-1");
        let code = json!({"code": "one", "redirect_uri": callback});
        let answer = browser.post("identities/google", code.clone()).await;
        assert_eq!((answer.status, listed(&answer.json()).as_str()), (200, "1001 g-1"), "{answer:?}");
        assert_eq!(browser.post("identities/google", code).await.status, 401, "a code can be used only once");
        let mut there = app.browser();
        give("g-1");
        let answer = there.post("auth/google", json!({"code": "two", "redirect_uri": callback})).await;
        assert_eq!(answer.json()["user"]["id"], 1, "{answer:?}");
        app.clock.pass(8 * 86_400);
        let mut olga = app.signed_in(&app.person("Olga")).await;
        give("g-1");
        let answer = olga.post("identities/google", json!({"code": "three", "redirect_uri": callback})).await.json();
        assert_eq!(answer["merge"]["goes"]["id"], 1, "a linked identity is not taken over: {answer}");
    }

    async fn google_is_added_on_the_page_and_by_no_link_of_another_website(app: App) with GOOGLE; {
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let page = reader.get("/web/profile/security").await;
        assert!(page.text.contains("method=\"post\" action=\"/web/profile/security/google\""), "{page:?}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains(&format!("form-action 'self' {};", app.provider.issuer)), "browsers check redirects too: {policy}");
        assert_eq!(reader.get("/web/profile/security/google").await.status, 405, "a link begins nothing");
        let foreign = reader.request(Method::POST, "/web/profile/security/google").header("sec-fetch-site", "cross-site");
        assert_eq!(reader.send(foreign).await.status, 403);
        let smuggled = reader.get("/auth/google/start?next=/web/profile/security/google").await;
        let there = Url::parse(smuggled.header("location")).unwrap();
        let state = |url: &Url| url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        assert_eq!(state(&there).split('.').nth(1), Some("sign_in"), "only the page starts a linking flow");
        let smuggled = reader.get("/web?next=/web/profile/security/google").await;
        assert!(!smuggled.text.contains("/web/profile/security/google"), "no sign-in leads there: {smuggled:?}");
        let answer = reader.post("/web/profile/security/google", &[]).await;
        let there = Url::parse(answer.header("location")).unwrap();
        let nonce = there.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
        app.provider.give(token(1, &app.provider.claims(&app, "g-9", json!({"name": "Ivan", "nonce": nonce}))));
        let answer = reader.get(&format!("/auth/google/callback?code=c&state={}", state(&there))).await;
        assert_eq!(answer.header("location"), "/web/profile/security/link", "{answer:?}");
        let page = reader.get("/web/profile/security").await;
        assert!(!page.text.contains("/unlink?kind=google"), "the return alone links nothing: {page:?}");
        for language in ["ru", "en"] {
            reader.language = language;
            check(&reader.get("/web/profile/security/link").await);
        }
        let answer = reader.post("/web/profile/security/link", &[]).await;
        assert_eq!(answer.header("location"), "/web/profile/security?done=linked", "{answer:?}");
        let again = reader.post("/web/profile/security/link", &[]).await;
        assert_eq!(again.header("location"), "/web/profile/security", "once: {again:?}");
        let page = reader.get("/web/profile/security").await;
        assert!(page.text.contains("Google") && page.text.contains("/unlink?kind=google"), "{page:?}");
    }

    async fn google_is_linked_only_to_the_account_that_started(app: App) with GOOGLE; {
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let there = reader.post("/web/profile/security/google", &[]).await;
        let there = Url::parse(there.header("location")).unwrap();
        let value = |wanted: &str| there.query_pairs().find(|(name, _)| name == wanted).unwrap().1.into_owned();
        app.provider.give(token(1, &app.provider.claims(&app, "g-9", json!({"name": "Ivan", "nonce": value("nonce")}))));
        reader.sign_in_as(&app.person("Olga")).await;
        reader.get(&format!("/auth/google/callback?code=c&state={}", value("state"))).await;
        let answer = reader.post("/web/profile/security/link", &[]).await;
        assert_eq!(answer.header("location"), "/web/profile/security", "{answer:?}");
        let page = reader.get("/web/profile/security").await;
        assert!(!page.text.contains("/unlink?kind=google"), "{page:?}");
    }
}
