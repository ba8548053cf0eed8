//! Deferred replies. An answer that Telegram did not accept is sent later, unless it contains a secret.

use telegram_sandbox::{Fault, FaultKind, Person, VisibleMessage};

use crate::on_both;
use crate::support::chat::{last, said, shown};
use crate::support::{App, russian, verify};

/// Waits for exactly `number` deferred replies.
async fn late(app: &App, person: &Person, number: usize) -> Vec<VisibleMessage> {
    let late = |chat: Vec<VisibleMessage>| -> Vec<VisibleMessage> {
        chat.into_iter().filter(|message| message.from_bot && message.text.starts_with('⏳')).collect()
    };
    let found = app.sandbox.wait_for(|sandbox| Some(late(sandbox.chat(person.id))).filter(|late| late.len() >= number));
    let found = found.await.expect("the deferred replies");
    assert_eq!(found.len(), number, "{found:#?}");
    found
}

fn held_up(person: &Person, times: u32) -> Fault {
    Fault::once("sendMessage", FaultKind::TooManyRequests { retry_after: 60 }).in_chat(person.id).times(times)
}

on_both! {
    async fn an_answer_that_has_to_wait_long_is_sent_when_the_wait_is_over(app: App) {
        let (ivan, maria) = (app.person("Ivan"), russian(app.person("Мария")));
        for person in [&ivan, &maria] {
            app.greet(person).await;
            app.sandbox.inject_fault(held_up(person, 1));
            assert_eq!(said(&app.say(person, "/language").await), 1, "the answer is deferred");
        }
        app.clock.pass(61);
        let told = [late(&app, &ivan, 1).await, late(&app, &maria, 1).await].concat();
        insta::allow_duplicates! { insta::assert_snapshot!(shown(&told[0]), @"
        ⏳ Telegram delayed my reply.

        Choose a language
        [✅ English]
        [Русский]
        [‹ Profile]
        ") }
        insta::allow_duplicates! { insta::assert_snapshot!(shown(&told[1]), @"
        ⏳ Telegram задержал мой ответ.

        Выберите язык
        [English]
        [✅ Русский]
        [‹ Профиль]
        ") }
        app.tap(&ivan, "Русский").await;
        assert!(last(&app.sandbox.chat(ivan.id)).text.starts_with("Здравствуйте, Ivan!"), "its buttons work");
    }

    async fn of_several_only_the_last_is_sent(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        app.sandbox.inject_fault(held_up(&ivan, 3));
        for text in ["/profile", "/dance", "/help"] {
            app.say(&ivan, text).await;
        }
        app.clock.pass(61);
        assert!(late(&app, &ivan, 1).await[0].text.contains("I help you manage your account"));
        app.clock.pass(4000);
        assert_eq!(late(&app, &ivan, 1).await.len(), 1, "it is sent only once");
    }

    async fn the_outcome_for_a_key_is_always_sent_and_its_secret_never(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        app.sandbox.inject_fault(held_up(&ivan, 3));
        app.say(&ivan, "/newkey laptop").await;
        app.say(&ivan, "/profile").await;
        app.clock.pass(61);
        let late = late(&app, &ivan, 2).await;
        assert!(late.iter().any(|message| message.text.contains("I couldn’t be sure the new key reached you")));
        assert!(late.iter().any(|message| message.text.contains("Account #1")), "{late:#?}");
        assert!(!app.sandbox.chat(ivan.id).iter().any(|message| message.html.contains("nb_")));
        assert_eq!(app.signed_in(&ivan).await.get("keys").await.json()["keys"], serde_json::json!([]));
    }

    async fn a_link_that_signs_in_is_not_stored_but_requested_again(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        app.sandbox.inject_fault(held_up(&ivan, 1));
        app.say(&ivan, "/signin").await;
        app.clock.pass(61);
        let late = late(&app, &ivan, 1).await;
        assert!(late[0].text.ends_with("It contained a secret, so I didn’t keep it. Please ask again."), "{late:#?}");
        assert!(late[0].buttons.is_empty(), "{late:#?}");
    }

    async fn a_screen_that_could_not_be_changed_comes_as_a_new_message(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        app.sandbox.inject_fault(Fault::once("editMessageText", FaultKind::TooManyRequests { retry_after: 60 }));
        app.tap(&ivan, "👤 Profile").await;
        app.clock.pass(61);
        assert!(late(&app, &ivan, 1).await[0].text.contains("Account #1"));
    }

    async fn an_answer_that_got_lost_is_sent_again_within_seconds(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        for (times, kind) in [FaultKind::ServerError, FaultKind::InternalError, FaultKind::ResetBefore].into_iter().enumerate() {
            app.sandbox.inject_fault(Fault::once("sendMessage", kind));
            app.say(&ivan, "/profile").await;
            app.clock.pass(3);
            late(&app, &ivan, times + 1).await;
        }
    }

    async fn an_answer_from_hours_ago_is_not_sent(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::TooManyRequests { retry_after: 4000 }));
        app.say(&ivan, "/profile").await;
        app.sandbox.inject_fault(held_up(&ivan, 1));
        app.clock.pass(4001);
        // One more attempt is made; after that the reply is too old.
        app.sandbox.wait_for(|_| (app.calls("sendMessage").len() >= 3).then_some(())).await.expect("another attempt");
        app.clock.pass(61);
        let key = crate::support::chat::key_in(&app.say(&ivan, "/newkey laptop").await);
        assert_eq!(verify(&app, &key).await.status, 200);
        late(&app, &ivan, 0).await;
    }
}
