//! A stolen session, from the theft to the owner's undo.

use serde_json::{Value, json};
use telegram_sandbox::{Person, ReceivedMail, VisibleMessage};

use crate::on_both;
use crate::pages::{Reader, check, leads_to};
use crate::support::chat::warnings;
use crate::support::mailbox::{PASSWORD, token_in};
use crate::support::{App, Browser};

const ADDRESS: &str = "ivan@example.com";
const DAY: i64 = 86_400;
const TOO_NEW: &str = "409 Conflict (identity_too_new)";
const OLD_SESSION: &str = "403 Sign in again (reauth_required)";

/// Creates the owner: an account that began with an address and has had a Telegram account for some days.
async fn owner(app: &App) -> Person {
    let ivan = app.person("Ivan");
    app.confirmed(ADDRESS, PASSWORD, "Ivan").await;
    let mut browser = app.signed_in_by_email(ADDRESS, PASSWORD).await;
    assert_eq!(browser.post("identities/telegram", app.widget_of(&ivan)).await.status, 200);
    app.greet(&ivan).await;
    app.mails_to(ADDRESS, 2).await;
    app.clock.pass(8 * DAY);
    ivan
}

/// A thief, who has only the access token of a session.
fn thief(browser: &Browser) -> Browser {
    Browser { cookie: None, ..browser.clone() }
}

fn subjects(answer: &Value) -> Vec<String> {
    let all = answer["identities"].as_array().unwrap_or_else(|| panic!("{answer}"));
    all.iter().map(|identity| identity["subject"].as_str().unwrap().to_owned()).collect()
}

fn undo_link(mail: &ReceivedMail) -> Option<String> {
    mail.link("/web/undo?token=").map(ToOwned::to_owned)
}

/// Waits for a warning that contains `what`.
async fn warning(app: &App, person: &Person, what: &str) -> VisibleMessage {
    app.comes(person, what).await
}

on_both! {
    async fn a_token_of_an_hour_ago_changes_nothing(app: App) {
        let ivan = owner(&app).await;
        let mut session = app.signed_in_by_email(ADDRESS, PASSWORD).await;
        app.clock.pass(3600);
        session.refresh().await;
        let mut thief = thief(&session);
        let mallory = app.person("Mallory");
        assert_eq!(thief.post("identities/telegram", app.widget_of(&mallory)).await.problem(), OLD_SESSION);
        assert_eq!(thief.delete(&format!("identities/telegram/{}", ivan.id)).await.problem(), OLD_SESSION);
        assert_eq!(thief.post("keys", json!({"name": "mine"})).await.problem(), OLD_SESSION);
        assert_eq!(thief.get("me/export").await.problem(), OLD_SESSION);
        assert_eq!(thief.delete("me").await.problem(), OLD_SESSION);
        assert_eq!(subjects(&thief.get("identities").await.json()), [ADDRESS.to_owned(), ivan.id.to_string()]);
    }

    async fn a_new_method_has_no_power_over_older_ones_for_seven_days(app: App) {
        let ivan = owner(&app).await;
        let mallory = app.person("Mallory");
        let mut stolen = app.signed_in_by_email(ADDRESS, PASSWORD).await;
        assert_eq!(stolen.post("identities/telegram", app.widget_of(&mallory)).await.status, 200);
        let mut thief = app.signed_in(&mallory).await;
        assert_eq!(thief.get("me").await.json()["id"], 1);
        assert_eq!(thief.delete(&format!("identities/email/{ADDRESS}")).await.problem(), TOO_NEW);
        assert_eq!(thief.delete(&format!("identities/telegram/{}", ivan.id)).await.problem(), TOO_NEW);
        let change = json!({"old_password": PASSWORD, "password": "another battery staple"});
        assert_eq!(thief.post("auth/password/change", change).await.problem(), TOO_NEW);
        let mut reader = Reader::signed_in(&app, &mallory, "en").await;
        let page = reader.post("/web/profile/security/unlink", &[("kind", "email"), ("subject", ADDRESS)]).await;
        check(&page);
        assert_eq!(page.status, 409, "{page:?}");
        app.say(&mallory, "/profile").await;
        app.tap(&mallory, "🚪 Sign-in methods").await;
        app.tap(&mallory, &format!("✖ Remove @ivan_{}", ivan.id)).await;
        let chat = app.tap(&mallory, "Yes, remove it").await;
        // A warning about the new method may have come below it.
        let is_said = |text: &str| text.contains("less than 7 days ago");
        assert!(is_said(&app.word()) || chat.iter().any(|message| is_said(&message.text)), "{chat:#?}");
        assert_eq!(subjects(&thief.get("identities").await.json()).len(), 3);

        app.clock.pass(7 * DAY - 60);
        let mut thief = app.signed_in(&mallory).await;
        assert_eq!(thief.delete(&format!("identities/telegram/{}", ivan.id)).await.problem(), TOO_NEW);
        app.clock.pass(60);
        assert_eq!(thief.delete(&format!("identities/telegram/{}", ivan.id)).await.status, 204);
    }

    async fn a_method_of_the_same_second_is_too_new_as_well(app: App) {
        let (ivan, mallory) = (app.person("Ivan"), app.person("Mallory"));
        let mut browser = app.signed_in(&ivan).await;
        browser.post("identities/telegram", app.widget_of(&mallory)).await;
        let mut thief = app.signed_in(&mallory).await;
        assert_eq!(thief.delete(&format!("identities/telegram/{}", ivan.id)).await.problem(), TOO_NEW);
        assert_eq!(browser.delete(&format!("identities/telegram/{}", mallory.id)).await.status, 204, "what the account began with is never young");
        assert_eq!(thief.get("me").await.status, 401, "sessions end with the method that began them");
    }

    async fn the_merged_methods_are_new(app: App) {
        let (ivan, mallory) = (app.person("Ivan"), app.person("Mallory"));
        app.signed_in(&mallory).await;
        app.clock.pass(30 * DAY);
        let mut browser = app.signed_in(&ivan).await;
        let merge = browser.post("identities/telegram", app.widget_of(&mallory)).await.json()["merge"]["id"].as_str().unwrap().to_owned();
        assert_eq!(browser.post(&format!("merges/{merge}"), json!({})).await.status, 200);
        let mut thief = app.signed_in(&mallory).await;
        assert_eq!(thief.get("me").await.json()["id"], browser.get("me").await.json()["id"]);
        assert_eq!(thief.delete(&format!("identities/telegram/{}", ivan.id)).await.problem(), TOO_NEW);
    }

    async fn nor_does_a_new_method_carry_the_account_into_another(app: App) {
        let ivan = owner(&app).await;
        let (mallory, second) = (app.person("Mallory"), app.person("Second"));
        let mut stolen = app.signed_in(&ivan).await;
        stolen.post("identities/telegram", app.widget_of(&mallory)).await;
        let mut thief = app.signed_in(&second).await;
        assert_eq!(thief.post("identities/telegram", app.widget_of(&mallory)).await.problem(), TOO_NEW);
        let told = thief.post("identities/telegram/start", json!({})).await.json();
        app.say(&mallory, &format!("/start signin_{}", told["code"].as_str().unwrap())).await;
        app.tap(&mallory, &told["match"].to_string()).await;
        let poll = json!({"poll_token": told["poll_token"]});
        assert_eq!(thief.post("identities/telegram/poll", poll).await.problem(), TOO_NEW);
        let offer = thief.post("identities/telegram", app.widget_of(&ivan)).await;
        assert_eq!(offer.json()["merge"]["goes"]["id"], 1, "an older one may: {offer:?}");
    }

    async fn the_owner_undoes_it_in_the_chat_that_was_removed(app: App) {
        let ivan = owner(&app).await;
        let mallory = app.person("Mallory");
        let mut stolen = app.signed_in_by_email(ADDRESS, PASSWORD).await;
        stolen.post("identities/telegram", app.widget_of(&mallory)).await;
        let added = warning(&app, &ivan, "Telegram: @mallory").await;
        assert!(added.button("↩️ Undo: it wasn’t me").is_some(), "{added:#?}");
        assert_eq!(stolen.delete(&format!("identities/telegram/{}", ivan.id)).await.status, 204);
        let mut thief = app.signed_in(&mallory).await;
        let removed = warning(&app, &ivan, "Sign-in method removed").await;
        assert!(removed.button("↩️ Undo: it wasn’t me").is_some(), "the method that goes is told: {removed:#?}");
        app.greet(&mallory).await;
        let offered = warnings(&app.sandbox.chat(mallory.id));
        assert!(offered.iter().all(|message| message.button("↩️ Undo: it wasn’t me").is_none()), "{offered:#?}");

        // The owner looks around first, which makes an empty account.
        assert_eq!(app.signed_in(&ivan).await.get("me").await.json()["id"], 2);
        let chat = app.tap(&ivan, "↩️ Undo: it wasn’t me").await;
        let done = chat.iter().rfind(|message| message.html.contains("Undone")).unwrap_or_else(|| panic!("{chat:#?}"));
        assert!(done.html.contains(&format!("Restored: @ivan_{}", ivan.id)) && done.html.contains(&format!("Removed: @mallory_{}", mallory.id)), "{done:#?}");
        assert_eq!((thief.get("me").await.status, stolen.get("me").await.status), (401, 401), "every session has ended");
        let mut back = app.signed_in(&ivan).await;
        assert_eq!(back.get("me").await.json()["id"], 1);
        assert_eq!(subjects(&back.get("identities").await.json()), [ADDRESS.to_owned(), ivan.id.to_string()]);
        assert_ne!(app.signed_in(&mallory).await.get("me").await.json()["id"], 1);
        app.tap(&ivan, "↩️ Undo: it wasn’t me").await;
        assert_eq!(subjects(&back.get("identities").await.json()).len(), 2);
    }

    async fn the_owner_undoes_it_by_the_mail(app: App) {
        let ivan = owner(&app).await;
        let mallory = app.person("Mallory");
        let mut stolen = app.signed_in(&ivan).await;
        stolen.post("identities/telegram", app.widget_of(&mallory)).await;
        let mails = app.mails_to(ADDRESS, 3).await;
        let link = undo_link(&mails[2]).unwrap_or_else(|| panic!("{mails:#?}"));
        assert!(mails[2].text.contains(&format!("@mallory_{}", mallory.id)), "{mails:#?}");
        let mut reader = Reader::new(&app, "en");
        assert_eq!(leads_to(&reader.get(&link).await), "/web/undo", "the token leaves the address");
        for language in ["ru", "en"] {
            reader.language = language;
            let page = reader.get("/web/undo").await;
            check(&page);
            assert!(page.text.contains("Ivan"), "{page:?}");
        }
        assert_eq!(subjects(&stolen.get("identities").await.json()).len(), 3, "opening the link changes nothing");
        let foreign = reader.form("/web/undo", &[]).header("origin", "https://evil.example");
        assert_eq!(reader.send(foreign).await.status, 403);
        let answer = reader.post("/web/undo", &[]).await;
        assert_eq!(leads_to(&answer), "/web?done=undone");
        check(&reader.get(leads_to(&answer)).await);
        assert_eq!(stolen.get("me").await.status, 401);
        assert_eq!(subjects(&app.signed_in(&ivan).await.get("identities").await.json()).len(), 2);
        warning(&app, &ivan, "Telegram: @mallory").await;
        let chat = app.tap(&ivan, "↩️ Undo: it wasn’t me").await;
        assert!(format!("{} {chat:?}", app.word()).contains("already undone"), "once for all holders: {chat:#?}");
        reader.get(&link).await;
        assert_eq!(reader.post("/web/undo", &[]).await.status, 400, "once");
        assert_eq!(reader.post("/web/undo", &[]).await.status, 400, "no token");
    }

    async fn the_removed_address_is_notified_and_undoes_it(app: App) {
        let ivan = owner(&app).await;
        let mut stolen = app.signed_in(&ivan).await;
        assert_eq!(stolen.delete(&format!("identities/email/{ADDRESS}")).await.status, 204);
        let link = undo_link(&app.mails_to(ADDRESS, 3).await[2]).expect("an undo");
        let mut reader = Reader::new(&app, "en");
        reader.get(&link).await;
        assert!(reader.get("/web/undo").await.text.contains(ADDRESS));
        assert_eq!(leads_to(&reader.post("/web/undo", &[]).await), "/web?done=undone");
        assert_eq!(stolen.get("me").await.status, 401);
        let back = subjects(&app.signed_in(&ivan).await.get("identities").await.json());
        assert_eq!(back, [ADDRESS.to_owned(), ivan.id.to_string()], "as old as it was");
    }

    async fn a_new_address_does_not_reset_the_password_of_an_older_one(app: App) {
        owner(&app).await;
        let mut stolen = app.signed_in_by_email(ADDRESS, PASSWORD).await;
        stolen.post("identities/email", json!({"email": "mallory@example.com"})).await;
        let token = token_in(&app.mails_to("mallory@example.com", 1).await[0]);
        assert_eq!(stolen.post("identities/email/verify", json!({"token": token})).await.status, 200);
        stolen.post("auth/password/forgot", json!({"email": "mallory@example.com"})).await;
        let reset = |mails: Vec<ReceivedMail>| mails.into_iter().rfind(|mail| mail.link("/web/password/reset").is_some());
        let mail = app.sandbox.wait_for(|sandbox| reset(sandbox.mails())).await.unwrap();
        let new = json!({"token": token_in(&mail), "password": "another battery staple"});
        assert_eq!(app.browser().post("auth/password/reset", new).await.problem(), TOO_NEW);
        app.signed_in_by_email(ADDRESS, PASSWORD).await;
    }

    async fn after_seven_days_it_is_too_late(app: App) {
        let ivan = owner(&app).await;
        let mut browser = app.signed_in(&ivan).await;
        browser.post("identities/telegram", app.widget_of(&app.person("Other"))).await;
        let link = undo_link(&app.mails_to(ADDRESS, 3).await[2]).unwrap();
        app.clock.pass(7 * DAY);
        let mut reader = Reader::new(&app, "en");
        reader.get(&link).await;
        let page = reader.get("/web/undo").await;
        check(&page);
        assert_eq!((page.status, reader.post("/web/undo", &[]).await.status), (400, 400));
        assert_eq!(subjects(&app.signed_in(&ivan).await.get("identities").await.json()).len(), 3);
    }

    async fn a_new_method_undoes_nothing(app: App) {
        let (ivan, mallory) = (app.person("Ivan"), app.person("Mallory"));
        app.greet(&ivan).await;
        let mut browser = app.signed_in(&ivan).await;
        browser.post("identities/telegram", app.widget_of(&mallory)).await;
        app.greet(&mallory).await;
        app.clock.pass(DAY);
        let mut browser = app.signed_in(&ivan).await;
        assert_eq!(browser.delete(&format!("identities/telegram/{}", mallory.id)).await.status, 204);
        let told = warning(&app, &mallory, "Sign-in method removed").await;
        assert!(told.button("↩️ Undo: it wasn’t me").is_none(), "{told:#?}");
        warning(&app, &ivan, "Sign-in method removed").await;
        // A forged tap of somebody else's undo.
        let id = crate::support::mailbox::count(&app.database_url, "select max(id) from identity_undo").await;
        let mallorys = neuralbox_auth::model::accounts::account::TelegramId::new(mallory.id).unwrap();
        assert!(app.domain.undo_in_chat(mallorys, id).await.is_err());
        assert_eq!(subjects(&browser.get("identities").await.json()), [ivan.id.to_string()]);
    }

    async fn open_links_and_offers_end_with_a_method(app: App) {
        let (ivan, other, olga) = (app.person("Ivan"), app.person("Other"), app.person("Olga"));
        app.signed_in(&olga).await;
        let mut browser = app.signed_in(&ivan).await;
        browser.post("identities/telegram", app.widget_of(&other)).await;
        let merge = browser.post("identities/telegram", app.widget_of(&olga)).await.json()["merge"]["id"].as_str().unwrap().to_owned();
        let mut waiting = app.browser();
        let request = waiting.post("auth/telegram/start", json!({})).await.json();
        app.say(&other, &format!("/start signin_{}", request["code"].as_str().unwrap())).await;
        app.tap(&other, &request["match"].to_string()).await;
        assert_eq!(browser.delete(&format!("identities/telegram/{}", other.id)).await.status, 204);
        let poll = waiting.post("auth/telegram/poll", json!({"poll_token": request["poll_token"]})).await;
        assert_eq!(poll.problem(), "400 Sign-in is over (sign_in_refused)");
        assert_eq!(browser.post(&format!("merges/{merge}"), json!({})).await.problem(), "400 Merge is over (merge_offer_expired)");
    }

    async fn every_chat_and_address_is_notified_of_security_events(app: App) {
        let ivan = owner(&app).await;
        app.clock.pass(60);
        let mut elsewhere = Browser { agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"), ..app.browser() };
        crate::support::mailbox::login(&mut elsewhere, ADDRESS, PASSWORD).await;
        let mails = app.mails_to(ADDRESS, 3).await;
        assert!(mails[2].subject.contains("New sign-in"), "{mails:#?}");
        warning(&app, &ivan, "New sign-in").await;
        let change = json!({"old_password": PASSWORD, "password": "another battery staple"});
        assert_eq!(elsewhere.post("auth/password/change", change).await.status, 204);
        warning(&app, &ivan, "Your password was changed").await;
        app.mails_to(ADDRESS, 4).await;
        assert_eq!(elsewhere.delete("me").await.status, 202);
        let mails = app.mails_to(ADDRESS, 5).await;
        assert!(mails[4].subject.contains("will be deleted"), "{mails:#?}");
    }
}
