//! Comparison of plans in the chat.

use telegram_sandbox::{Fault, FaultKind};

use super::{invoice_in, labels, pay};
use crate::support::chat::{last, said};
use crate::support::{App, russian};
use crate::{on_both, sees};

on_both! {
    async fn every_plan_and_the_own_one_marked(app: App) {
        let ivan = app.person("Ivan");
        let chat = app.say(&ivan, "/plans").await;
        sees!(chat, @"
        <b>Plans</b>

        ✅ <b>Free</b> (your plan) — free
        10 requests a minute
        100 tokens a month
        No API access

        <b>Basic</b> — 150 Stars a month
        60 requests a minute
        500 tokens a month
        No API access

        <b>VIP</b> — 500 Stars a month
        600 requests a minute
        1,500 tokens a month
        API access with up to 5 keys

        <b>Elite</b> — 2,500 Stars a month
        6,000 requests a minute
        10,000 tokens a month
        API access with up to 50 keys
        [⭐ Basic · 150 Stars]
        [⭐ VIP · 500 Stars]
        [⭐ Elite · 2,500 Stars]
        [🪙 More tokens]
        [🧾 My purchases] [💬 Support]
        [‹ Menu]
        ");
    }

    async fn a_plan_for_some_days_in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        app.say(&maria, "/start").await;
        app.put_on_plan_for(&maria, "vip", Some(30)).await;
        let chat = app.tap(&maria, "⭐ Тарифы").await;
        assert_eq!(said(&chat), 1, "the message is edited in place");
        sees!(chat, @"
        <b>Тарифы</b>

        <b>Free</b> — бесплатно
        10 запросов в минуту
        100 токенов в месяц
        Без доступа к API

        <b>Basic</b> — 150 звёзд в месяц
        60 запросов в минуту
        500 токенов в месяц
        Без доступа к API

        ✅ <b>VIP</b> (ваш тариф) — 500 звёзд в месяц
        600 запросов в минуту
        1 500 токенов в месяц
        Доступ к API, до 5 ключей
        Действует до 23 декабря 2026

        <b>Elite</b> — 2 500 звёзд в месяц
        6 000 запросов в минуту
        10 000 токенов в месяц
        Доступ к API, до 50 ключей
        [⭐ VIP · 500 звёзд]
        [⭐ Elite · 2 500 звёзд]
        [🪙 Больше токенов]
        [🧾 Мои покупки] [💬 Поддержка]
        [‹ Меню]
        ");
        app.clock.pass(30 * 86_400);
        let chat = app.say(&maria, "/plans").await;
        assert!(last(&chat).text.contains("✅ Free (ваш тариф)") && !last(&chat).text.contains("Действует до"), "{chat:#?}");
    }

    async fn the_card_of_a_plan_says_what_it_buys(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        app.say(&ivan, "/plans").await;
        let chat = app.tap(&ivan, "⭐ Basic · 150 Stars").await;
        let link = invoice_in(&chat);
        assert_eq!(app.sandbox.open_invoice(&link).map(|invoice| invoice.stars), Some(150));
        assert!(last(&chat).text.contains("Its tokens are for websites and apps where you sign in"), "{chat:#?}");
        assert_eq!(labels(&chat), ["⭐ Pay 150 Stars", "‹ Plans"]);
        let chat = app.tap(&ivan, "‹ Plans").await;
        assert!(last(&chat).text.starts_with("Plans"), "{chat:#?}");
        let chat = app.tap(&ivan, "⭐ Basic · 150 Stars").await;
        assert_eq!(invoice_in(&chat), link, "opening the card again makes no second order");
    }

    async fn an_upgrade_says_what_it_credits_before_one_pays(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        app.say(&ivan, "/start buy_vip").await;
        pay(&app, &ivan, "You’re on VIP until").await;
        app.clock.pass(5 * 86_400);
        let chat = app.say(&ivan, "/start buy_elite").await;
        // 25 days at 500 Stars are worth 5 days at 2,500.
        assert!(last(&chat).text.contains("What’s left of your paid VIP plan counts as"), "{chat:#?}");
        let days = last(&chat).text.split("counts as ").nth(1).and_then(|rest| rest.split(' ').next()).map(ToOwned::to_owned);
        assert!(matches!(days.as_deref(), Some("4" | "5")), "{chat:#?}");
        pay(&app, &ivan, "You’re on Elite until").await;
    }

    async fn a_link_opens_the_card_of_a_plan(app: App) {
        let olga = app.person("Olga");
        let chat = app.say(&olga, "/start buy_vip").await;
        assert!(last(&chat).text.starts_with("VIP — 500 Stars a month"), "{chat:#?}");
        invoice_in(&chat);
        let chat = app.say(&olga, "/start buy_gold").await;
        assert!(last(&chat).text.starts_with("Plans"), "an unknown plan shows those there are: {chat:#?}");
    }

    async fn one_s_own_and_smaller_plans_are_not_sold(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "elite").await;
        for plan in ["basic", "vip", "elite"] {
            let chat = app.say(&ivan, &format!("/start buy_{plan}")).await;
            assert!(!labels(&chat).iter().any(|label| label.starts_with("⭐ Pay")), "{chat:#?}");
        }
        assert!(app.calls("createInvoiceLink").is_empty());
    }

    async fn without_telegram_s_invoice_the_card_offers_another_attempt(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        app.sandbox.inject_fault(Fault::once("createInvoiceLink", FaultKind::InternalError).times(9));
        let chat = app.say(&ivan, "/start buy_vip").await;
        assert_eq!(labels(&chat), ["🔁 Try again", "‹ Plans"]);
        app.sandbox.clear_faults();
        let chat = app.tap(&ivan, "🔁 Try again").await;
        invoice_in(&chat);
    }
}
