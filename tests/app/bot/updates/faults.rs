//! Faults of the Bot API. No update is lost or handled twice, and the bot recovers.

use std::time::Duration;

use telegram_sandbox::{Fault, FaultKind, Person};

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

use crate::support::chat::{key_in, last, said};
use crate::support::{App, russian, verify};
use crate::{on_both, sees};

const NOT_SURE: &str =
    "I couldn’t be sure the new key reached you, so I revoked it to keep you safe. Please create another one.";

on_both! {
    async fn a_short_wait_is_waited_for(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        for method in ["sendMessage", "editMessageText", "answerCallbackQuery", "deleteMessage"] {
            app.sandbox.inject_fault(Fault::once(method, FaultKind::TooManyRequests { retry_after: 1 }));
        }
        app.tap(&ivan, "👤 Profile").await;
        assert_eq!(said(&app.sandbox.chat(ivan.id)), 1);
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        assert_eq!(verify(&app, &key).await.status, 200, "a 429 is certain: the key was sent once and stays valid");
        app.tap(&ivan, "✅ Saved — delete now").await;
        assert_eq!(said(&app.sandbox.chat(ivan.id)), 2, "the menu and the card of the key");
    }

    async fn a_key_that_would_have_to_wait_long_is_revoked(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::TooManyRequests { retry_after: 600 }));
        let chat = app.say(&ivan, "/newkey laptop").await;
        sees!(chat, @"
        I couldn’t be sure the new key reached you, so I revoked it to keep you safe. Please create another one.
        [➕ New key]
        [‹ Menu]
        ");
        assert_no_live_key(&app, &ivan).await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn a_key_whose_message_was_lost_on_the_way_is_revoked(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::ResetBefore));
        let chat = app.say(&russian(ivan.clone()), "/newkey ноутбук").await;
        assert!(last(&chat).text.starts_with("Я не уверен, что новый ключ до вас дошёл"), "{chat:#?}");
        assert_no_live_key(&app, &ivan).await;
    }

    async fn a_key_whose_message_arrived_without_a_word_back_is_revoked(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::ResetAfter));
        let chat = app.say(&ivan, "/newkey laptop").await;
        assert_eq!(last(&chat).text, NOT_SURE);
        let shown = key_in(&chat[..chat.len() - 1]);
        assert_eq!(verify(&app, &shown).await.problem(), "401 Invalid or expired token (key_revoked)");
        assert_eq!(said(&chat), 3, "the secret is not sent again: {chat:#?}");
        app.tap(&ivan, "➕ New key").await;
        app.say(&ivan, "laptop").await;
        let key = key_in(&app.tap(&ivan, "No end").await);
        assert_eq!(verify(&app, &key).await.status, 200, "the name is free again");
    }

    async fn after_a_server_error_the_outcome_is_uncertain_too_and_nobody_waits(app: App) {
        for (name, kind) in [("Ivan", FaultKind::InternalError), ("Maria", FaultKind::ServerError)] {
            let person = app.person_on(name, "vip").await;
            app.greet(&person).await;
            app.sandbox.inject_fault(Fault::once("sendMessage", kind).in_chat(person.id));
            let since = std::time::Instant::now();
            let chat = app.say(&person, "/newkey laptop").await;
            assert!(since.elapsed() < Duration::from_secs(5), "less than the client's timeout of ten seconds");
            assert_eq!(last(&chat).text, NOT_SURE);
            assert_no_live_key(&app, &person).await;
        }
    }

    async fn a_revoke_counts_although_its_answer_is_lost(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        app.tap(&ivan, &row).await;
        app.tap(&ivan, "🗑 Revoke").await;
        app.sandbox.inject_fault(Fault::once("editMessageText", FaultKind::ResetBefore).times(2));
        app.sandbox.inject_fault(Fault::once("answerCallbackQuery", FaultKind::ResetBefore).times(2));
        app.tap(&ivan, "Yes, revoke it").await;
        assert_eq!(verify(&app, &key).await.status, 401);
        app.tap(&ivan, "Yes, revoke it").await;
        assert_eq!(app.word(), "Already revoked.");
        assert!(last(&app.sandbox.chat(ivan.id)).text.starts_with("You don’t have any API keys yet."));
    }

    async fn a_call_that_may_be_made_twice_is_made_again_on_a_new_line(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        for kind in [FaultKind::ResetBefore, FaultKind::ResetAfter] {
            app.sandbox.inject_fault(Fault::once("editMessageText", kind.clone()));
            app.sandbox.inject_fault(Fault::once("answerCallbackQuery", kind.clone()));
            let chat = app.tap(&ivan, "👤 Profile").await;
            assert_eq!((said(&chat), last(&chat).text.lines().next()), (1, Some("Ivan")), "{kind:?}");
            app.tap(&ivan, "‹ Menu").await;
        }
        app.sandbox.inject_fault(Fault::once("deleteMessage", FaultKind::ResetAfter));
        app.say(&ivan, "/newkey laptop").await;
        let chat = app.tap(&ivan, "✅ Saved — delete now").await;
        assert_eq!(said(&chat), 2, "the menu and the card of the key");
    }

    async fn a_person_who_blocked_the_bot_gets_no_key_and_may_return_later(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_secs(1))));
        app.sandbox.say(&ivan, "/newkey laptop");
        let mut browser = app.signed_in(&ivan).await;
        // The key is committed before its message is sent. Ivan blocks the bot in between.
        while browser.get("keys").await.json()["keys"] == serde_json::json!([]) {}
        app.sandbox.block(&ivan);
        app.settled().await;
        assert_no_live_key(&app, &ivan).await;
        let chat = app.say(&ivan, "/profile").await;
        assert!(last(&chat).text.starts_with("Ivan\nAccount #1"), "{chat:#?}");
    }

    async fn a_refused_send_to_a_blocked_chat_revokes_the_key(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Blocked).times(2));
        app.say(&ivan, "/newkey laptop").await;
        assert_no_live_key(&app, &ivan).await;
        let chat = app.say(&ivan, "/keys").await;
        assert!(last(&chat).text.starts_with("You don’t have any API keys yet."), "{chat:#?}");
    }

    async fn what_telegram_cannot_parse_is_sent_without_markup(app: App) {
        let ivan = app.person("<Ivan>");
        app.greet(&ivan).await;
        for description in ["Bad Request: can't parse entities: Unsupported start tag", "Bad Request: message is too long"] {
            app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Refused { code: 400, description: description.to_owned() }));
            let chat = app.say(&ivan, "/profile").await;
            assert!(last(&chat).text.starts_with("<Ivan>\nAccount #1") && last(&chat).buttons.is_empty(), "{chat:#?}");
        }
    }

    async fn a_slow_answer_to_one_person_makes_nobody_else_wait(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_secs(3))).in_chat(ivan.id));
        app.sandbox.say(&ivan, "/start");
        app.sandbox.wait_for(|sandbox| (!sandbox.chat(ivan.id).is_empty()).then_some(())).await.unwrap();
        app.sandbox.say(&olga, "/start");
        app.sandbox.wait_for(|sandbox| sandbox.last(olga.id).filter(|message| message.from_bot)).await.unwrap();
        assert_eq!(said(&app.sandbox.chat(ivan.id)), 0, "Ivan's answer is still in flight");
        app.settled().await;
        assert_eq!((said(&app.sandbox.chat(ivan.id)), said(&app.sandbox.chat(olga.id))), (1, 1));
    }

    async fn polling_continues_after_every_fault(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        for kind in [FaultKind::TooManyRequests { retry_after: 1 }, FaultKind::ResetBefore, FaultKind::ResetAfter] {
            app.sandbox.inject_fault(Fault::once("getUpdates", kind.clone()));
            let before = said(&app.sandbox.chat(ivan.id));
            let chat = app.say(&ivan, "/profile").await;
            assert_eq!(said(&chat), before + 1, "{kind:?}");
        }
    }

    async fn what_the_database_refuses_permanently_blocks_no_other_write(app: App) {
        let ivan = app.person("Ivan");
        execute(&app.database_url, "alter table identity rename to identity_away").await;
        let chat = app.say(&ivan, "/start").await;
        assert_eq!(last(&chat).text, "Something went wrong on my side. Nothing was lost; please try again.");
        execute(&app.database_url, "alter table identity_away rename to identity").await;
        let chat = app.greet(&ivan).await;
        assert!(last(&chat).text.starts_with("Hello, Ivan!"), "{chat:#?}");
    }

    async fn a_panic_ends_that_update_only(app: App) {
        let (ivan, olga) = (app.person_on("Ivan", "vip").await, app.person_on("Olga", "vip").await);
        app.greet(&ivan).await;
        app.rng.break_once();
        let chat = app.say(&ivan, "/newkey laptop").await;
        assert!(!app.rng.is_broken(), "the handler should have panicked");
        assert_eq!(last(&chat).text, "Something went wrong on my side. Nothing was lost; please try again.");
        assert_eq!(verify(&app, &key_in(&app.say(&ivan, "/newkey laptop").await)).await.status, 200);
        assert_eq!(verify(&app, &key_in(&app.say(&olga, "/newkey laptop").await)).await.status, 200);
    }

    async fn the_update_that_panicked_does_not_come_again(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        let update = serde_json::json!({"message": {
            "message_id": 900, "date": app.clock.unix(), "text": "/newkey laptop",
            "from": {"id": ivan.id, "is_bot": false, "first_name": "Ivan", "username": ivan.username},
            "chat": {"id": ivan.id, "type": "private", "first_name": "Ivan"},
        }});
        app.rng.break_once();
        let id = app.sandbox.push_update(update.clone());
        app.settled().await;
        let mut again = update;
        again["update_id"] = id.into();
        app.sandbox.push_update(again);
        app.settled().await;
        assert_no_live_key(&app, &ivan).await;
    }
}

/// Executes a statement behind the service's back.
async fn execute(url: &str, sql: &'static str) {
    if url.starts_with("sqlite") {
        SqliteConnection::connect(url).await.unwrap().execute(sql).await.unwrap();
    } else {
        PgConnection::connect(url).await.unwrap().execute(sql).await.unwrap();
    }
}

async fn assert_no_live_key(app: &App, person: &Person) {
    let listed = app.signed_in(person).await.get("keys").await.json();
    assert_eq!(listed["keys"], serde_json::json!([]), "no live key");
}
