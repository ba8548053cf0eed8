//! One conversation per command, in both languages, as snapshots.

use telegram_sandbox::Person;

use crate::on_both;
use crate::support::chat::seen;
use crate::support::{App, admin, russian};

/// Plays a conversation and renders it. A line in brackets taps the button whose label starts with it.
async fn script(app: &App, person: &Person, lines: &[&str]) -> String {
    let mut parts = Vec::new();
    for line in lines {
        let chat = match line.strip_prefix('[').and_then(|label| label.strip_suffix(']')) {
            Some(label) => {
                // Rows of keys and sessions have labels with variable parts.
                let chat = app.sandbox.chat(person.id);
                let labels = chat.iter().rev().flat_map(|message| message.buttons.iter().flatten());
                let label = labels.map(|button| button.label.clone()).find(|there| there.starts_with(label));
                app.tap(person, &label.unwrap_or_else(|| panic!("no button {line}"))).await
            }
            None => app.say(person, line).await,
        };
        parts.push(format!("» {line}\n{}", seen(&chat)));
    }
    parts.join("\n\n")
}

const LOOKS: [&str; 4] = ["/start", "/help", "/profile", "/plans"];
const DOES: [&str; 7] = ["/newkey", "/cancel", "/newkey laptop", "/keys", "/sessions", "/notify", "/language"];
const ADMINS: [&str; 8] =
    ["/user", "/user 1001", "/plan", "/plan 1001 elite 30", "/grant", "/grant 1001 5000 a talk", "/stats", "/dance"];

on_both! {
    async fn a_person_looks_around_in_english(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let told = script(&app, &ivan, &LOOKS).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /start
        Hello, <b>Ivan</b>!

        Plan: <b>VIP</b>
        Balance: <b>1,500 tokens</b>
        [🔑 My keys] [➕ New key]
        [📱 Sessions] [🌐 Dashboard]
        [👤 Profile] [⭐ Plans]
        [ℹ️ Help]

        » /help
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

        » /profile
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

        » /plans
        <b>Plans</b>

        <b>Free</b> — free
        10 requests a minute
        100 tokens a month
        No API access

        <b>Basic</b> — 150 Stars a month
        60 requests a minute
        500 tokens a month
        No API access

        ✅ <b>VIP</b> (your plan) — 500 Stars a month
        600 requests a minute
        1,500 tokens a month
        API access with up to 5 keys

        <b>Elite</b> — 2,500 Stars a month
        6,000 requests a minute
        10,000 tokens a month
        API access with up to 50 keys
        [⭐ Elite · 2,500 Stars]
        [🪙 More tokens]
        [🧾 My purchases] [💬 Support]
        [‹ Menu]
        ") }
    }

    async fn a_person_does_things_in_english(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let told = script(&app, &ivan, &DOES).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /newkey
        What should the new key be called?

        Send a name of up to 64 characters, for example <i>laptop</i>.
        [Cancel]

        » /cancel
        Canceled.
        [‹ Menu]

        » /newkey laptop
        🔑 <b>laptop</b>

        <code>nb_KEY</code>

        This is the only time you’ll see this key. Keep it somewhere safe: I’ll delete this message in 5 minutes.
        (protected)
        [📋 Copy the key = nb_KEY]
        [✅ Saved — delete now]

        » /keys
        <b>You’re using 1 of 5 API keys.</b> Tap it to manage it.
        [🔑 laptop · not used yet]
        [➕ New key]
        [‹ Menu]

        » /sessions
        <b>You aren’t signed in anywhere on the web.</b>
        [📜 Activity]
        [🌐 Dashboard]
        [‹ Menu]

        » /notify
        <b>Notifications</b>

        Tap to turn on or off. I always tell you about leaked keys, copied sessions and service changes.

        Quiet hours: off
        [✅ New sign-ins] [✅ New keys]
        [✅ Keys used from new networks] [✅ Keys about to expire]
        [✅ Rejected requests] [✅ Token balance]
        [✅ Plan ending] [✅ Plan news]
        [✅ Product news]
        [🌙 Quiet hours]
        [‹ Profile]

        » /language
        Choose a language
        [✅ English]
        [Русский]
        [‹ Profile]
        ") }
    }

    async fn a_key_from_card_to_grave_in_english(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/newkey laptop").await;
        let told = script(&app, &ivan, &["/keys", "[🔑 laptop]", "[✏️ Rename]", "desktop", "[🔄 Rotate]", "[1 hour]", "/keys", "[🔑 desktop]", "[🗑 Revoke]", "[Yes, revoke it]"]).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /keys
        <b>You’re using 1 of 5 API keys.</b> Tap it to manage it.
        [🔑 laptop · not used yet]
        [➕ New key]
        [‹ Menu]

        » [🔑 laptop]
        🔑 <b>laptop</b>
        <code>nb_·…·</code>

        Status: active
        Created: just now
        Last used: never

        Today: <b>0 tokens</b>, 0 requests
        7 days: <b>0 tokens</b>, 0 requests
        30 days: <b>0 tokens</b>, 0 requests

        Limit: 600 of 600 requests left this minute
        [✏️ Rename] [🔄 Rotate]
        [📅 Expiry] [🗑 Revoke]
        [‹ Keys]

        » [✏️ Rename]
        What should <b>laptop</b> be called?

        Send a new name of up to 64 characters.
        [Cancel]

        » desktop
        ✅ Renamed to <b>desktop</b>.

        🔑 <b>desktop</b>
        <code>nb_·…·</code>

        Status: active
        Created: just now
        Last used: never
        [✏️ Rename] [🔄 Rotate]
        [📅 Expiry] [🗑 Revoke]
        [‹ Keys]

        » [🔄 Rotate]
        Rotate <b>desktop</b> (<code>nb_·…·</code>)?

        You’ll get a new key. How long should the old one keep working while you switch over?
        [1 hour] [1 day] [7 days]
        [Stop it now]
        [Cancel]

        » [1 hour]
        🔄 <b>desktop</b>

        <code>nb_KEY</code>

        This is the only time you’ll see this key. Keep it somewhere safe: I’ll delete this message in 5 minutes. The old key keeps working for 1 hour.
        (protected)
        [📋 Copy the key = nb_KEY]
        [✅ Saved — delete now]

        » /keys
        <b>You’re using 1 of 5 API keys.</b> Tap it to manage it.
        [🔑 desktop · not used yet]
        [➕ New key]
        [‹ Menu]

        » [🔑 desktop]
        🔑 <b>desktop</b>
        <code>nb_·…·</code>

        Status: active
        Created: just now
        Last used: never

        Old key: works for 1 hour more; last used: never

        Today: <b>0 tokens</b>, 0 requests
        7 days: <b>0 tokens</b>, 0 requests
        30 days: <b>0 tokens</b>, 0 requests

        Limit: 600 of 600 requests left this minute
        [✏️ Rename] [🔄 Rotate]
        [📅 Expiry] [🗑 Revoke]
        [‹ Keys]

        » [🗑 Revoke]
        Revoke <b>desktop</b> (<code>nb_·…·</code>)?

        Everything that uses it stops working right away. This can’t be undone.
        [Yes, revoke it]
        [No, keep it]

        » [Yes, revoke it]
        <b>You don’t have any API keys yet.</b>
        [➕ New key]
        [‹ Menu]
        ") }
    }

    async fn a_person_looks_around_in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        let maria = app.chatting(maria, "vip").await;
        let told = script(&app, &maria, &LOOKS).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /start
        Здравствуйте, <b>Мария</b>!

        Тариф: <b>VIP</b>
        Баланс: <b>1 500 токенов</b>
        [🔑 Мои ключи] [➕ Новый ключ]
        [📱 Сеансы] [🌐 Сайт]
        [👤 Профиль] [⭐ Тарифы]
        [ℹ️ Помощь]

        » /help
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

        » /profile
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

        » /plans
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

        <b>Elite</b> — 2 500 звёзд в месяц
        6 000 запросов в минуту
        10 000 токенов в месяц
        Доступ к API, до 50 ключей
        [⭐ Elite · 2 500 звёзд]
        [🪙 Больше токенов]
        [🧾 Мои покупки] [💬 Поддержка]
        [‹ Меню]
        ") }
    }

    async fn a_person_does_things_in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        let maria = app.chatting(maria, "vip").await;
        let told = script(&app, &maria, &DOES).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /newkey
        Как назвать новый ключ?

        Пришлите название до 64 символов, например <i>ноутбук</i>.
        [Отмена]

        » /cancel
        Отменено.
        [‹ Меню]

        » /newkey laptop
        🔑 <b>laptop</b>

        <code>nb_KEY</code>

        Ключ показывается только один раз. Сохраните его в надёжном месте: через 5 минут я удалю это сообщение.
        (protected)
        [📋 Скопировать ключ = nb_KEY]
        [✅ Сохранено, убрать сообщение]

        » /keys
        <b>API-ключи: 1 из 5.</b> Нажмите на ключ, чтобы открыть его.
        [🔑 laptop · ещё не использован]
        [➕ Новый ключ]
        [‹ Меню]

        » /sessions
        <b>Активных сеансов на сайте нет.</b>
        [📜 События]
        [🌐 Сайт]
        [‹ Меню]

        » /notify
        <b>Уведомления</b>

        Нажмите, чтобы включить или выключить. Об утечках ключей, скопированных сеансах и изменениях в сервисе я сообщаю всегда.

        Тихие часы: выкл.
        [✅ Новые входы] [✅ Новые ключи]
        [✅ Ключи в новых сетях] [✅ Срок ключей]
        [✅ Отклонённые запросы] [✅ Баланс токенов]
        [✅ Окончание тарифа] [✅ Новости о тарифах]
        [✅ Новинки]
        [🌙 Тихие часы]
        [‹ Профиль]

        » /language
        Выберите язык
        [English]
        [✅ Русский]
        [‹ Профиль]
        ") }
    }

    async fn a_key_from_card_to_grave_in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        let maria = app.chatting(maria, "vip").await;
        app.say(&maria, "/newkey laptop").await;
        let told = script(&app, &maria, &["/keys", "[🔑 laptop]", "[✏️ Переименовать]", "desktop", "[🔄 Перевыпустить]", "[1 час]", "/keys", "[🔑 desktop]", "[🗑 Отозвать]", "[Да, отозвать]"]).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /keys
        <b>API-ключи: 1 из 5.</b> Нажмите на ключ, чтобы открыть его.
        [🔑 laptop · ещё не использован]
        [➕ Новый ключ]
        [‹ Меню]

        » [🔑 laptop]
        🔑 <b>laptop</b>
        <code>nb_·…·</code>

        Статус: активен
        Создан: только что
        Последнее использование: ни разу

        Сегодня: <b>0 токенов</b>, 0 запросов
        7 дней: <b>0 токенов</b>, 0 запросов
        30 дней: <b>0 токенов</b>, 0 запросов

        Лимит: на эту минуту осталось 600 из 600 запросов
        [✏️ Переименовать] [🔄 Перевыпустить]
        [📅 Срок] [🗑 Отозвать]
        [‹ Ключи]

        » [✏️ Переименовать]
        Как теперь назвать ключ <b>laptop</b>?

        Пришлите название до 64 символов.
        [Отмена]

        » desktop
        ✅ Новое название: <b>desktop</b>.

        🔑 <b>desktop</b>
        <code>nb_·…·</code>

        Статус: активен
        Создан: только что
        Последнее использование: ни разу
        [✏️ Переименовать] [🔄 Перевыпустить]
        [📅 Срок] [🗑 Отозвать]
        [‹ Ключи]

        » [🔄 Перевыпустить]
        Перевыпустить ключ <b>desktop</b> (<code>nb_·…·</code>)?

        Сколько ещё должен работать прежний, чтобы вы успели заменить его в программах?
        [1 час] [1 день] [7 дней]
        [Отключить сразу]
        [Отмена]

        » [1 час]
        🔄 <b>desktop</b>

        <code>nb_KEY</code>

        Новый ключ показывается только один раз. Сохраните его в надёжном месте: через 5 минут я удалю это сообщение. Прежний ключ будет работать ещё 1 час.
        (protected)
        [📋 Скопировать ключ = nb_KEY]
        [✅ Сохранено, убрать сообщение]

        » /keys
        <b>API-ключи: 1 из 5.</b> Нажмите на ключ, чтобы открыть его.
        [🔑 desktop · ещё не использован]
        [➕ Новый ключ]
        [‹ Меню]

        » [🔑 desktop]
        🔑 <b>desktop</b>
        <code>nb_·…·</code>

        Статус: активен
        Создан: только что
        Последнее использование: ни разу

        Прежний ключ будет работать ещё 1 час; последнее использование: ни разу

        Сегодня: <b>0 токенов</b>, 0 запросов
        7 дней: <b>0 токенов</b>, 0 запросов
        30 дней: <b>0 токенов</b>, 0 запросов

        Лимит: на эту минуту осталось 600 из 600 запросов
        [✏️ Переименовать] [🔄 Перевыпустить]
        [📅 Срок] [🗑 Отозвать]
        [‹ Ключи]

        » [🗑 Отозвать]
        Отозвать <b>desktop</b> (<code>nb_·…·</code>)?

        Все программы с этим ключом сразу перестанут работать. Отменить это нельзя.
        [Да, отозвать]
        [Нет, оставить]

        » [Да, отозвать]
        <b>У вас пока нет API-ключей.</b>
        [➕ Новый ключ]
        [‹ Меню]
        ") }
    }

    async fn an_admin_in_english(app: App) {
        app.chatting(app.person("Ivan"), "vip").await;
        let told = script(&app, &admin(), &ADMINS).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /user
        🔎 <b>Who are you looking for?</b>

        Send a Telegram ID, #account, @name, an email address or part of a name.
        [🛠 Admin]

        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Plan: <b>VIP</b>
        Balance: <b>1,500</b>
        Keys: 0 · Sessions: 0
        Joined 23 Nov 2026 · Last seen: 23 Nov 2026

        23 Nov 2026 plan: Free → VIP (operator)
        [📋 Plan] [🎁 Tokens]
        [✉️ Message] [⛔ Ban]
        [🛠 Admin] [‹ Menu]

        » /plan
        Usage: <code>/plan 1001 vip 30</code>
        User: a Telegram ID, #account, @name, an email address or part of a name. The plan someone has is extended. Without days, the plan has no end date.
        Plans: free, basic, vip, elite
        [‹ Menu]

        » /plan 1001 elite 30
        Put <b>Ivan</b> (#1) on <b>Elite</b> until 23 Dec 2026? Current plan: VIP.
        [Confirm] [Cancel]

        » /grant
        Usage: <code>/grant 1001 5000 a talk</code>
        User: a Telegram ID, #account, @name, an email address or part of a name. The number can be written as 5 000, 5,000 or 5k; a negative one takes tokens back. The reason appears in their token history.
        [‹ Menu]

        » /grant 1001 5000 a talk
        Give <b>Ivan</b> (#1) <b>5,000 tokens</b>?
        Balance: 1,500 → 6,500
        Reason: a talk
        [Confirm] [Cancel]

        » /stats
        <b>Accounts:</b> 2
        Banned: 0
        Keys: 0 · Sessions: 0

        <b>Today · 7 days · 30 days</b>
        New: 2 · 2 · 2
        Active: 2 · 2 · 2
        Tokens used: 0 · 0 · 0

        Free: 1
        VIP: 1
        [🛠 Admin]

        » /dance
        I don’t know that command. See /help.
        [‹ Menu]
        ") }
    }

    async fn an_admin_answers_in_english(app: App) {
        app.chatting(app.person("Ivan"), "vip").await;
        let told = script(&app, &admin(), &["/user 1001", "[📋 Plan]", "/user 1001", "[⛔ Ban]", "[Cancel]", "/plan 1001 elite", "[Confirm]"]).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Plan: <b>VIP</b>
        Balance: <b>1,500</b>
        Keys: 0 · Sessions: 0
        Joined 23 Nov 2026 · Last seen: 23 Nov 2026

        23 Nov 2026 plan: Free → VIP (operator)
        [📋 Plan] [🎁 Tokens]
        [✉️ Message] [⛔ Ban]
        [🛠 Admin] [‹ Menu]

        » [📋 Plan]
        Choose a plan for <b>Ivan</b> (#1). Current plan: VIP.
        [Free, no end date]
        [Basic, 30 days] [Basic, no end date]
        [VIP, 30 days] [VIP, no end date]
        [Elite, 30 days] [Elite, no end date]
        [‹ Card]

        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Plan: <b>VIP</b>
        Balance: <b>1,500</b>
        Keys: 0 · Sessions: 0
        Joined 23 Nov 2026 · Last seen: 23 Nov 2026

        23 Nov 2026 plan: Free → VIP (operator)
        [📋 Plan] [🎁 Tokens]
        [✉️ Message] [⛔ Ban]
        [🛠 Admin] [‹ Menu]

        » [⛔ Ban]
        Ban <b>Ivan</b> (#1)?

        Their keys stop working and their sessions end right away, and they can’t sign in. Lifting the ban brings the keys back.

        To tell them why, send the reason now.
        [Confirm] [Cancel]

        » [Cancel]
        Canceled. Nothing was changed.
        [‹ Card]

        » /plan 1001 elite
        Put <b>Ivan</b> (#1) on <b>Elite</b> with no end date? Current plan: VIP.
        [Confirm] [Cancel]

        » [Confirm]
        Ivan (#1) is now on <b>Elite</b>.
        [↩️ Undo] [‹ Card]
        ") }
    }

    async fn an_admin_in_russian(app: App) {
        app.chatting(app.person("Ivan"), "vip").await;
        let ada = russian(admin());
        let told = script(&app, &ada, &ADMINS).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /user
        🔎 <b>Кого вы ищете?</b>

        Пришлите Telegram ID, #аккаунт, @имя, адрес почты или часть имени.
        [🛠 Администратор]

        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Тариф: <b>VIP</b>
        Баланс: <b>1 500</b>
        Ключи: 0 · Сеансы: 0
        Регистрация: 23 ноября 2026 · Последний визит: 23 ноября 2026

        23 ноября 2026 тариф: Free → VIP (оператор)
        [📋 Тариф] [🎁 Токены]
        [✉️ Написать] [⛔ Заблокировать]
        [🛠 Администратор] [‹ Меню]

        » /plan
        Формат: <code>/plan 1001 vip 30</code>
        Кто — Telegram ID, #аккаунт, @имя, адрес почты или часть имени. Тот же тариф продлевается. Без числа дней тариф бессрочный.
        Тарифы: free, basic, vip, elite
        [‹ Меню]

        » /plan 1001 elite 30
        <b>Ivan</b> (#1): назначить тариф <b>Elite</b> до 23 декабря 2026? Сейчас VIP.
        [Подтвердить] [Отмена]

        » /grant
        Формат: <code>/grant 1001 5000 за доклад</code>
        Кто — Telegram ID, #аккаунт, @имя, адрес почты или часть имени. Число можно писать как 5 000, 5,000 или 5к; отрицательное списывает. Причина останется в истории токенов.
        [‹ Меню]

        » /grant 1001 5000 a talk
        <b>Ivan</b> (#1): начислить <b>5 000 токенов</b>?
        Баланс: 1 500 → 6 500
        Причина: a talk
        [Подтвердить] [Отмена]

        » /stats
        <b>Аккаунты:</b> 2
        Заблокированные: 0
        Ключи: 0 · Сеансы: 0

        <b>Сегодня · 7 дней · 30 дней</b>
        Новые: 2 · 2 · 2
        Активные: 2 · 2 · 2
        Списано токенов: 0 · 0 · 0

        Free: 1
        VIP: 1
        [🛠 Администратор]

        » /dance
        Такой команды нет. Список команд: /help
        [‹ Меню]
        ") }
    }

    async fn an_admin_answers_in_russian(app: App) {
        app.chatting(app.person("Ivan"), "vip").await;
        let ada = russian(admin());
        let told = script(&app, &ada, &["/user 1001", "[📋 Тариф]", "/user 1001", "[⛔ Заблокировать]", "[Отмена]", "/plan 1001 elite", "[Подтвердить]"]).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Тариф: <b>VIP</b>
        Баланс: <b>1 500</b>
        Ключи: 0 · Сеансы: 0
        Регистрация: 23 ноября 2026 · Последний визит: 23 ноября 2026

        23 ноября 2026 тариф: Free → VIP (оператор)
        [📋 Тариф] [🎁 Токены]
        [✉️ Написать] [⛔ Заблокировать]
        [🛠 Администратор] [‹ Меню]

        » [📋 Тариф]
        <b>Ivan</b> (#1): какой тариф назначить? Сейчас VIP.
        [Free, бессрочно]
        [Basic, 30 дней] [Basic, бессрочно]
        [VIP, 30 дней] [VIP, бессрочно]
        [Elite, 30 дней] [Elite, бессрочно]
        [‹ Карточка]

        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Тариф: <b>VIP</b>
        Баланс: <b>1 500</b>
        Ключи: 0 · Сеансы: 0
        Регистрация: 23 ноября 2026 · Последний визит: 23 ноября 2026

        23 ноября 2026 тариф: Free → VIP (оператор)
        [📋 Тариф] [🎁 Токены]
        [✉️ Написать] [⛔ Заблокировать]
        [🛠 Администратор] [‹ Меню]

        » [⛔ Заблокировать]
        <b>Ivan</b> (#1): заблокировать аккаунт?

        Ключи сразу перестанут работать, сеансы завершатся, войти будет нельзя. После разблокировки ключи заработают снова.

        Чтобы человек узнал почему, пришлите причину сейчас.
        [Подтвердить] [Отмена]

        » [Отмена]
        Отменено. Ничего не изменилось.
        [‹ Карточка]

        » /plan 1001 elite
        <b>Ivan</b> (#1): назначить тариф <b>Elite</b> бессрочно? Сейчас VIP.
        [Подтвердить] [Отмена]

        » [Подтвердить]
        Ivan (#1): тариф <b>Elite</b>, бессрочно.
        [↩️ Отменить] [‹ Карточка]
        ") }
    }

    async fn a_group_in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        app.sandbox.say_in_group(-1_001_234_567, &maria, "/keys");
        app.settled().await;
        let told = seen(&app.sandbox.chat(-1_001_234_567));
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        В группах я не показываю ничего личного. Напишите мне в личные сообщения.
        [Открыть чат → https://t.me/neuralbox_bot?start=group]
        ") }
    }
}
