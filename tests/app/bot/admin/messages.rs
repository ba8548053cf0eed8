//! A message of an admin to one person.

use serde_json::json;
use telegram_sandbox::{Fault, FaultKind};

use crate::support::chat::{last, shown};
use crate::support::{App, admin, russian};
use crate::{on_both, sees};

on_both! {
    async fn it_is_shown_confirmed_and_delivered(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.say(&ada, "/user #1").await;
        let chat = app.tap(&ada, "✉️ Message").await;
        sees!(chat, @"
        ✉️ <b>What should Ivan</b> (#1) <b>read?</b>

        Send the text, with formatting if you like. You see it again before it is sent.
        [‹ Card]
        ");
        app.sandbox.push_update(json!({"message": {
            "message_id": 900, "date": app.clock.unix(), "text": "Your invoice is ready & paid",
            "entities": [{"type": "bold", "offset": 5, "length": 7}],
            "from": {"id": ada.id, "is_bot": false, "first_name": "Ada", "username": ada.username},
            "chat": {"id": ada.id, "type": "private", "first_name": "Ada"},
        }}));
        app.settled().await;
        let chat = app.sandbox.chat(ada.id);
        sees!(chat, @"
        ✉️ Send this to <b>Ivan</b> (#1)?

        Your <b>invoice</b> is ready &amp; paid
        [Send] [Cancel]
        ");
        let chat = app.tap(&ada, "Send").await;
        sees!(chat, @"
        ✉️ Your message to Ivan (#1) is on its way. If it can’t be delivered, I’ll tell you.
        [‹ Card]
        ");
        let told = app.comes(&ivan, "Message from the team").await;
        assert_eq!(shown(&told), "✉️ <b>Message from the team</b>\n\nYour <b>invoice</b> is ready &amp; paid\n[‹ Menu]");
        let chat = app.tap(&ada, "‹ Card").await;
        assert!(last(&chat).text.contains("23 Nov 2026 message (Ada)"), "{chat:#?}");
        assert!(!last(&chat).text.contains("invoice"), "the audit log keeps no text: {chat:#?}");
    }

    async fn what_cannot_be_sent_is_explained_and_the_question_stays(app: App) {
        let (ada, ivan) = (russian(admin()), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.say(&ada, "/user #1").await;
        app.tap(&ada, "✉️ Написать").await;
        let chat = app.say(&ada, &"я".repeat(3501)).await;
        assert_eq!(last(&chat).text, "Пришлите текст до 3\u{a0}500 знаков, без фото и файлов.");
        let chat = app.say(&ada, &"я".repeat(3500)).await;
        assert!(last(&chat).button("Отправить").is_some(), "{chat:#?}");
        app.tap(&ada, "Отмена").await;
        let chat = app.say(&ada, "ещё").await;
        assert!(last(&chat).button("Отправить").is_none(), "{chat:#?}");
    }

    async fn an_unreachable_person_is_not_written_to(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.say(&ada, "/user #1").await;
        app.sandbox.block(&ivan);
        app.settled().await;
        let chat = app.tap(&ada, "✉️ Message").await;
        sees!(chat, @"
        I can’t write to this person: they haven’t started the bot, or blocked it.
        [‹ Card]
        ");
        let chat = app.tap(&ada, "‹ Card").await;
        assert!(last(&chat).button("✉️ Message").is_none(), "{chat:#?}");
    }

    async fn the_admin_is_notified_if_it_does_not_arrive(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ada, "/start").await;
        app.say(&ivan, "/start").await;
        app.say(&ada, "/user #2").await;
        app.tap(&ada, "✉️ Message").await;
        app.say(&ada, "Are you there?").await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Blocked).in_chat(ivan.id));
        app.tap(&ada, "Send").await;
        let told = app.comes(&ada, "couldn’t be delivered").await;
        assert!(told.text.contains("Ivan (#2)") && told.text.contains("within three days"), "{told:#?}");
        assert!(told.button("Open the card").is_some(), "{told:#?}");
        app.say(&ivan, "/profile").await;
        app.comes(&ivan, "Are you there?").await;
    }
}
