//! Flooding and slow chats do not delay other people, although `getUpdates` returns at most a hundred updates.

use std::time::Duration;

use serde_json::json;
use telegram_sandbox::{Fault, FaultKind, Person, VisibleMessage};

use crate::on_both;
use crate::support::chat::{key_in, last, said};
use crate::support::{App, russian};

/// Start of the bot's answer to a flood.
const TOO_MUCH: &str = "That was too many messages at once.";

/// Waits until the bot has answered a person.
async fn answered(app: &App, person: &Person) {
    let seen = app.sandbox.wait_for(|sandbox| (said(&sandbox.chat(person.id)) > 0).then_some(()));
    seen.await.unwrap_or_else(|late| panic!("{} is not answered: {late}", person.first_name));
}

on_both! {
    async fn whoever_floods_is_passed_over_and_told_so_once(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        app.say(&ivan, "/start").await;
        // While his first answer is in flight, his further updates wait. So does the answer about the flood.
        let slow = Duration::from_secs(6);
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(slow)).in_chat(ivan.id).times(2));
        for _ in 0..500 {
            app.sandbox.say(&ivan, "/profile");
        }
        app.sandbox.say(&olga, "/start");
        answered(&app, &olga).await;
        assert!(said(&app.sandbox.chat(ivan.id)) < 10, "Olga did not wait for Ivan");
        // The queue may accept one update less than its capacity, so the bounds are loose.
        let with = |chat: &[VisibleMessage], words: &str| chat.iter().filter(|message| message.text.contains(words)).count();
        let is_over = |chat: &Vec<VisibleMessage>| with(chat, TOO_MUCH) > 0 && with(chat, "Account #") >= 30;
        let chat = app.sandbox.wait_for(|sandbox| Some(sandbox.chat(ivan.id)).filter(is_over)).await.unwrap();
        assert_eq!(with(&chat, TOO_MUCH), 1);
        assert!(with(&chat, "Account #") < 60, "{chat:#?}");
        app.clock.pass(11);
        assert!(last(&app.say(&ivan, "/profile").await).text.contains("Account #"), "updates are accepted again");
    }

    async fn taps_that_are_passed_over_are_answered(app: App) {
        let ivan = russian(app.person("Ivan"));
        let menu = last(&app.say(&ivan, "/start").await).id;
        app.sandbox.inject_fault(Fault::once("editMessageText", FaultKind::Slow(Duration::from_secs(2))).in_chat(ivan.id));
        for _ in 0..45 {
            app.sandbox.tap(&ivan, menu, "👤 Профиль").unwrap();
        }
        app.sandbox.wait_for(|sandbox| (sandbox.call_count("answerCallbackQuery") >= 45).then_some(())).await.unwrap();
        let words: Vec<_> = app.calls("answerCallbackQuery").iter().map(|call| call.params["text"].clone()).collect();
        assert_eq!(words.len(), 45);
        let too_fast = json!("Слишком быстро. Подождите десять секунд и нажмите ещё раз.");
        assert!(words.iter().filter(|word| **word == too_fast).count() >= 8, "{words:?}");
    }

    async fn one_slow_chat_does_not_hide_everybody_elses_updates(app: App) {
        let ivan = app.person("Ivan");
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_secs(8))).in_chat(ivan.id));
        app.sandbox.say(&ivan, "/start");
        // More updates than one `getUpdates` returns: the unfinished one would hide the last of them.
        let crowd: Vec<_> = (0..150).map(|number| app.person(&format!("Person {number}"))).collect();
        for person in &crowd {
            app.sandbox.say(person, "/start");
        }
        answered(&app, crowd.last().unwrap()).await;
        assert_eq!(said(&app.sandbox.chat(ivan.id)), 0, "Ivan's answer is still in flight");
        app.settled().await;
        answered(&app, &ivan).await;
        assert_eq!(said(&app.sandbox.chat(ivan.id)), 1);
        app.sandbox.wait_for(|_| (app.sandbox.pending_updates() == 0).then_some(())).await.unwrap();
        // Parked updates are removed once they are handled.
        while !app.domain.parked_updates().await.unwrap().is_empty() {}
    }

    async fn what_takes_long_is_kept_but_never_a_key(app: App) {
        let (ivan, maria, olga) = (app.person_on("Ivan", "vip").await, app.person("Maria"), app.person("Olga"));
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let slow = |method: &str, chat| Fault::once(method, FaultKind::Slow(Duration::from_secs(8))).in_chat(chat);
        app.sandbox.inject_fault(slow("deleteMessage", ivan.id));
        app.sandbox.inject_fault(slow("sendMessage", maria.id));
        app.sandbox.say(&ivan, &format!("oh: {key}"));
        app.sandbox.say(&maria, "/start");
        let mut kept = Vec::new();
        for times in 1.. {
            app.sandbox.say(&olga, "/profile");
            app.sandbox.wait_for(|sandbox| (said(&sandbox.chat(olga.id)) >= times).then_some(())).await.unwrap();
            kept = app.domain.parked_updates().await.unwrap();
            if !kept.is_empty() {
                break;
            }
        }
        assert!(kept.iter().any(|update| update.body.contains("Maria")), "{kept:?}");
        assert!(!kept.iter().any(|update| update.body.contains(&key)), "a key was stored");
        app.settled().await;
    }
}
