//! Reachability: people block the bot and unblock it.

use serde_json::json;
use telegram_sandbox::{Fault, FaultKind, Person, VisibleMessage};

use crate::on_both;
use crate::support::chat::{key_in, last};
use crate::support::servers::github::{found, report};
use crate::support::{App, admin};

/// Number of attempts to send a person a message.
fn attempts(app: &App, person: &Person) -> usize {
    app.calls("sendMessage").iter().filter(|call| call.params["chat_id"] == person.id).count()
}

/// Waits for a notice to another person, by which time all earlier notices have been sent.
async fn until_all_was_sent(app: &App) {
    let olga = app.chatting(app.person("Olga"), "vip").await;
    let key = key_in(&app.say(&olga, "/newkey marker").await);
    report(&app.url, json!([found(&key)])).await;
    app.sandbox.wait_for(|sandbox| last(&sandbox.chat(olga.id)).text.starts_with('⚠').then_some(())).await.unwrap();
    app.settled().await;
}

async fn is_unreachable(app: &App, number: i64) -> bool {
    let chat = app.say(&admin(), &format!("/user #{number}")).await;
    last(&chat).text.contains("🔇 Can’t be messaged")
}

on_both! {
    async fn a_person_who_blocked_the_bot_is_notified_when_they_return(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.sandbox.block(&ivan);
        app.settled().await;
        assert!(is_unreachable(&app, 1).await);
        let before = attempts(&app, &ivan);
        report(&app.url, json!([found(&key)])).await;
        app.clock.pass(86_400);
        until_all_was_sent(&app).await;
        assert_eq!(attempts(&app, &ivan), before, "no attempts while the person is unreachable");
        app.sandbox.unblock(&ivan);
        let told = |sandbox: &telegram_sandbox::Sandbox| {
            last(&sandbox.chat(ivan.id)).text.starts_with("⚠️ Your key laptop").then_some(())
        };
        app.sandbox.wait_for(told).await.unwrap();
        assert!(!is_unreachable(&app, 1).await);
    }

    async fn a_refused_message_says_it_too_and_any_message_from_them_mends_it(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Blocked).in_chat(ivan.id));
        let before = attempts(&app, &ivan);
        report(&app.url, json!([found(&key)])).await;
        app.sandbox.wait_for(|_| (attempts(&app, &ivan) > before).then_some(())).await.unwrap();
        until_all_was_sent(&app).await;
        assert!(is_unreachable(&app, 1).await);
        app.say(&ivan, "/profile").await;
        let told = |chat: Vec<VisibleMessage>| chat.iter().any(|message| message.text.starts_with('⚠')).then_some(());
        app.sandbox.wait_for(|sandbox| told(sandbox.chat(ivan.id))).await.unwrap();
        assert!(!is_unreachable(&app, 1).await);
    }

    async fn a_notice_to_a_person_who_stays_unreachable_is_abandoned(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.sandbox.block(&ivan);
        app.settled().await;
        report(&app.url, json!([found(&key)])).await;
        until_all_was_sent(&app).await;
        app.clock.pass(3 * 86_400);
        until_all_was_sent(&app).await;
        app.sandbox.unblock(&ivan);
        app.settled().await;
        until_all_was_sent(&app).await;
        assert!(!app.sandbox.chat(ivan.id).iter().any(|message| message.text.starts_with('⚠')), "no old notices");
    }

    async fn a_stranger_who_blocks_the_bot_gets_no_account(app: App) {
        let ghost = app.person("Ghost");
        app.sandbox.block(&ghost);
        app.settled().await;
        app.sandbox.unblock(&ghost);
        app.settled().await;
        let chat = app.say(&admin(), &format!("/user {}", ghost.id)).await;
        assert_eq!(last(&chat).text, "No such user. Try a Telegram ID, #account, @name, an email address or part of a name.");
    }
}
