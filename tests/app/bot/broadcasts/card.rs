//! Status card of a broadcast: progress, pause, cancellation and retraction.

use telegram_sandbox::{Fault, FaultKind, Person};

use crate::support::chat::{last, shown};
use crate::support::{App, admin, russian};
use crate::{on_both, sees};

/// Starts a broadcast to everyone.
async fn started(app: &App, ada: &Person, text: &str, people: usize) {
    app.say(ada, "/broadcast").await;
    app.say(ada, text).await;
    app.tap(
        ada,
        if ada.language_code.is_some() {
            "👁 Предпросмотр и отправка"
        } else {
            "👁 Preview and send"
        },
    )
    .await;
    app.say(ada, &people.to_string()).await;
}

on_both! {
    async fn failed_recipients_are_counted_and_listed(app: App) {
        let (ada, ivan) = (russian(admin()), app.chatting(app.person("Ivan"), "free").await);
        let olga = app.chatting(app.person("Olga"), "free").await;
        app.greet(&ada).await;
        let gone = || Fault::once("sendMessage", FaultKind::Blocked);
        app.sandbox.inject_fault(gone().in_chat(ivan.id));
        let description = "Bad Request: =something, \"odd\"".to_owned();
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Refused { code: 400, description }).in_chat(olga.id));
        started(&app, &ada, "Hi", 3).await;
        let card = app.comes(&ada, ": завершена").await;
        let counts: Vec<_> = card.text.lines().filter(|line| line.contains(": ") && !line.contains('№')).map(ToOwned::to_owned).collect();
        assert_eq!(counts, ["Получатели: все — 3 человека", "Отправлено: 1", "Недоступны: 1", "Ошибки: 1", "Не подтверждено: 0"]);
        app.tap(&ada, "📄 Кто не получил").await;
        let sent = app.calls("sendDocument").pop().expect("a file");
        let file = sent.params.as_object().unwrap().values().find(|part| part["uploaded"].is_string());
        assert_eq!(file.expect("a file")["uploaded"], "broadcast-1-failures.csv");
        assert_eq!(sent.params["caption"], "Рассылка №1: 2 человека могли её не получить");
        let mut browser = app.signed_in(&ada).await;
        let table = browser.send(browser.request(reqwest::Method::GET, "admin/broadcasts/1/failures").header("accept", "text/csv")).await;
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        let lines: Vec<&str> = table.text.lines().collect();
        assert_eq!((lines.len(), lines[0]), (3, "n,telegram_id,outcome,reason,at"), "{}", table.text);
        assert!(lines.iter().any(|line| line.contains(&format!(",{},unreachable,", ivan.id))), "{}", table.text);
    }

    async fn it_is_paused_resumed_and_cancelled_with_one_question(app: App) with [("NEURALBOX_BROADCAST_RATE", "1")]; {
        let ada = admin();
        for name in ["Ivan", "Olga", "Maria", "Petr"] {
            app.chatting(app.person(name), "free").await;
        }
        app.greet(&ada).await;
        started(&app, &ada, "Hi", 5).await;
        app.tap(&ada, "⏸ Pause").await;
        let card = app.comes(&ada, ": paused").await;
        assert!(card.button("▶️ Resume").is_some() && card.button("⏸ Pause").is_none(), "{card:#?}");
        // A second tap on an old button changes nothing.
        app.sandbox.tap(&ada, card.id, "▶️ Resume").unwrap();
        app.settled().await;
        app.tap(&ada, "⏹ Cancel").await;
        let asked = last(&app.sandbox.chat(ada.id)).clone();
        assert!(asked.text.starts_with("Stop broadcast #1 for good?"), "{asked:#?}");
        app.tap(&ada, "Yes, stop it").await;
        let card = app.comes(&ada, ": canceled").await;
        assert!(card.button("↩️ Retract").is_some(), "{card:#?}");
        app.sandbox.tap(&ada, card.id, "v1:bc:resume:1").unwrap_err();
        let chat = app.say(&ada, "/broadcasts").await;
        sees!(chat, @"
        <b>Broadcasts</b>
        [⏹ #1 · Hi · 23 Nov]
        [➕ New broadcast]
        [‹ Menu]
        ");
    }

    async fn it_is_deleted_again_with_one_question(app: App) {
        let (ada, ivan) = (admin(), app.chatting(app.person("Ivan"), "free").await);
        started(&app, &ada, "Oops", 2).await;
        app.comes(&ada, ": done").await;
        let there = |app: &App| app.sandbox.chat(ivan.id).iter().filter(|message| message.text == "Oops").count();
        assert_eq!(there(&app), 1);
        app.tap(&ada, "↩️ Retract").await;
        let asked = app.comes(&ada, "Delete broadcast #1").await;
        insta::allow_duplicates! { insta::assert_snapshot!(shown(&asked), @"
        Delete broadcast #1 from 2 chats and stop it for good?
        Telegram only lets bots delete messages sent in the last 48 hours.
        [Yes, delete it]
        [No, go back]
        ") }
        app.tap(&ada, "Yes, delete it").await;
        let card = app.comes(&ada, ": retracted").await;
        assert!(card.html.contains("Deleted: <b>2</b>"), "{}", shown(&card));
        assert_eq!(there(&app), 0);
    }

    async fn a_card_is_woken_by_what_is_done_elsewhere(app: App) {
        let ada = admin();
        app.chatting(app.person("Ivan"), "free").await;
        app.greet(&ada).await;
        started(&app, &ada, "Hi", 2).await;
        let done = app.comes(&ada, ": done").await;
        let mut browser = app.signed_in(&ada).await;
        assert_eq!(browser.post("admin/broadcasts/1/retract", serde_json::json!({})).await.status, 200);
        let gone = app.comes(&ada, ": retracted").await;
        assert_eq!(gone.id, done.id, "the card is the same message");
    }

    async fn a_card_that_could_not_be_edited_is_edited_later(app: App) {
        let ada = admin();
        app.chatting(app.person("Ivan"), "free").await;
        app.greet(&ada).await;
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Hi").await;
        app.tap(&ada, "👁 Preview and send").await;
        // Neither the question can become the card, nor can the card be edited twice.
        app.sandbox.inject_fault(Fault::once("editMessageText", FaultKind::TooManyRequests { retry_after: 30 }).times(3));
        app.say(&ada, "2").await;
        app.comes(&ada, ": done").await;
    }

    async fn the_card_of_a_broadcast_is_edited_by_one_instance_and_lives_on_after_a_restart(app: App) {
        let ada = admin();
        app.chatting(app.person("Ivan"), "free").await;
        app.greet(&ada).await;
        started(&app, &ada, "Hi", 2).await;
        app.comes(&ada, ": done").await;
        let before = app.sandbox.call_count("editMessageText");
        app.service.stop().await;
        let next = app.another(&[("NEURALBOX_PUBLIC_URL", &app.url)]).await;
        app.tap(&ada, "↩️ Retract").await;
        app.tap(&ada, "No, go back").await;
        let card = app.comes(&ada, ": done").await;
        assert!(card.button("↩️ Retract").is_some());
        assert!(app.sandbox.call_count("editMessageText") >= before + 2);
        next.stop().await;
    }
}
