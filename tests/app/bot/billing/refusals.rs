//! From every refusal that a plan would lift, two taps lead to the invoice.

use super::{invoice_in, labels, pay};
use crate::on_both;
use crate::sees;
use crate::support::chat::{key_in, last};
use crate::support::{App, russian, verify};

on_both! {
    async fn no_api_access_leads_to_an_invoice_in_two_taps_and_to_a_key(app: App) {
        let olga = app.chatting(app.person("Olga"), "free").await;
        let chat = app.say(&olga, "/newkey laptop").await;
        sees!(chat, @"
        Your <b>Free</b> plan doesn’t include API access.

        Here’s what would help:
        [⭐ VIP · 500 Stars]
        [⭐ Elite · 2,500 Stars]
        [🔑 My keys] [‹ Menu]
        ");
        let chat = app.tap(&olga, "⭐ VIP · 500 Stars").await;
        let invoice = app.sandbox.open_invoice(&invoice_in(&chat)).expect("the second tap opens the invoice");
        assert_eq!((invoice.stars, invoice.title.as_str(), invoice.subscription_period), (500, "VIP", Some(2_592_000)));
        assert!(last(&chat).text.contains("500 Stars for 30 days") && last(&chat).text.contains("cancel anytime"), "{chat:#?}");

        let receipt = pay(&app, &olga, "You’re on VIP until").await;
        assert!(receipt.button("➕ New key").is_some(), "the receipt has a next step: {receipt:#?}");
        app.tap(&olga, "➕ New key").await;
        app.say(&olga, "laptop").await;
        let key = key_in(&app.tap(&olga, "No end").await);
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn every_refusal_that_a_plan_would_lift_leads_there_in_both_languages(app: App) {
        for (person, language) in [(app.person("Ivan"), 0), (russian(app.person("Мария")), 1)] {
            let words = |english: &'static str, russian: &'static str| [english, russian][language];
            let buy = words("⭐ VIP · 500 Stars", "⭐ VIP · 500 звёзд");
            let person = app.chatting(person, "vip").await;
            app.say(&person, "/newkey old").await;
            let listed = app.say(&person, "/keys").await;
            app.tap(&person, &last(&listed).buttons[0][0].label.clone()).await;
            app.put_on_plan(&person, "free").await;
            // A card that was opened before the plan ended still has its buttons.
            let rotate = words("🔄 Rotate", "🔄 Перевыпустить");
            let (menu, new) = (words("‹ Menu", "‹ Меню"), words("➕ New key", "➕ Новый ключ"));
            let screens: [&[&str]; 8] = [
                &[rotate], &["/keys", "⏸ old", rotate], &["/newkey"], &["/newkey laptop"], &["/keys"],
                &["/start newkey"], &[words("new key", "новый ключ")], &["/start", new],
            ];
            for steps in screens {
                let mut chat = app.sandbox.chat(person.id);
                for step in steps {
                    let label = |chat: &[telegram_sandbox::VisibleMessage]| {
                        let all = chat.iter().rev().flat_map(|message| message.buttons.iter().flatten());
                        all.map(|button| button.label.clone()).find(|label| label.starts_with(step))
                    };
                    chat = match label(&chat) {
                        Some(label) => app.tap(&person, &label).await,
                        None => app.say(&person, step).await,
                    };
                }
                let labels = labels(&chat);
                assert!(labels.contains(&buy.to_owned()), "{steps:?}: {chat:#?}");
                assert!(labels.contains(&menu.to_owned()), "{steps:?}: {chat:#?}");
                let chat = app.tap(&person, buy).await;
                let invoice = app.sandbox.open_invoice(&invoice_in(&chat)).expect("the second tap opens the invoice");
                assert_eq!((invoice.stars, invoice.subscription_period), (500, Some(2_592_000)), "{steps:?}");
            }
            pay(&app, &person, words("You’re on VIP until", "У вас тариф VIP до")).await;
            assert_eq!(app.signed_in(&person).await.get("me").await.json()["plan"], "vip");
        }
    }

    async fn so_do_all_keys_used(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        for number in 1..=5 {
            app.say(&ivan, &format!("/newkey key {number}")).await;
        }
        let chat = app.say(&ivan, "/newkey one more").await;
        assert_eq!(labels(&chat), ["⭐ Elite · 2,500 Stars", "🔑 My keys", "‹ Menu"], "only a plan with more keys helps");
        let chat = app.tap(&ivan, "⭐ Elite · 2,500 Stars").await;
        assert_eq!(app.sandbox.open_invoice(&invoice_in(&chat)).map(|invoice| invoice.stars), Some(2500));
    }

    async fn nobody_on_the_largest_plan_is_offered_a_larger_one(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "elite").await;
        let mut browser = app.signed_in(&ivan).await;
        for number in 1..=50 {
            browser.post("keys", serde_json::json!({"name": format!("key {number}")})).await;
        }
        let full = browser.post("keys", serde_json::json!({"name": "one more"})).await;
        assert_eq!(full.json()["detail"], "You've used all 50 keys of your plan. Revoke one you don't need.");
        let chat = app.say(&ivan, "/newkey one more").await;
        assert_eq!(labels(&chat), ["🔑 My keys", "‹ Menu"]);
        let chat = app.say(&ivan, "/plans").await;
        assert!(labels(&chat).contains(&"🪙 More tokens".to_owned()), "what remains is a top-up: {chat:#?}");
    }

    async fn an_empty_balance_leads_to_packs(app: App) with crate::support::gateway::SERVICE; {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        crate::support::gateway::charged(&app, 1, 1500, "all").await;
        let notice = app.comes(&ivan, "You’ve used all your tokens").await;
        assert!(notice.button("⭐ Plans").is_some(), "{notice:#?}");
        app.tap(&ivan, "🪙 1,000 tokens · 400 Stars").await;
        let receipt = pay(&app, &ivan, "+1,000 tokens").await;
        assert!(receipt.text.contains("400 Stars"), "{receipt:#?}");
        assert_eq!(app.signed_in(&ivan).await.get("me").await.json()["token_balance"], 1000);
    }

    async fn in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        let maria = app.chatting(maria, "free").await;
        let chat = app.say(&maria, "/newkey ноутбук").await;
        sees!(chat, @"
        В тарифе <b>Free</b> нет доступа к API.

        Вот что поможет:
        [⭐ VIP · 500 звёзд]
        [⭐ Elite · 2 500 звёзд]
        [🔑 Мои ключи] [‹ Меню]
        ");
        app.tap(&maria, "⭐ VIP · 500 звёзд").await;
        pay(&app, &maria, "У вас тариф VIP до").await;
    }
}
