//! A person asks what the bot can do.

use crate::support::{App, admin, russian};
use crate::{on_both, sees};

on_both! {
    async fn help_lists_what_there_is(app: App) {
        let ivan = app.person("Ivan");
        let chat = app.say(&ivan, "/help").await;
        sees!(chat, @"
        I look after your account and your API keys.

        /keys — your keys; tap one to revoke it
        /newkey <i>name</i> — a new key, shown once
        /signin — open the website, signed in
        /sessions — where you are signed in; end what you do not know
        /plans — what plans there are
        /profile — your plan and balance
        /notify — what I tell you of, and when
        /language — English or Russian
        /cancel — never mind

        Paste a key here by mistake, and I delete the message and offer to revoke the key.
        [‹ Menu]
        ");
        let chat = app.say(&russian(ivan.clone()), "/help").await;
        sees!(chat, @"
        Я слежу за вашим аккаунтом и API-ключами.

        /keys — ваши ключи; нажмите на ключ, чтобы отозвать его
        /newkey <i>имя</i> — новый ключ, показывается один раз
        /signin — открыть сайт с готовым входом
        /sessions — где вы вошли; незнакомые сеансы можно завершить
        /plans — какие есть планы
        /profile — ваш план и баланс
        /notify — о чём и когда я вам пишу
        /language — русский или английский
        /cancel — отмена

        Если вы по ошибке пришлёте сюда ключ, я удалю сообщение и предложу отозвать ключ.
        [‹ Меню]
        ");
    }

    async fn admins_are_told_what_admins_can_do(app: App) {
        let ada = admin();
        let chat = app.say(&ada, "/help").await;
        sees!(chat, @"
        I look after your account and your API keys.

        /keys — your keys; tap one to revoke it
        /newkey <i>name</i> — a new key, shown once
        /signin — open the website, signed in
        /sessions — where you are signed in; end what you do not know
        /plans — what plans there are
        /profile — your plan and balance
        /notify — what I tell you of, and when
        /language — English or Russian
        /cancel — never mind

        Paste a key here by mistake, and I delete the message and offer to revoke the key.

        <b>For admins</b>
        /user <i>user</i> — a person's card; the user is a Telegram id, #account, @name or an e-mail address
        /plan <i>user plan [days]</i> — give someone a plan
        /grant <i>user tokens [reason]</i> — give someone tokens
        /stats — how many of everything
        /broadcast — tell many people something
        /broadcasts — drafts, and how broadcasts go
        [‹ Menu]
        ");
        let chat = app.say(&russian(ada.clone()), "/help").await;
        assert!(chat.last().unwrap().text.contains("Для администраторов"), "{chat:#?}");
    }
}
