//! Sign-in link: the bot opens the website signed in.

use crate::support::chat::{last, said};
use crate::support::{App, russian};
use crate::{on_both, sees};

on_both! {
    async fn a_button_that_opens_the_website(app: App) {
        let ivan = app.person("Ivan");
        let chat = app.say(&ivan, "/signin").await;
        sees!(chat, @"
        🌐 <b>Open the dashboard</b>

        The button works once, for 2 minutes. Keep it to yourself: anyone who opens it is signed in as you.
        (protected)
        [🌐 Open the dashboard → http://HERE/web/sign-in/link?token=TOKEN]
        [📱 Sessions]
        [‹ Menu]
        ");
        let chat = app.say(&russian(app.person("Мария")), "/signin").await;
        sees!(chat, @"
        🌐 <b>Вход на сайт</b>

        Кнопка сработает один раз в течение 2 минут. Никому её не передавайте: кто её откроет, войдёт от вашего имени.
        (protected)
        [🌐 Войти на сайт → http://HERE/web/sign-in/link?token=TOKEN]
        [📱 Сеансы]
        [‹ Меню]
        ");
    }

    async fn from_the_menu_in_a_message_of_its_own_that_stays_protected(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        let chat = app.tap(&ivan, "🌐 Dashboard").await;
        assert!(said(&chat) == 2 && last(&chat).button("🌐 Open the dashboard").is_some(), "{chat:#?}");
        assert!(last(&chat).protected, "only a new message can be protected: {chat:#?}");
        let first = last(&chat).button("🌐 Open the dashboard").unwrap().url().unwrap().to_owned();
        let chat = app.tap(&ivan, "‹ Menu").await;
        assert!(said(&chat) == 3 && !last(&chat).protected, "the menu is not: {chat:#?}");
        let chat = app.tap(&ivan, "🌐 Dashboard").await;
        assert_ne!(last(&chat).button("🌐 Open the dashboard").unwrap().url().unwrap(), first, "tokens are distinct");
    }

    async fn where_telegram_takes_no_such_button_the_address_is_in_the_text(app: App) with [("NEURALBOX_PUBLIC_URL", "https://intranet")]; {
        let ivan = app.person("Ivan");
        let chat = app.say(&ivan, "/signin").await;
        sees!(chat, @"
        🌐 <b>Open the dashboard</b>

        The button works once, for 2 minutes. Keep it to yourself: anyone who opens it is signed in as you.

        🌐 Open the dashboard: https://intranet/api/v2/auth/telegram/callback?link=TOKEN
        (protected)
        [📱 Sessions]
        [‹ Menu]
        ");
        app.tap(&ivan, "‹ Menu").await;
        let chat = app.tap(&ivan, "🌐 Dashboard").await;
        assert!(last(&chat).text.contains("https://intranet/api/v2/auth/telegram/callback?link="), "{chat:#?}");
    }

    async fn a_link_that_nobody_used_goes_after_two_minutes(app: App) {
        let ivan = app.person("Ivan");
        app.say(&ivan, "/signin").await;
        app.clock.pass(119);
        assert!(app.domain.lease_secret_messages(9).await.unwrap().is_empty(), "not before it expires");
        app.clock.pass(1);
        let is_gone = |chat: &[telegram_sandbox::VisibleMessage]| (said(chat) == 0).then_some(());
        app.sandbox.wait_for(|sandbox| is_gone(&sandbox.chat(ivan.id))).await.expect("an empty chat");
    }
}
