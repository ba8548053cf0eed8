//! Comparison of plans in the chat.

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

        You can change your plan on the website. Your existing keys work again as soon as your plan includes API access.
        [⭐ Change plan → http://HERE/web/billing]
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

        Сменить тариф можно на сайте. Прежние ключи снова заработают, как только в тарифе будет доступ к API.
        [⭐ Сменить тариф → http://HERE/web/billing]
        [‹ Меню]
        ");
        app.clock.pass(30 * 86_400);
        let chat = app.say(&maria, "/plans").await;
        assert!(last(&chat).text.contains("✅ Free (ваш тариф)") && !last(&chat).text.contains("Действует до"), "{chat:#?}");
    }
}
