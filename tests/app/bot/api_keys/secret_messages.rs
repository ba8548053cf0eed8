//! Deletion of messages that show a key.

use telegram_sandbox::{Fault, FaultKind, Person, VisibleMessage};

use crate::on_both;
use crate::support::chat::{key_in, last, said};
use crate::support::{App, verify};

on_both! {
    async fn after_five_minutes_the_message_is_deleted_and_the_key_stays_valid(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.clock.pass(299);
        app.domain.lease_secret_messages(9).await.map(|due| assert!(due.is_empty(), "{due:?}")).unwrap();
        app.clock.pass(1);
        gone(&app, &ivan).await;
        assert_eq!(verify(&app, &key).await.status, 200);
        // The sandbox applies a call before logging it.
        let deleted = app.sandbox.wait_for(|_| Some(app.calls("deleteMessage")).filter(|calls| !calls.is_empty())).await;
        assert_eq!(deleted.expect("a logged call").len(), 1);
    }

    async fn what_was_deleted_by_hand_is_not_deleted_again(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey laptop").await;
        app.tap(&ivan, "✅ Saved — delete now").await;
        app.clock.pass(300);
        assert!(app.domain.lease_secret_messages(9).await.unwrap().is_empty());
        assert_eq!(app.calls("deleteMessage").len(), 1);
    }

    async fn while_telegram_is_unavailable_it_is_retried(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey laptop").await;
        app.sandbox.inject_fault(Fault::once("deleteMessage", FaultKind::TooManyRequests { retry_after: 600 }));
        app.clock.pass(300);
        app.sandbox.wait_for(|_| (!app.calls("deleteMessage").is_empty()).then_some(())).await.expect("an attempt");
        assert_eq!(said(&app.sandbox.chat(ivan.id)), 1);
        app.clock.pass(60);
        gone(&app, &ivan).await;
    }

    async fn what_telegram_no_longer_deletes_after_two_days_is_overwritten(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let description = "Bad Request: message can't be deleted".to_owned();
        app.sandbox.inject_fault(Fault::once("deleteMessage", FaultKind::Refused { code: 400, description }));
        app.clock.pass(49 * 3600);
        let blank = |chat: Vec<VisibleMessage>| chat.into_iter().find(|message| message.text == "🔑 ••••••");
        let blank = app.sandbox.wait_for(|sandbox| blank(sandbox.chat(ivan.id))).await.expect("a blank message");
        assert!(blank.buttons.is_empty() && said(&app.sandbox.chat(ivan.id)) == 1, "{blank:?}");
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn after_a_week_it_is_abandoned(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.domain.record_secret_message(ivan.id, 77).await.unwrap();
        app.clock.pass(7 * 86_400);
        assert!(app.domain.lease_secret_messages(9).await.unwrap().is_empty());
        app.clock.pass(3600);
        assert!(app.domain.lease_secret_messages(9).await.unwrap().is_empty());
        assert!(app.calls("deleteMessage").is_empty());
    }

    async fn a_rotated_secret_goes_too(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey laptop").await;
        app.tap(&ivan, "✅ Saved — delete now").await;
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        app.tap(&ivan, &row).await;
        app.tap(&ivan, "🔄 Rotate").await;
        let before = said(&app.tap(&ivan, "1 hour").await);
        app.clock.pass(300);
        let is_shorter = |chat: &[VisibleMessage]| (said(chat) < before).then_some(());
        app.sandbox.wait_for(|sandbox| is_shorter(&sandbox.chat(ivan.id))).await.expect("a shorter chat");
    }
}

/// Waits until the chat contains no message of the bot.
async fn gone(app: &App, person: &Person) {
    let is_empty = |chat: &[VisibleMessage]| (said(chat) == 0).then_some(());
    app.sandbox.wait_for(|sandbox| is_empty(&sandbox.chat(person.id))).await.expect("an empty chat");
}
