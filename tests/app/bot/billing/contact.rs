//! Whom to ask, and the terms: always answered.

use super::{SUPPORT, UNSOLD, labels};
use crate::on_both;
use crate::sees;
use crate::support::App;
use crate::support::chat::last;
use crate::support::{admin, russian};

on_both! {
    async fn the_contact_is_named_where_people_ask(app: App) with [SUPPORT]; {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        let chat = app.say(&ivan, "/support").await;
        sees!(chat, @"
        <b>Support</b>

        Write to @neuralbox_help. Include your account number, #1, but never an API key.
        [💬 Support → https://t.me/neuralbox_help]
        [💳 Help with a payment] [📄 Terms]
        [‹ Menu]
        ");
        let chat = app.tap(&ivan, "💳 Help with a payment").await;
        sees!(chat, @"
        <b>Help with a payment</b>

        Something wrong with a payment, or want a refund? Write to @neuralbox_help and include the date and amount: you’ll find both under My purchases.

        Telegram’s own support can’t help with purchases made here.
        [💬 Support → https://t.me/neuralbox_help]
        [🧾 My purchases] [📄 Terms]
        [‹ Menu]
        ");
        let chat = app.tap(&ivan, "📄 Terms").await;
        assert!(last(&chat).text.contains("/web/terms") && last(&chat).text.contains("renew every 30 days"), "{chat:#?}");
        let maria = russian(app.person("Мария"));
        app.say(&maria, "/start").await;
        let chat = app.say(&maria, "/paysupport").await;
        assert!(last(&chat).text.contains("Напишите @neuralbox_help"), "{chat:#?}");
    }

    async fn without_a_contact_the_texts_say_so(app: App) with [UNSOLD]; {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        for (command, expected) in [
            ("/support", "hasn’t published a contact"),
            ("/paysupport", "hasn’t published a contact"),
            ("/terms", "Nothing is sold here at the moment."),
        ] {
            let chat = app.say(&ivan, command).await;
            assert!(last(&chat).text.contains(expected), "{command}: {chat:#?}");
            assert!(!last(&chat).text.contains("Star"), "{command}: {chat:#?}");
            assert!(labels(&chat).contains(&"‹ Menu".to_owned()), "{command}: {chat:#?}");
        }
    }

    async fn an_address_has_no_button_because_telegram_takes_none(app: App) with [("NEURALBOX_SUPPORT", "help@example.com")]; {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        let chat = app.say(&ivan, "/support").await;
        assert!(last(&chat).text.contains("help@example.com"), "{chat:#?}");
        assert_eq!(labels(&chat), ["💳 Help with a payment", "📄 Terms", "‹ Menu"]);
    }

    async fn the_terms_of_the_operator_take_the_place_of_ours(app: App) with [("NEURALBOX_TERMS_URL", "https://example.com/terms")]; {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        let chat = app.say(&ivan, "/terms").await;
        let read = last(&chat).button("📄 Read the terms").and_then(|button| button.url().map(ToOwned::to_owned));
        assert_eq!(read.as_deref(), Some("https://example.com/terms"));
    }

    async fn a_suspended_person_is_answered_too(app: App) with [SUPPORT]; {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&admin(), "/start").await;
        app.say(&admin(), &format!("/user {}", ivan.id)).await;
        app.tap(&admin(), "⛔ Ban").await;
        app.tap(&admin(), "Confirm").await;
        let chat = app.say(&ivan, "/keys").await;
        assert_eq!(last(&chat).text, "This account is suspended. If you think this is a mistake, write to @neuralbox_help.");
        for (command, expected) in [("/support", "Write to @neuralbox_help."), ("/paysupport", "want a refund?"), ("/terms", "Terms of use")] {
            let chat = app.say(&ivan, command).await;
            assert!(last(&chat).text.contains(expected), "{command}: {chat:#?}");
            assert!(!labels(&chat).contains(&"‹ Menu".to_owned()), "every other button would be refused: {chat:#?}");
        }
        let listed = app.signed_in(&app.person("Olga")).await.get("me").await;
        assert_eq!(listed.status, 200);
    }

    async fn an_account_that_is_being_deleted_is_answered_too(app: App) with [SUPPORT]; {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        app.signed_in(&ivan).await.delete("me").await;
        let chat = app.say(&ivan, "/paysupport").await;
        assert!(last(&chat).text.contains("want a refund?"), "{chat:#?}");
    }
}
