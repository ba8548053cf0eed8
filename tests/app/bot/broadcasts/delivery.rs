//! Start of a broadcast from the chat: once, after the number of recipients was confirmed.

use serde_json::json;
use telegram_sandbox::{Fault, FaultKind, Person, VisibleMessage};

use crate::support::chat::{last, shown};
use crate::support::{App, admin, at_once, russian};
use crate::{on_both, sees};

/// Creates a draft and opens its preview, which asks for the number of recipients.
async fn reviewed(app: &App, ada: &Person, text: &str) -> Vec<VisibleMessage> {
    app.say(ada, "/broadcast").await;
    app.say(ada, text).await;
    app.tap(ada, "👁 Preview and send").await
}

/// Number of messages with that text in a person's chat.
fn got(app: &App, person: &Person, text: &str) -> usize {
    app.sandbox.chat(person.id).iter().filter(|message| message.from_bot && message.text == text).count()
}

on_both! {
    async fn it_goes_to_everyone_once_the_number_is_typed(app: App) {
        let (ada, ivan) = (admin(), app.chatting(app.person("Ivan"), "vip").await);
        let olga = app.chatting(russian(app.person("Olga")), "free").await;
        reviewed(&app, &ada, "It is <b>not</b> HTML & goes out as typed").await;
        let chat = app.say(&ada, "4").await;
        sees!(chat, @"
        That number doesn’t match, so nothing was sent. Type <code>3</code> to send it, or go back to the draft.
        [‹ Draft]
        ");
        let chat = app.say(&ada, "yes").await;
        assert!(last(&chat).text.starts_with("That number doesn’t match"), "{chat:#?}");
        app.say(&ada, "3").await;
        let done = app.comes(&ada, ": done").await;
        insta::allow_duplicates! { insta::assert_snapshot!(settled(&shown(&done)), @"
        📣 <b>Broadcast #1</b>: done
        <blockquote>It is &lt;b&gt;not&lt;/b&gt; HTML &amp; goes out as typed</blockquote>
        To: everyone — 3 people

        Sent: <b>3</b>
        Unreachable: 0
        Failed: 0
        Unconfirmed: 0
        Started DAY UTC
        Finished DAY UTC
        [↩️ Retract]
        [📑 Copy]
        [‹ Broadcasts]
        ") }
        for person in [&ada, &ivan, &olga] {
            let there = got(&app, person, "It is <b>not</b> HTML & goes out as typed");
            assert_eq!(there, 1 + usize::from(person.id == ada.id), "the broadcast, and the preview for the admin");
        }
        app.comes(&ada, "is done").await;
        let chat = app.say(&ada, "3").await;
        assert!(last(&chat).text.starts_with("I only understand commands"), "no question is pending: {chat:#?}");
    }

    async fn a_number_that_changed_meanwhile_is_confirmed_again(app: App) {
        let ada = admin();
        reviewed(&app, &ada, "Hi").await;
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        let chat = app.say(&ada, "1").await;
        sees!(chat, @"
        The number of recipients has changed. Nothing was sent.

        ⬆️ This is exactly what <b>2 people</b> will get. To: everyone.
        Starts right away, takes about 1 s.

        To send it, type this number: <code>2</code>
        [‹ Draft]
        ");
        assert_eq!(got(&app, &ivan, "Hi"), 0);
        app.say(&ada, "2").await;
        app.comes(&ada, ": done").await;
        assert_eq!(got(&app, &ivan, "Hi"), 1);
    }

    async fn nobody_starts_a_draft_that_was_changed_after_they_saw_it(app: App) with [("NEURALBOX_ADMINS", "900,901")]; {
        let (ada, eve) = (admin(), Person::new(901, "Eve"));
        app.greet(&eve).await;
        reviewed(&app, &ada, "Hi").await;
        app.say(&eve, "/broadcasts").await;
        app.tap(&eve, "✏️ #1 · Hi · 23 Nov").await;
        app.tap(&eve, "✏️ Text").await;
        app.tap(&eve, "✅ English").await;
        app.say(&eve, "Something else").await;
        let chat = app.say(&ada, "2").await;
        assert!(last(&chat).text.starts_with("Someone else changed this draft."), "{chat:#?}");
        assert!(last(&chat).html.contains("<blockquote>Something else</blockquote>"), "{chat:#?}");
        let chat = app.say(&ada, "2").await;
        assert!(last(&chat).text.starts_with("I only understand commands"), "{chat:#?}");
        assert_eq!(got(&app, &eve, "Hi") + got(&app, &eve, "Something else"), 0);
    }

    async fn started_from_chat_and_over_http_at_once_it_goes_out_once(app: App) {
        let (ada, ivan) = (admin(), app.chatting(app.person("Ivan"), "free").await);
        reviewed(&app, &ada, "Hi").await;
        let browser = app.signed_in(&ada).await;
        let asks = (0..4).map(|_| {
            let mut browser = browser.clone();
            async move { browser.post("admin/broadcasts/1/start", json!({"recipients": 2})).await.status }
        });
        app.sandbox.say(&ada, "2");
        let statuses = at_once(asks).await;
        app.settled().await;
        assert_eq!(statuses, [200; 4], "repeated starts with the same number succeed");
        app.comes(&ada, ": done").await;
        assert_eq!(got(&app, &ivan, "Hi"), 1);
    }

    async fn a_number_that_arrives_long_after_it_was_typed_sends_nothing(app: App) {
        let ada = admin();
        reviewed(&app, &ada, "Hi").await;
        app.service.stop().await;
        app.sandbox.say(&ada, "1");
        app.clock.pass(601);
        let next = app.another(&[("NEURALBOX_PUBLIC_URL", &app.url)]).await;
        app.settled().await;
        sees!(app.sandbox.chat(ada.id), @"
        Your number arrived long after you sent it, so nothing was sent. Type <code>1</code> again if you still want to send it.
        [‹ Draft]
        ");
        app.say(&ada, "1").await;
        app.comes(&ada, ": done").await;
        next.stop().await;
    }

    async fn one_for_stars_is_sent_as_paid_and_its_preview_is_not(app: App) {
        let (ada, ivan) = (admin(), app.chatting(app.person("Ivan"), "free").await);
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Quick").await;
        app.tap(&ada, "⚡ Speed").await;
        app.tap(&ada, "With Stars, at most 1").await;
        app.tap(&ada, "👁 Preview and send").await;
        app.say(&ada, "2").await;
        app.comes(&ada, ": done").await;
        let sent = app.calls("sendMessage").into_iter().filter(|call| call.params["text"] == "Quick");
        let paid: Vec<_> = sent.map(|call| (call.params["chat_id"].as_i64(), call.params["allow_paid_broadcast"] == true)).collect();
        assert_eq!(paid[0], (Some(ada.id), false), "the preview is not paid");
        assert!(paid[1..].contains(&(Some(ivan.id), true)) && paid[1..].contains(&(Some(ada.id), true)), "{paid:?}");
        assert_eq!((paid.len(), app.sandbox.paid_broadcast_cost()), (3, 0), "thirty a second are free");
    }

    async fn what_telegram_refuses_cannot_be_sent(app: App) {
        let ada = admin();
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Hi").await;
        let description = "Bad Request: wrong file identifier/HTTP URL specified".to_owned();
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Refused { code: 400, description }));
        let chat = app.tap(&ada, "👁 Preview and send").await;
        sees!(chat, @"
        ⚠️ Telegram doesn’t accept the English message for anyone:
        Bad Request: wrong file identifier/HTTP URL specified
        [‹ Draft]
        ");
        let chat = app.say(&ada, "1").await;
        assert!(last(&chat).text.starts_with("I only understand commands"), "no number was asked for: {chat:#?}");
    }

    async fn nothing_and_to_nobody_is_not_sent(app: App) {
        let ada = admin();
        app.say(&ada, "/broadcast").await;
        app.tap(&ada, "‹ Draft").await;
        app.tap(&ada, "👁 Preview and send").await;
        assert_eq!(app.word(), "There’s nothing to send yet. Write a text first.");
        app.tap(&ada, "✏️ Text").await;
        app.tap(&ada, "✏️ English").await;
        app.say(&ada, "Hi").await;
        app.tap(&ada, "👥 Recipients").await;
        app.say(&ada, "people:5").await;
        app.tap(&ada, "👁 Preview and send").await;
        assert_eq!(app.word(), "Nobody would get it right now.");
        app.tap(&ada, "🕒 When").await;
        app.tap(&ada, "In an hour").await;
        app.clock.pass(3600);
        app.tap(&ada, "👁 Preview and send").await;
        assert_eq!(app.word(), "That time has passed. Choose another one.");
    }

    async fn a_scheduled_one_can_be_recalled(app: App) {
        let (ada, ivan) = (admin(), app.chatting(app.person("Ivan"), "free").await);
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Hi").await;
        app.tap(&ada, "🕒 When").await;
        app.tap(&ada, "In an hour").await;
        app.tap(&ada, "👁 Preview and send").await;
        let chat = app.say(&ada, "2").await;
        sees!(chat, @"
        📣 <b>Broadcast #1</b>: scheduled
        <blockquote>Hi</blockquote>
        To: everyone — 2 people
        Starts: 23 Nov 2026, 13:00 UTC
        [✏️ Back to the draft] [⏹ Cancel]
        [📑 Copy]
        [‹ Broadcasts]
        ");
        app.tap(&ada, "✏️ Back to the draft").await;
        let chat = app.tap(&ada, "👁 Preview and send").await;
        assert!(last(&chat).text.contains("Starts 23 Nov 2026, 13:00 UTC"), "{chat:#?}");
        app.say(&ada, "2").await;
        app.clock.pass(3600);
        app.comes(&ada, ": done").await;
        assert_eq!(got(&app, &ivan, "Hi"), 1);
    }
}

/// Masks the start and end times of a card.
fn settled(card: &str) -> String {
    let line = |line: &str| match line.split_once(' ').filter(|_| line.ends_with(" UTC")) {
        Some((what, _)) => format!("{what} DAY UTC"),
        None => line.to_owned(),
    };
    card.lines().map(line).collect::<Vec<_>>().join("\n")
}
