//! Help in the chat.

use crate::support::{App, admin, russian};
use crate::{on_both, sees};

on_both! {
    async fn help_lists_what_there_is(app: App) {
        let ivan = app.person("Ivan");
        let chat = app.say(&ivan, "/help").await;
        sees!(chat, @"
        I help you manage your account and API keys.

        /keys — rename, rotate or revoke your keys
        /newkey <i>name</i> — create a key, shown once
        /signin — open the dashboard
        /usage — tokens and requests of the last 30 days
        /sessions — see where you’re signed in, and end sessions
        /apps — apps you signed in to, and their access
        /plans — plans, prices and packs of tokens
        /purchases — what you bought
        /support — ask a question
        /profile — your plan and balance
        /notify — choose your notifications
        /language — English or Russian
        /cancel — cancel the current step

        If you paste a key here by mistake, I’ll delete the message and offer to revoke the key.
        [💬 Support]
        [‹ Menu]
        ");
        let chat = app.say(&russian(ivan.clone()), "/help").await;
        sees!(chat, @"
        Я помогаю управлять аккаунтом и API-ключами.

        /keys — ключи: переименовать, перевыпустить, отозвать
        /newkey <i>название</i> — новый ключ, показывается один раз
        /signin — войти на сайт
        /usage — токены и запросы за 30 дней
        /sessions — где вы вошли; незнакомые сеансы можно завершить
        /apps — приложения, в которые вы вошли, и их доступ
        /plans — тарифы, цены и пакеты токенов
        /purchases — ваши покупки
        /support — задать вопрос
        /profile — ваш тариф и баланс
        /notify — настроить уведомления
        /language — русский или английский
        /cancel — отменить текущий шаг

        Если вы по ошибке пришлёте сюда ключ, я удалю сообщение и предложу отозвать ключ.
        [💬 Поддержка]
        [‹ Меню]
        ");
    }

    async fn admins_are_shown_what_admins_can_do(app: App) {
        let ada = admin();
        let chat = app.say(&ada, "/help").await;
        sees!(chat, @"
        I help you manage your account and API keys.

        /keys — rename, rotate or revoke your keys
        /newkey <i>name</i> — create a key, shown once
        /signin — open the dashboard
        /usage — tokens and requests of the last 30 days
        /sessions — see where you’re signed in, and end sessions
        /apps — apps you signed in to, and their access
        /plans — plans, prices and packs of tokens
        /purchases — what you bought
        /support — ask a question
        /profile — your plan and balance
        /notify — choose your notifications
        /language — English or Russian
        /cancel — cancel the current step

        If you paste a key here by mistake, I’ll delete the message and offer to revoke the key.

        <b>For admins</b>
        /user <i>user</i> — account card; user is a Telegram ID, #account, @name, an email address or part of a name
        /plan <i>user plan [days]</i> — give someone a plan, or extend it
        /grant <i>user tokens [reason]</i> — give someone tokens; a negative number takes them back
        /ban <i>user [reason]</i>, /unban <i>user</i> — suspend an account, or lift the suspension
        /undo — take back your last action, within an hour
        /refund <i>[user] charge</i> — refund a payment
        /stats — statistics
        /broadcast — new broadcast
        /broadcasts — drafts and progress
        [💬 Support]
        [‹ Menu]
        ");
        let chat = app.say(&russian(ada.clone()), "/help").await;
        assert!(chat.last().unwrap().text.contains("Для администраторов"), "{chat:#?}");
    }
}
