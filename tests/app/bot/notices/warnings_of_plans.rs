//! Warnings before tokens run out and before a plan ends.

use crate::bot::billing::pay;
use crate::support::chat::{last, warnings};
use crate::support::gateway::{SERVICE, charged};
use crate::support::{App, russian};
use crate::{is_warned, on_both};

const DAY: i64 = 86_400;

on_both! {
    async fn tokens_are_announced_at_twenty_five_and_zero_percent(app: App) with SERVICE; {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        charged(&app, 1, 1199, "a").await;
        charged(&app, 1, 1, "b").await;
        let chat = app.warned(&ivan, 1).await;
        is_warned!(chat, @"
        🔔 <b>300 tokens left</b>

        That’s 20% or less of this month’s 1,500. You get new ones on the 1st.
        [🪙 1,000 tokens · 400 Stars]
        [🪙 5,000 tokens · 1,500 Stars]
        [🪙 20,000 tokens · 5,000 Stars]
        [⭐ Plans]
        ");
        charged(&app, 1, 224, "c").await;
        charged(&app, 1, 1, "d").await;
        assert!(warnings(&app.warned(&ivan, 2).await)[1].text.contains("5% or less of this month’s 1,500"));
        charged(&app, 1, 75, "e").await;
        let chat = app.warned(&ivan, 3).await;
        is_warned!(chat, @"
        🔔 <b>You’ve used all your tokens</b>

        You get 1,500 new ones on the 1st. Need more now? http://HERE/web/billing
        [🪙 1,000 tokens · 400 Stars]
        [🪙 5,000 tokens · 1,500 Stars]
        [🪙 20,000 tokens · 5,000 Stars]
        [⭐ Plans]
        ");
        assert_eq!(charged(&app, 1, 1, "f").await, "402 Insufficient balance (insufficient_balance)");
        app.say(&ivan, "/profile").await;
        app.warned(&ivan, 3).await;
    }

    async fn once_a_month_and_step_whatever_comes_and_goes(app: App) with SERVICE; {
        let maria = app.chatting(russian(app.person("Мария")), "vip").await;
        charged(&app, 1, 1479, "a").await;
        let chat = app.warned(&maria, 1).await;
        is_warned!(chat, @"
        🔔 <b>Остался 21 токен</b>

        Это не больше 5 % месячного запаса (1 500). Новые токены придут 1-го числа.
        [🪙 1 000 токенов · 400 звёзд]
        [🪙 5 000 токенов · 1 500 звёзд]
        [🪙 20 000 токенов · 5 000 звёзд]
        [⭐ Тарифы]
        ");
        charged(&app, 1, 22, "too_much").await;
        let chat = app.warned(&maria, 2).await;
        is_warned!(chat, @"
        🔔 <b>Токенов не хватило на запрос</b>

        Остался 21 токен. Новые придут 1-го числа: 1 500. Нужны раньше? http://HERE/web/billing
        [🪙 1 000 токенов · 400 звёзд]
        [🪙 5 000 токенов · 1 500 звёзд]
        [🪙 20 000 токенов · 5 000 звёзд]
        [⭐ Тарифы]
        ");
        let (admin, who) = (neuralbox_auth::domain::admin::access::Admin::operator(), "#1");
        let who = neuralbox_auth::domain::admin::access::PersonRef::parse(who).unwrap();
        app.domain.grant(&admin, &who, 1000, "again").await.unwrap();
        charged(&app, 1, 1000, "b").await;
        charged(&app, 1, 21, "c").await;
        app.clock.pass(8 * DAY);
        while app.domain.pay_allowances().await.unwrap() == neuralbox_auth::domain::billing::allowance::Remaining::Maybe {}
        charged(&app, 1, 1500, "d").await;
        let chat = app.warned(&maria, 3).await;
        assert!(warnings(&chat)[2].text.starts_with("🔔 Токены закончились"), "in another month: {chat:#?}");
    }

    async fn a_list_of_charges_warns_each_of_those_it_touches(app: App) with SERVICE; {
        let (ivan, olga) = (app.chatting(app.person("Ivan"), "vip").await, app.chatting(app.person("Olga"), "vip").await);
        let charge = |user: i64, request: &str| serde_json::json!({"user_id": user, "tokens": 700, "request_id": request});
        let charges = [charge(1, "a"), charge(2, "b"), charge(1, "c"), charge(2, "d"), charge(1, "e")];
        let answer = crate::support::gateway::charge(&app, &serde_json::json!({ "charges": charges })).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(warnings(&app.warned(&ivan, 1).await)[0].text.starts_with("🔔 Not enough tokens for a request"));
        assert!(warnings(&app.warned(&olga, 1).await)[0].text.starts_with("🔔 100 tokens left"));
    }

    async fn a_plan_that_ends_is_announced_a_week_and_a_day_before_and_after(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        app.put_on_plan_for(&ivan, "vip", Some(30)).await;
        let look = async |passed: i64| {
            app.clock.pass(passed);
            let told = app.domain.add_expiry_notices().await.unwrap();
            assert_eq!(app.domain.add_expiry_notices().await.unwrap(), 0, "repeated runs add no notices");
            told
        };
        assert_eq!((look(0).await, look(22 * DAY).await), (0, 0));
        assert_eq!(look(DAY).await, 1);
        let chat = app.warned(&ivan, 1).await;
        is_warned!(chat, @"
        🔔 <b>Your VIP plan ends in 7 days</b>

        Nothing changes until 23 Dec 2026. To keep it: http://HERE/web/billing
        [⭐ VIP · 500 Stars]
        [⭐ Plans]
        ");
        assert_eq!((look(5 * DAY).await, look(DAY).await), (0, 1));
        let chat = app.warned(&ivan, 2).await;
        assert!(warnings(&chat)[1].text.starts_with("🔔 Your VIP plan ends within a day"), "{chat:#?}");
        assert_eq!((look(DAY - 1).await, look(1).await), (0, 1));
        let chat = app.warned(&ivan, 3).await;
        is_warned!(chat, @"
        🔔 <b>Your VIP plan has ended</b>

        You’re on Free now. Nothing was deleted: keys your plan doesn’t cover are paused. Renew: http://HERE/web/billing
        [⭐ VIP · 500 Stars]
        [⭐ Plans]
        ");
        let chat = app.say(&ivan, "/profile").await;
        assert!(last(&chat).text.contains("Plan: Free"), "{chat:#?}");
        assert_eq!(look(30 * DAY).await, 0);
    }

    async fn in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        app.greet(&maria).await;
        app.put_on_plan_for(&maria, "elite", Some(5)).await;
        app.domain.add_expiry_notices().await.unwrap();
        let chat = app.warned(&maria, 1).await;
        is_warned!(chat, @"
        🔔 <b>Тариф Elite закончится через 5 дней</b>

        До 28 ноября 2026 ничего не изменится. Продлить: http://HERE/web/billing
        [⭐ Elite · 2 500 звёзд]
        [⭐ Тарифы]
        ");
        app.clock.pass(6 * DAY);
        app.domain.add_expiry_notices().await.unwrap();
        let chat = app.warned(&maria, 2).await;
        is_warned!(chat, @"
        🔔 <b>Тариф Elite закончился</b>

        Теперь у вас тариф Free. Ничего не удалено: ключи, которые в него не входят, приостановлены. Продлить: http://HERE/web/billing
        [⭐ Elite · 2 500 звёзд]
        [⭐ Тарифы]
        ");
    }

    async fn a_plan_that_another_one_follows_names_it_unless_it_is_the_same(app: App) {
        let (ivan, maria) = (app.person("Ivan"), russian(app.person("Мария")));
        let olga = app.person("Olga");
        for (person, given) in [(&ivan, "vip"), (&maria, "vip"), (&olga, "elite")] {
            app.greet(person).await;
            app.put_on_plan_for(person, given, Some(10)).await;
            app.say(person, "/start buy_elite").await;
            let receipt = if person.id == maria.id { "У вас тариф Elite до" } else { "You’re on Elite until" };
            pay(&app, person, receipt).await;
            let charge = app.sandbox.subscriptions_of(person)[0].charge_id.clone();
            app.sandbox.cancel_subscription(&charge).expect("cancelled in Telegram");
            app.settled().await;
        }
        app.clock.pass(24 * DAY);
        assert_eq!(app.domain.add_expiry_notices().await.unwrap(), 2, "Olga stays on Elite");
        let chat = app.warned(&ivan, 1).await;
        is_warned!(chat, @"
        🔔 <b>Your Elite plan ends in 6 days</b>

        You’re on VIP from 23 Dec 2026. To keep Elite: http://HERE/web/billing
        [⭐ Elite · 2,500 Stars]
        [⭐ Plans]
        ");
        let chat = app.warned(&maria, 1).await;
        is_warned!(chat, @"
        🔔 <b>Тариф Elite закончится через 6 дней</b>

        С 23 декабря 2026 у вас будет тариф VIP. Сохранить Elite: http://HERE/web/billing
        [⭐ Elite · 2 500 звёзд]
        [⭐ Тарифы]
        ");
        app.clock.pass(6 * DAY);
        app.domain.add_expiry_notices().await.unwrap();
        app.domain.turn_plans().await.unwrap();
        assert_eq!(app.domain.add_expiry_notices().await.unwrap(), 0, "the turn is no end");
        assert!(last(&app.say(&ivan, "/profile").await).text.contains("Plan: VIP"));
    }

    async fn a_plan_for_good_or_prolonged_or_the_base_plan_ends_nothing(app: App) {
        for (name, plan, days) in [("Ivan", "vip", None), ("Olga", "free", Some(1)), ("Maria", "vip", Some(60))] {
            let person = app.person(name);
            app.greet(&person).await;
            app.put_on_plan_for(&person, plan, days).await;
        }
        app.clock.pass(DAY);
        assert_eq!(app.domain.add_expiry_notices().await.unwrap(), 0);
    }
}
