//! Profile in the chat: plan and balance.

use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::model::accounts::account::TelegramId;

use crate::support::chat::last;
use crate::support::{App, russian};
use crate::{on_both, sees};

on_both! {
    async fn the_profile_says_number_plan_and_balance(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let chat = app.say(&ivan, "/profile").await;
        sees!(chat, @"
        <b>Ivan</b>
        Account #1

        Plan: <b>VIP</b>, 600 requests a minute
        Balance: <b>1,500 tokens</b>
        [🔑 My keys] [📊 Usage]
        [🔔 Notifications] [🗣 Language]
        [🚪 Sign-in methods] [📜 Activity]
        [🧩 Apps]
        [🗑 Delete account]
        [‹ Menu]
        ");
    }

    async fn the_profile_in_russian(app: App) {
        let maria = russian(app.person_on("Мария", "vip").await);
        let chat = app.say(&maria, "/profile").await;
        sees!(chat, @"
        <b>Мария</b>
        Аккаунт #1

        Тариф: <b>VIP</b>, 600 запросов в минуту
        Баланс: <b>1 500 токенов</b>
        [🔑 Мои ключи] [📊 Использование]
        [🔔 Уведомления] [🗣 Язык]
        [🚪 Способы входа] [📜 События]
        [🧩 Приложения]
        [🗑 Удалить аккаунт]
        [‹ Меню]
        ");
    }

    async fn a_paid_plan_says_until_when_and_then_ends(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        let who = PersonRef::Telegram(TelegramId::new(ivan.id).unwrap());
        app.domain.set_plan(&Admin::operator(), &who, "vip", Some(30)).await.unwrap();
        let chat = app.say(&ivan, "/profile").await;
        sees!(chat, @"
        <b>Ivan</b>
        Account #1

        Plan: <b>VIP</b>, 600 requests a minute
        Balance: <b>1,500 tokens</b>
        Until 23 Dec 2026
        [🔑 My keys] [📊 Usage]
        [🔔 Notifications] [🗣 Language]
        [🚪 Sign-in methods] [📜 Activity]
        [🧩 Apps]
        [🗑 Delete account]
        [‹ Menu]
        ");
        let maria = russian(ivan.clone());
        let chat = app.say(&maria, "/profile").await;
        sees!(chat, @"
        <b>Ivan</b>
        Аккаунт #1

        Тариф: <b>VIP</b>, 600 запросов в минуту
        Баланс: <b>1 500 токенов</b>
        Действует до 23 декабря 2026
        [🔑 Мои ключи] [📊 Использование]
        [🔔 Уведомления] [🗣 Язык]
        [🚪 Способы входа] [📜 События]
        [🧩 Приложения]
        [🗑 Удалить аккаунт]
        [‹ Меню]
        ");
        app.clock.pass(30 * 86_400);
        let chat = app.say(&ivan, "/profile").await;
        sees!(chat, @"
        <b>Ivan</b>
        Account #1

        Plan: <b>Free</b>, 10 requests a minute
        Balance: <b>1,600 tokens</b>
        [🔑 My keys] [📊 Usage]
        [🔔 Notifications] [🗣 Language]
        [🚪 Sign-in methods] [📜 Activity]
        [🧩 Apps]
        [🗑 Delete account]
        [‹ Menu]
        ");
    }

    async fn a_balance_is_counted_as_russians_count(app: App) {
        let maria = russian(app.person("Мария"));
        app.greet(&maria).await;
        let who = PersonRef::Telegram(TelegramId::new(maria.id).unwrap());
        // The balances 101, 103 and 108 need all three Russian plural forms.
        let mut said = Vec::new();
        for more in [1, 2, 5] {
            app.domain.grant(&Admin::operator(), &who, more, "test").await.unwrap();
            let chat = app.say(&maria, "/profile").await;
            said.extend(last(&chat).text.lines().last().map(ToOwned::to_owned));
        }
        assert_eq!(said, ["Баланс: 101 токен", "Баланс: 103 токена", "Баланс: 108 токенов"]);
    }
}
