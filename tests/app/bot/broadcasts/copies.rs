//! Copies and tests of a broadcast in chat, the list of broadcasts, and the card once the recipients were purged.

use telegram_sandbox::{Fault, FaultKind, Person};

use crate::support::chat::{last, shown};
use crate::support::{App, admin, russian};
use crate::{on_both, sees};

const DAY: i64 = 86_400;

/// Writes a draft and sends it to that number of people.
async fn sent(app: &App, ada: &Person, text: &str, people: usize) {
    app.say(ada, "/broadcast").await;
    app.say(ada, text).await;
    app.tap(ada, "👁 Preview and send").await;
    app.say(ada, &people.to_string()).await;
    app.comes(ada, "is done").await;
    app.comes(ada, ": done").await;
}

on_both! {
    async fn a_broadcast_is_copied_into_a_draft(app: App) {
        let ada = admin();
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        sent(&app, &ada, "Hi", 2).await;
        app.tap(&ada, "📑 Copy").await;
        let draft = app.comes(&ada, "<b>Broadcast #2</b> · draft").await;
        assert!(draft.html.contains("<blockquote>Hi</blockquote>") && draft.html.contains("To: everyone — <b>2 people</b>"), "{draft:#?}");
        // A second tap on the old button opens the same draft.
        app.say(&ada, "/broadcasts").await;
        app.tap(&ada, "✅ #1 · Hi · 23 Nov").await;
        app.tap(&ada, "📑 Copy").await;
        let chat = app.say(&ada, "/broadcasts").await;
        sees!(chat, @"
        <b>Broadcasts</b>
        [✏️ #2 · Hi · 23 Nov]
        [✅ #1 · Hi · 23 Nov]
        [➕ New broadcast]
        [‹ Menu]
        ");
        app.tap(&ada, "✏️ #2 · Hi · 23 Nov").await;
        app.tap(&ada, "✏️ Text").await;
        app.tap(&ada, "✅ English").await;
        app.say(&ada, "Hi again").await;
        app.tap(&ada, "👁 Preview and send").await;
        app.say(&ada, "2").await;
        app.comes(&ivan, "Hi again").await;
    }

    async fn a_test_goes_to_all_admins_in_their_languages(app: App) with [("NEURALBOX_ADMINS", "900,901")]; {
        let (ada, eve) = (admin(), russian(Person::new(901, "Eve")));
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        app.say(&eve, "/start").await;
        app.say(&ada, "/broadcast").await;
        app.tap(&ada, "‹ Draft").await;
        app.tap(&ada, "🧪 Test").await;
        assert_eq!(app.word(), "There’s nothing to send yet. Write a text first.");
        app.tap(&ada, "✏️ Text").await;
        app.tap(&ada, "✏️ English").await;
        app.say(&ada, "Hello").await;
        app.tap(&ada, "✏️ Text").await;
        app.tap(&ada, "✏️ Russian").await;
        app.say(&ada, "Привет").await;
        app.tap(&ada, "🧪 Test").await;
        assert_eq!(app.word(), "The test is on its way to 2 admins.");
        let got = async |person: &Person, text: &str| {
            let has = |sandbox: &telegram_sandbox::Sandbox| {
                sandbox.chat(person.id).iter().any(|message| message.from_bot && message.text == text).then_some(())
            };
            app.sandbox.wait_for(has).await.expect(text);
        };
        got(&eve, "Привет").await;
        got(&ada, "Hello").await;
        assert!(app.sandbox.chat(ivan.id).iter().all(|message| message.text != "Hello"));
        app.say(&ada, "/broadcasts").await;
        let list = app.comes(&ada, "<b>Broadcasts</b>").await;
        assert_eq!(shown(&list), "<b>Broadcasts</b>\n[✏️ #1 · Hello · 23 Nov]\n[➕ New broadcast]\n[‹ Menu]");
    }

    async fn an_empty_draft_has_a_name_and_a_date(app: App) {
        let ada = russian(admin());
        app.say(&ada, "/broadcast").await;
        let chat = app.say(&ada, "/broadcasts").await;
        sees!(chat, @"
        <b>Рассылки</b>
        [✏️ #1 · пусто · 23 нояб.]
        [➕ Новая рассылка]
        [‹ Меню]
        ");
        let chat = app.tap(&ada, "‹ Меню").await;
        assert!(last(&chat).button("➕ Новая рассылка").is_none(), "{chat:#?}");
    }

    async fn without_its_recipients_a_card_offers_neither_their_list_nor_a_retraction(app: App) {
        let ada = admin();
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Blocked).in_chat(ivan.id));
        sent(&app, &ada, "Hi", 2).await;
        let labels = async |app: &App| {
            app.say(&ada, "/broadcasts").await;
            let chat = app.tap(&ada, "✅ #1 · Hi · 23 Nov").await;
            let card = last(&chat);
            ["↩️ Retract", "📄 Who didn’t get it", "📑 Copy"].map(|label| card.button(label).is_some())
        };
        assert_eq!(labels(&app).await, [true, true, true]);
        app.clock.pass(90 * DAY + 10);
        app.domain.purge().await.unwrap();
        assert_eq!(labels(&app).await, [false, false, true]);
        let chat = app.tap(&ada, "📑 Copy").await;
        assert!(last(&chat).html.contains("<b>Broadcast #2</b> · draft"), "{chat:#?}");
    }
}
