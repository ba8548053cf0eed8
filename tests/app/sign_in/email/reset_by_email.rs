//! A password reset by email puts out a stranger who had the account: every session and open proof ends, and sign-in
//! methods younger than the address are off until the owner confirms them.

use reqwest::Method;
use serde_json::{Value, json};
use telegram_sandbox::{Person, ReceivedMail};

use crate::on_both;
use crate::pages::{Reader, check, leads_to};
use crate::sign_in::email_accounts::execute;
use crate::support::mailbox::{PASSWORD, count, login, token_in};
use crate::support::servers::openid::{GOOGLE, token};
use crate::support::{Answer, App, Browser};

const OWNER: &str = "owner@corp.example";
const NEW: &str = "entirely new and long";
const DISABLED: &str = "403 Sign-in method disabled (identity_disabled)";

/// Token of a reset mail to the address.
async fn asked(app: &App, address: &str) -> String {
    let is_reset = |mail: &ReceivedMail| mail.to == [address] && mail.link("/web/password/reset?token=").is_some();
    let resets = |mails: Vec<ReceivedMail>| mails.into_iter().filter(is_reset).collect::<Vec<_>>();
    let before = resets(app.sandbox.mails()).len();
    let answer = app.browser().post("auth/password/forgot", json!({"email": address})).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    let arrived = app.sandbox.wait_for(|sandbox| {
        let mails = resets(sandbox.mails());
        (mails.len() > before).then_some(mails)
    });
    token_in(arrived.await.expect("the mail of a reset").last().unwrap())
}

async fn reset(app: &App, address: &str) {
    let token = asked(app, address).await;
    let answer = app.browser().post("auth/password/reset", json!({"token": token, "password": NEW})).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

async fn telegram(app: &App, person: &Person) -> Answer {
    app.browser().post("auth/telegram", app.widget_of(person)).await
}

/// The owner's account, to which a stranger in one of its sessions has added their Telegram.
async fn taken_over(app: &App) -> (Person, Browser) {
    app.confirmed(OWNER, PASSWORD, "Owner").await;
    let mut stranger = app.signed_in_by_email(OWNER, PASSWORD).await;
    let mallory = app.person("Mallory");
    let answer = stranger.post("identities/telegram", app.widget_of(&mallory)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(telegram(app, &mallory).await.json()["user"]["id"], 1);
    (mallory, stranger)
}

async fn methods(browser: &mut Browser) -> Vec<String> {
    let me = browser.get("me").await.json();
    let describe = |way: &Value| {
        let state = if way["disabled_at"].is_string() { "off" } else { "on" };
        format!("{} {state}", way["kind"].as_str().unwrap())
    };
    me["identities"].as_array().unwrap().iter().map(describe).collect()
}

on_both! {
    async fn a_younger_method_is_off_on_every_face(app: App) {
        let (mallory, mut stranger) = taken_over(&app).await;
        reset(&app, OWNER).await;
        assert_eq!(stranger.get("me").await.status, 401, "every session has ended");
        assert_eq!(telegram(&app, &mallory).await.problem(), DISABLED);
        let said = app.say(&mallory, "/profile").await;
        let text = &said.last().unwrap().text;
        assert!(text.contains("was switched off") && !text.contains("Owner"), "{text}");
        assert_eq!(telegram(&app, &Person { first_name: "Renamed".to_owned(), ..mallory.clone() }).await.problem(), DISABLED);

        let mut owner = app.signed_in_by_email(OWNER, NEW).await;
        assert_eq!(methods(&mut owner).await, ["email on", "telegram off"]);
        assert_eq!(owner.get("me").await.json()["name"], "Owner", "a disabled identity changes nothing");
        let trail = owner.get("activity").await.json();
        assert!(trail.to_string().contains("identity_disabled"), "{trail}");
    }

    async fn the_owner_confirms_each(app: App) {
        let (mallory, _) = taken_over(&app).await;
        reset(&app, OWNER).await;
        let mut owner = app.signed_in_by_email(OWNER, NEW).await;
        let confirm = format!("identities/telegram/{}/confirm", mallory.id);
        assert_eq!(app.browser().post(&confirm, json!({})).await.status, 401);
        assert_eq!(owner.post("identities/telegram/1/confirm", json!({})).await.problem(), "404 Not found (identity_not_found)");
        let last = owner.delete(&format!("identities/email/{OWNER}")).await;
        assert_eq!(last.problem(), "409 Conflict (last_identity)", "a method that is off does not count");
        for _ in 0..2 {
            assert_eq!(owner.post(&confirm, json!({})).await.status, 204);
        }
        assert_eq!(methods(&mut owner).await, ["email on", "telegram on"]);
        assert_eq!(telegram(&app, &mallory).await.json()["user"]["id"], 1);
        let other = app.signed_in(&app.person("Eve")).await.post(&confirm, json!({})).await;
        assert_eq!(other.problem(), "404 Not found (identity_not_found)");
    }

    async fn or_removes_it_or_proves_it_again(app: App) {
        let (mallory, _) = taken_over(&app).await;
        reset(&app, OWNER).await;
        let mut owner = app.signed_in_by_email(OWNER, NEW).await;
        let proven = owner.post("identities/telegram", app.widget_of(&mallory)).await;
        assert_eq!(proven.status, 200, "{proven:?}");
        assert_eq!(methods(&mut owner).await, ["email on", "telegram on"], "a proof in the owner's session confirms");
        reset(&app, OWNER).await;
        let mut owner = app.signed_in_by_email(OWNER, NEW).await;
        assert_eq!(owner.delete(&format!("identities/telegram/{}", mallory.id)).await.status, 204);
        assert_eq!(telegram(&app, &mallory).await.json()["user"]["id"], 2, "a new account");
    }

    async fn its_holder_cannot_merge_the_account_with_theirs(app: App) {
        let (mallory, _) = taken_over(&app).await;
        reset(&app, OWNER).await;
        let mut eve = app.signed_in(&app.person("Eve")).await;
        assert_eq!(eve.post("identities/telegram", app.widget_of(&mallory)).await.problem(), DISABLED);
        assert_eq!(count(&app.database_url, "select count(*) from merge_offer").await, 0);
    }

    async fn older_methods_stay_on(app: App) {
        let ivan = app.person("Ivan");
        let mut here = app.signed_in(&ivan).await;
        assert_eq!(here.post("identities/email", json!({"email": OWNER})).await.status, 202);
        let link = token_in(&app.mails_to(OWNER, 1).await[0]);
        assert_eq!(here.post("identities/email/verify", json!({"token": link})).await.status, 200);
        reset(&app, OWNER).await;
        assert_eq!(telegram(&app, &ivan).await.json()["user"]["id"], 1);
        assert_eq!(methods(&mut app.signed_in_by_email(OWNER, NEW).await).await, ["telegram on", "email on"]);
    }

    async fn a_merge_counts_as_linking(app: App) {
        let mallory = app.person("Mallory");
        app.signed_in(&mallory).await;
        app.clock.pass(10);
        app.confirmed(OWNER, PASSWORD, "Owner").await;
        let mut stranger = app.signed_in_by_email(OWNER, PASSWORD).await;
        let offer = stranger.post("identities/telegram", app.widget_of(&mallory)).await.json()["merge"]["id"].as_str().unwrap().to_owned();
        assert_eq!(stranger.post(&format!("merges/{offer}"), json!({})).await.status, 200);
        reset(&app, OWNER).await;
        assert_eq!(telegram(&app, &mallory).await.problem(), DISABLED, "older than the address, but added later");
    }

    async fn a_younger_address_and_google_are_off_too(app: App) with GOOGLE; {
        app.confirmed(OWNER, PASSWORD, "Owner").await;
        let mut stranger = app.signed_in_by_email(OWNER, PASSWORD).await;
        stranger.post("identities/email", json!({"email": "mallory@example.org"})).await;
        let link = token_in(&app.mails_to("mallory@example.org", 1).await[0]);
        assert_eq!(stranger.post("identities/email/verify", json!({"token": link})).await.status, 200);
        let google = || {
            app.provider.give(token(1, &app.provider.claims(&app, "g-1", json!({"name": "M"}))));
            json!({"code": app.domain.random_id(), "redirect_uri": format!("{}/auth/google/callback", app.url)})
        };
        assert_eq!(stranger.post("identities/google", google()).await.status, 200);
        let pending = asked(&app, "mallory@example.org").await;
        reset(&app, OWNER).await;

        assert_eq!(app.browser().post("auth/google", google()).await.problem(), DISABLED);
        assert_eq!(login(&mut app.browser(), "mallory@example.org", NEW).await.problem(), DISABLED);
        let wrong = login(&mut app.browser(), "mallory@example.org", "a guess of mine").await;
        assert_eq!(wrong.problem(), "401 Invalid or expired token (wrong_password)", "nothing is said without the password");
        let late = app.browser().post("auth/password/reset", json!({"token": pending, "password": PASSWORD})).await;
        assert_eq!(late.problem(), "400 Link is over (mail_link_used)");
        app.posted().await;
        let before = app.sandbox.mails().len();
        app.browser().post("auth/password/forgot", json!({"email": "mallory@example.org"})).await;
        app.posted().await;
        assert_eq!(app.sandbox.mails().len(), before, "an address that is off gets no reset link");
        assert_eq!(methods(&mut app.signed_in_by_email(OWNER, NEW).await).await.iter().filter(|way| way.ends_with("off")).count(), 2);
    }

    async fn every_open_proof_ends(app: App) {
        let (mallory, mut stranger) = taken_over(&app).await;
        let eve = app.person("Eve");
        app.greet(&eve).await;
        let offer = stranger.post("identities/telegram", app.widget_of(&eve)).await.json()["merge"]["id"].as_str().unwrap().to_owned();
        let said = app.say(&mallory, "/signin").await;
        assert!(said.last().is_some(), "{said:?}");
        let started = app.browser().post("auth/telegram/start", json!({})).await.json();
        app.say(&mallory, &format!("/start signin_{}", started["code"].as_str().unwrap())).await;
        app.tap(&mallory, &started["match"].to_string()).await;
        assert!(count(&app.database_url, "select count(*) from sign_in_link where used_at is null").await > 0);
        reset(&app, OWNER).await;

        let poll = app.browser().post("auth/telegram/poll", json!({"poll_token": started["poll_token"]})).await;
        assert_eq!(poll.problem(), "400 Sign-in is over (sign_in_refused)");
        assert_eq!(count(&app.database_url, "select count(*) from sign_in_link where used_at is null").await, 0);
        assert_eq!(count(&app.database_url, "select count(*) from merge_offer where settled_at is null").await, 0);
        let mut owner = app.signed_in_by_email(OWNER, NEW).await;
        assert_eq!(owner.post(&format!("merges/{offer}"), json!({})).await.problem(), "400 Merge is over (merge_offer_expired)");
    }

    async fn nobody_else_removes_the_address_for_a_week(app: App) {
        let ivan = app.person("Ivan");
        let mut here = app.signed_in(&ivan).await;
        here.post("identities/email", json!({"email": OWNER})).await;
        let link = token_in(&app.mails_to(OWNER, 1).await[0]);
        assert_eq!(here.post("identities/email/verify", json!({"token": link})).await.status, 200);
        app.clock.pass(30 * 86_400);
        reset(&app, OWNER).await;
        let address = format!("identities/email/{OWNER}");
        app.clock.pass(7 * 86_400 - 1);
        let mut by_telegram = app.signed_in(&ivan).await;
        assert_eq!(by_telegram.delete(&address).await.problem(), "409 Conflict (identity_protected)");
        let mut by_email = app.signed_in_by_email(OWNER, NEW).await;
        assert_eq!(by_email.delete(&address).await.status, 204, "its owner may");
    }

    async fn and_afterwards_as_always(app: App) {
        let ivan = app.person("Ivan");
        let mut here = app.signed_in(&ivan).await;
        here.post("identities/email", json!({"email": OWNER})).await;
        let link = token_in(&app.mails_to(OWNER, 1).await[0]);
        here.post("identities/email/verify", json!({"token": link})).await;
        reset(&app, OWNER).await;
        app.clock.pass(7 * 86_400);
        assert_eq!(app.signed_in(&ivan).await.delete(&format!("identities/email/{OWNER}")).await.status, 204);
    }

    async fn the_security_page_lists_them(app: App) {
        let (mallory, _) = taken_over(&app).await;
        reset(&app, OWNER).await;
        let mut reader = Reader::new(&app, "en");
        reader.post("/web/sign-in/email", &[("email", OWNER), ("password", NEW)]).await;
        for language in ["ru", "en"] {
            reader.language = language;
            check(&reader.get("/web/profile/security").await);
        }
        let page = reader.get("/web/profile/security").await;
        assert!(page.text.contains("off until you confirm them") && page.text.contains("action=\"/web/profile/security/confirm\""), "{page:?}");
        assert!(page.text.contains(&format!("unlink?kind=telegram&#38;subject={}", mallory.id)) || page.text.contains(&format!("unlink?kind=telegram&amp;subject={}", mallory.id)), "{page:?}");
        assert!(!page.text.contains("unlink?kind=email"), "the only method that is on stays: {page:?}");
        let id = mallory.id.to_string();
        let foreign = reader.form("/web/profile/security/confirm", &[("kind", "telegram"), ("subject", &id)]).header("origin", "https://evil.example");
        assert_eq!(reader.send(foreign).await.status, 403);
        let answer = reader.post("/web/profile/security/confirm", &[("kind", "telegram"), ("subject", &id)]).await;
        assert_eq!(leads_to(&answer), "/web/profile/security?done=identity-confirmed");
        let page = reader.get(leads_to(&answer)).await;
        check(&page);
        assert!(page.text.contains("Confirmed.") && !page.text.contains("security/confirm\""), "{page:?}");
        assert_eq!(telegram(&app, &mallory).await.status, 200);
        let shown = Reader::new(&app, "en").get("/web?error=identity_disabled").await;
        check(&shown);
        assert!(shown.text.contains("This sign-in method is off"), "{shown:?}");
    }

    async fn an_admins_telegram_that_is_off_is_no_admin(app: App) {
        app.confirmed(OWNER, PASSWORD, "Owner").await;
        let mut owner = app.signed_in_by_email(OWNER, PASSWORD).await;
        owner.post("identities/telegram", app.widget_of(&crate::support::admin())).await;
        let mut by_telegram = app.signed_in(&crate::support::admin()).await;
        assert_eq!(by_telegram.get("admin/broadcasts").await.status, 200);
        reset(&app, OWNER).await;
        assert_eq!(by_telegram.get("admin/broadcasts").await.status, 401);
        assert_eq!(telegram(&app, &crate::support::admin()).await.problem(), DISABLED);
        assert_eq!(app.signed_in_by_email(OWNER, NEW).await.get("admin/broadcasts").await.status, 403);
    }

    async fn a_reset_says_so_once(app: App) {
        app.confirmed(OWNER, PASSWORD, "Owner").await;
        reset(&app, OWNER).await;
        app.posted().await;
        execute(&app.database_url, "update password set used_at = null").await;
        let subjects: Vec<_> = app.sandbox.mails().into_iter().filter(|mail| mail.subject == "Your password was changed").collect();
        assert_eq!(subjects.len(), 1, "{subjects:#?}");
        let mut browser = app.browser();
        let request = browser.request(Method::POST, "auth/login").json(&json!({"email": OWNER, "password": NEW}));
        assert_eq!(browser.send(request).await.status, 200);
    }
}
