//! Flooding does not delay other people.

use std::time::Duration;

use serde_json::json;
use telegram_sandbox::{Fault, FaultKind, Person, VisibleMessage};

use crate::on_both;
use crate::support::chat::{last, said};
use crate::support::{App, russian};

/// Start of the bot's answer to a flood.
const TOO_MUCH: &str = "That was too many messages at once.";

/// Waits until the bot has answered a person.
async fn answered(app: &App, person: &Person) {
    let seen = app.sandbox.wait_for(|sandbox| (said(&sandbox.chat(person.id)) > 0).then_some(()));
    seen.await.unwrap_or_else(|late| panic!("{} is not answered: {late}", person.first_name));
}

on_both! {
    async fn a_person_who_floods_is_throttled_and_notified_once(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        app.greet(&ivan).await;
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

    async fn throttled_taps_are_answered(app: App) {
        let ivan = russian(app.person("Ivan"));
        let menu = last(&app.greet(&ivan).await).id;
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
}
