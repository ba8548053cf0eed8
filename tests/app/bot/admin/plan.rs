//! Plan changes by an admin in the chat.

use crate::support::chat::{key_in, last, said};
use crate::support::{App, admin, russian, verify};
use crate::{on_both, sees};

on_both! {
    async fn an_admin_gives_a_plan_by_telegram_id_for_some_days(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.greet(&ivan).await;
        let chat = app.say(&ada, &format!("/plan {} vip 30", ivan.id)).await;
        sees!(chat, @"
        Put <b>Ivan</b> (#1) on <b>VIP</b> until 23 Dec 2026? Current plan: Free.
        [Confirm] [Cancel]
        ");
        assert_eq!(app.signed_in(&ivan).await.get("me").await.json()["plan"], "free", "not before the confirmation");
        let chat = app.tap(&ada, "Confirm").await;
        sees!(chat, @"
        Ivan (#1) is now on <b>VIP</b> until 23 Dec 2026.
        [↩️ Undo] [‹ Card]
        ");
        assert_eq!(said(&chat), 1, "the answer replaces the question");
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        assert_eq!(verify(&app, &key).await.header("x-neuralbox-plan"), "vip");
        app.clock.pass(30 * 86_400 - 60);
        assert_eq!(verify(&app, &key).await.status, 200);
        app.clock.pass(60);
        assert_eq!(verify(&app, &key).await.problem(), "403 Insufficient plan (insufficient_plan)");
    }

    async fn an_admin_gives_a_plan_by_account_and_by_name_without_an_end(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.greet(&ivan).await;
        app.say(&ada, "/plan #1 Elite").await;
        assert_eq!(last(&app.tap(&ada, "Confirm").await).text, "Ivan (#1) is now on Elite.");
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.say(&ada, &format!("/PLAN @{} free", ivan.username.as_ref().unwrap().to_uppercase())).await;
        assert_eq!(last(&app.tap(&ada, "Replace").await).text, "Ivan (#1) is now on Free.");
        assert_eq!(verify(&app, &key).await.status, 403, "the plan applies from the next request");
    }

    async fn an_admin_is_notified_in_russian(app: App) {
        let (ada, ivan) = (russian(admin()), app.person("Ivan"));
        app.greet(&ivan).await;
        let chat = app.say(&ada, "/plan #1 vip 30").await;
        sees!(chat, @"
        <b>Ivan</b> (#1): назначить тариф <b>VIP</b> до 23 декабря 2026? Сейчас Free.
        [Подтвердить] [Отмена]
        ");
        let chat = app.tap(&ada, "Подтвердить").await;
        sees!(chat, @"
        Ivan (#1): тариф <b>VIP</b> до 23 декабря 2026.
        [↩️ Отменить] [‹ Карточка]
        ");
        let chat = app.say(&ada, "/plan").await;
        sees!(chat, @"
        Формат: <code>/plan 1001 vip 30</code>
        Кто — Telegram ID, #аккаунт, @имя, адрес почты или часть имени. Тот же тариф продлевается. Без числа дней тариф бессрочный.
        Тарифы: free, basic, vip, elite
        [‹ Меню]
        ");
    }

    async fn an_unclear_command_is_explained_and_changes_nothing(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.greet(&ivan).await;
        let chat = app.say(&ada, "/plan").await;
        sees!(chat, @"
        Usage: <code>/plan 1001 vip 30</code>
        User: a Telegram ID, #account, @name, an email address or part of a name. The plan someone has is extended. Without days, the plan has no end date.
        Plans: free, basic, vip, elite
        [‹ Menu]
        ");
        let usage = last(&chat).text.clone();
        for order in ["1001", "Ivan", "#1 vip soon", "#1 vip -1", "#1 vip 0", "#1 vip 30 days", "# vip", "@ vip", "-5 vip", "#1 vip 99999999999"] {
            let chat = app.say(&ada, &format!("/plan {order}")).await;
            assert_eq!(last(&chat).text, usage, "{order}");
        }
        let chat = app.say(&ada, "/plan #1 <gold>").await;
        sees!(chat, @"
        There’s no plan called &lt;gold&gt;. Plans: free, basic, vip, elite
        [‹ Menu]
        ");
        for nobody in ["4242", "#4242", "@nobody_here", "nobody@example.org", "#-1", "#0", "nobody"] {
            let chat = app.say(&ada, &format!("/plan {nobody} vip")).await;
            assert_eq!(last(&chat).text, "No such user. Try a Telegram ID, #account, @name, an email address or part of a name.", "{nobody}");
        }
        assert_eq!(app.signed_in(&ivan).await.get("me").await.json()["plan"], "free");
    }

    async fn to_everyone_else_the_command_does_not_exist(app: App) {
        let ivan = app.person("Ivan");
        for order in ["/plan", "/plan 1001 vip 30", &format!("/plan {} elite", ivan.id)] {
            let chat = app.say(&ivan, order).await;
            assert!(last(&chat).text.starts_with("I don’t know that command."), "{order}: {chat:#?}");
        }
        let chat = app.say(&russian(ivan.clone()), "/plan #1 vip").await;
        sees!(chat, @"
        Такой команды нет. Список команд: /help
        [‹ Меню]
        ");
        assert_eq!(app.signed_in(&ivan).await.get("me").await.json()["plan"], "free");
    }

    async fn a_username_that_changed_owners_means_the_present_one(app: App) {
        let (ada, mut ivan, mut olga) = (admin(), app.person("Ivan"), app.person("Olga"));
        ivan.username = Some("lucky".to_owned());
        app.greet(&olga).await;
        app.greet(&ivan).await;
        ivan.username = None;
        olga.username = Some("lucky".to_owned());
        app.greet(&ivan).await;
        app.greet(&olga).await;
        let chat = app.say(&ada, "/plan @lucky vip").await;
        assert!(last(&chat).text.starts_with("Put Olga (#1) on VIP with no end date?"), "{chat:#?}");
    }
}
