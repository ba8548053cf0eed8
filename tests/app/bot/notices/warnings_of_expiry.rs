//! Warnings before a key expires.

use serde_json::json;

use crate::support::chat::{key_in, last};
use crate::support::mailbox::{PASSWORD, count};
use crate::support::{App, russian, verify};
use crate::{is_warned, on_both};

const DAY: i64 = 86_400;

on_both! {
    async fn a_week_and_a_day_before_each_once(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/newkey").await;
        app.say(&ivan, "laptop").await;
        let key = key_in(&app.tap(&ivan, "30 d").await);
        app.clock.pass(23 * DAY - 1);
        assert_eq!(app.domain.add_key_expiry_notices().await.unwrap(), 0, "not yet");
        app.clock.pass(1);
        let added = [app.domain.add_key_expiry_notices().await.unwrap(), app.domain.add_key_expiry_notices().await.unwrap()];
        assert_eq!(added, [1, 0]);
        let chat = app.warned(&ivan, 1).await;
        is_warned!(chat, @"
        🔔 <b>Your key laptop expires in 7 days</b>

        It stops working on 23 Dec 2026. Extend it, or rotate it and replace it in your programs.
        [📅 Extend] [🔄 Rotate]
        [🔑 My keys]
        ");
        app.clock.pass(6 * DAY);
        assert_eq!(app.domain.add_key_expiry_notices().await.unwrap(), 1);
        let chat = app.warned(&ivan, 2).await;
        assert!(chat.iter().any(|message| message.text.starts_with("🔔 Your key laptop expires within a day")), "{chat:#?}");
        let chat = app.tap(&ivan, "📅 Extend").await;
        let asked = chat.iter().rfind(|message| message.button("No end").is_some()).unwrap();
        assert_eq!(asked.text, "laptop expires on 23 Dec 2026.\n\nHow long should it work from now on?");
        let chat = app.tap(&ivan, "90 d").await;
        assert_eq!(app.word(), "Expiry changed.");
        assert!(chat.iter().any(|message| message.text.contains("Expires: 22 Mar 2027")), "{chat:#?}");
        app.clock.pass(2 * DAY);
        assert_eq!(app.domain.add_key_expiry_notices().await.unwrap(), 0);
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn in_russian_and_by_the_persons_clock(app: App) {
        let maria = russian(app.person("Мария"));
        let maria = app.chatting(maria, "vip").await;
        app.say(&maria, "/notify").await;
        app.tap(&maria, "🌙 Тихие часы").await;
        for _ in 0..12 {
            app.tap(&maria, "+1:00").await;
        }
        app.say(&maria, "/newkey").await;
        app.say(&maria, "ноутбук").await;
        app.tap(&maria, "30 дн.").await;
        app.clock.pass(26 * DAY);
        app.domain.add_key_expiry_notices().await.unwrap();
        let chat = app.warned(&maria, 1).await;
        is_warned!(chat, @"
        🔔 <b>Срок ключа ноутбук закончится через 4 дня</b>

        24 декабря 2026 ключ перестанет работать. Продлите его или перевыпустите и замените его в программах.
        [📅 Продлить] [🔄 Перевыпустить]
        [🔑 Мои ключи]
        ");
    }

    async fn an_expired_key_works_again_once_it_is_extended(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/newkey").await;
        app.say(&ivan, "laptop").await;
        let key = key_in(&app.tap(&ivan, "30 d").await);
        app.clock.pass(31 * DAY);
        assert_eq!(verify(&app, &key).await.status, 401);
        for number in 1..=5 {
            key_in(&app.say(&ivan, &format!("/newkey key {number}")).await);
        }
        let extend = async || {
            let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
            app.tap(&ivan, &row).await;
            app.tap(&ivan, "📅 Expiry").await;
            app.tap(&ivan, "No end").await
        };
        let chat = extend().await;
        assert!(last(&chat).text.starts_with("You’ve used all 5 keys of your plan."), "{chat:#?}");
        app.signed_in(&ivan).await.delete("keys/2").await;
        extend().await;
        assert_eq!(app.word(), "Expiry changed.");
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn a_revoked_key_and_one_of_someone_else_cannot_be_extended(app: App) {
        let (ivan, olga) = (app.chatting(app.person("Ivan"), "vip").await, app.chatting(app.person("Olga"), "vip").await);
        app.say(&ivan, "/newkey laptop").await;
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        app.tap(&ivan, &row).await;
        let chat = app.tap(&ivan, "📅 Expiry").await;
        let data = last(&chat).button("30 d").unwrap().data().unwrap().to_owned();
        let asked = last(&chat).id;
        app.say(&olga, "/start").await;
        app.signed_in(&ivan).await.delete("keys/1").await;
        app.sandbox.tap(&ivan, asked, &data).unwrap();
        app.settled().await;
        assert!(last(&app.sandbox.chat(ivan.id)).text.starts_with("You no longer have that key."), "{:#?}", app.sandbox.chat(ivan.id));
    }

    async fn by_mail_too_unless_it_is_switched_off(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let who = neuralbox_auth::domain::admin::access::PersonRef::parse("#1").unwrap();
        app.domain.set_plan(&neuralbox_auth::domain::admin::access::Admin::operator(), &who, "vip", None).await.unwrap();
        let mut browser = app.signed_in_by_email("ivan@example.com", PASSWORD).await;
        for name in ["laptop", "desktop"] {
            let made = browser.post("keys", json!({"name": name, "expires_in_days": 7})).await;
            assert_eq!(made.status, 201, "{made:?}");
        }
        app.posted().await;
        let before = app.sandbox.mails().len();
        app.domain.add_key_expiry_notices().await.unwrap();
        app.posted().await;
        let mut mails = app.sandbox.mails().split_off(before);
        assert_eq!(mails.len(), 2, "{mails:#?}");
        // They are sent at the same time, in no order.
        mails.sort_by_key(|mail| mail.text.contains("desktop"));
        for (mail, name) in mails.iter().zip(["laptop", "desktop"]) {
            assert_eq!((mail.to.as_slice(), mail.subject.as_str()), (["ivan@example.com".to_owned()].as_slice(), "Your API key expires soon"));
            assert!(mail.text.contains(name) && mail.text.contains("It expires on 30 Nov 2026, 12:00 UTC.") && mail.text.contains("/web/profile/api-keys"), "{}", mail.text);
        }
        assert_eq!(count(&app.database_url, "select count(*) from notice where category = 'key_expiry'").await, 2);
    }
}
