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
