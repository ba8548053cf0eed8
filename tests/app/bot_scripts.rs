//! Every command once, as a conversation, in both languages: what a person types or taps, and what they see.

use telegram_sandbox::Person;

use crate::on_both;
use crate::support::chat::seen;
use crate::support::{App, admin, russian};

/// The conversation as text. A line in brackets is a button that is tapped.
async fn script(app: &App, person: &Person, lines: &[&str]) -> String {
    let mut parts = Vec::new();
    for line in lines {
        let chat = match line.strip_prefix('[').and_then(|label| label.strip_suffix(']')) {
            Some(label) => {
                // A key's row is named by the key.
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
        [📱 Sessions] [🌐 Website]
        [👤 Profile] [⭐ Plans]
        [ℹ️ Help]

        » /help
        I look after your account and your API keys.

        /keys — your keys: rename, rotate or revoke them
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

        » /profile
        <b>Ivan</b>
        Account #1

        Plan: <b>VIP</b>, 600 requests a minute
        Balance: <b>1,500 tokens</b>
        [🔑 My keys]
        [🔔 Notifications] [🗣 Language]
        [🚪 Ways in] [📜 Activity]
        [🗑 Delete account]
        [‹ Menu]

        » /plans
        <b>Plans</b>

        <b>Free</b> — free of charge
        10 requests a minute
        100 tokens a month
        No API access

        <b>Basic</b> — 150 Stars a month
        60 requests a minute
        500 tokens a month
        No API access

        ✅ <b>VIP</b>, yours — 500 Stars a month
        600 requests a minute
        1,500 tokens a month
        API access with up to 5 keys

        <b>Elite</b> — 2,500 Stars a month
        6,000 requests a minute
        10,000 tokens a month
        API access with up to 50 keys

        You can change your plan on the website. Keys you had before come back with a plan that has API access.
        [⭐ Change plan → http://HERE/web/billing]
        [‹ Menu]
        ") }
    }

    async fn a_person_does_things_in_english(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let told = script(&app, &ivan, &DOES).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /newkey
        What should the new key be called?

        Send me a name of up to 64 characters, for example <i>laptop</i>.
        [Cancel]

        » /cancel
        Hello, <b>Ivan</b>!

        Plan: <b>VIP</b>
        Balance: <b>1,500 tokens</b>
        [🔑 My keys] [➕ New key]
        [📱 Sessions] [🌐 Website]
        [👤 Profile] [⭐ Plans]
        [ℹ️ Help]

        » /newkey laptop
        🔑 <b>laptop</b>

        <code>nb_KEY</code>

        This is the only time you see this key. Keep it somewhere safe: I delete this message in 5 minutes.
        (protected)
        [📋 Copy the key = nb_KEY]
        [✅ Saved — delete now]

        » /keys
        <b>You have 1 API key</b> of 5. Tap it to see more.
        [🔑 laptop · nb_·…·]
        [➕ New key]
        [‹ Menu]

        » /sessions
        <b>You are not signed in anywhere on the web.</b>
        [📜 Activity]
        [🌐 Website]
        [‹ Menu]

        » /notify
        <b>What I tell you of</b>

        Tap to switch. Leaked keys, copied sign-ins and what becomes of the service I tell you of in any case.

        Quiet hours: none
        [✅ New sign-ins]
        [✅ New keys]
        [✅ Keys on new networks]
        [✅ Refused requests]
        [✅ Token balance]
        [✅ End of the plan]
        [✅ News of plans]
        [✅ What is new]
        [🌙 Quiet hours]
        [‹ Menu]

        » /language
        Which language should I speak?
        [English]
        [Русский]
        [‹ Menu]
        ") }
    }

    async fn a_key_from_card_to_grave_in_english(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/newkey laptop").await;
        let told = script(&app, &ivan, &["/keys", "[🔑 laptop]", "[✏️ Rename]", "desktop", "[🔄 Rotate]", "[1 hour]", "/keys", "[🔑 desktop]", "[🗑 Revoke]", "[Yes, revoke it]"]).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /keys
        <b>You have 1 API key</b> of 5. Tap it to see more.
        [🔑 laptop · nb_·…·]
        [➕ New key]
        [‹ Menu]

        » [🔑 laptop]
        🔑 <b>laptop</b>
        <code>nb_·…·</code>

        State: works
        Made: just now
        Last used: never
        [✏️ Rename] [🔄 Rotate]
        [🗑 Revoke]
        [‹ Keys]

        » [✏️ Rename]
        What should <b>laptop</b> be called from now on?

        Send me a name of up to 64 characters.
        [Cancel]

        » desktop
        🔑 <b>desktop</b>
        <code>nb_·…·</code>

        State: works
        Made: just now
        Last used: never
        [✏️ Rename] [🔄 Rotate]
        [🗑 Revoke]
        [‹ Keys]

        » [🔄 Rotate]
        Give <b>desktop</b> (<code>nb_·…·</code>) a new secret?

        How long should the present one work on, so that your programs can change over?
        [Stop it at once]
        [1 hour]
        [1 day]
        [7 days]
        [No, leave it]

        » [1 hour]
        🔄 <b>desktop</b>

        <code>nb_KEY</code>

        This is the only time you see this secret. Keep it somewhere safe: I delete this message in 5 minutes. The old one works on for 1 hour.
        (protected)
        [📋 Copy the key = nb_KEY]
        [✅ Saved — delete now]

        » /keys
        <b>You have 1 API key</b> of 5. Tap it to see more.
        [🔑 desktop · nb_·…·]
        [➕ New key]
        [‹ Menu]

        » [🔑 desktop]
        🔑 <b>desktop</b>
        <code>nb_·…·</code>

        State: works
        Made: just now
        Last used: never

        Its old secret works on for 1 hour; last used: never
        [✏️ Rename] [🔄 Rotate]
        [🗑 Revoke]
        [‹ Keys]

        » [🗑 Revoke]
        Revoke <b>desktop</b> (<code>nb_·…·</code>)?

        Whatever uses it stops working at once. This cannot be undone.
        [Yes, revoke it]
        [No, keep it]

        » [Yes, revoke it]
        <b>You have no API keys yet.</b>
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

        План: <b>VIP</b>
        Баланс: <b>1 500 токенов</b>
        [🔑 Мои ключи] [➕ Новый ключ]
        [📱 Сеансы] [🌐 Сайт]
        [👤 Профиль] [⭐ Планы]
        [ℹ️ Помощь]

        » /help
        Я слежу за вашим аккаунтом и API-ключами.

        /keys — ваши ключи: переименовать, сменить секрет, отозвать
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

        » /profile
        <b>Мария</b>
        Аккаунт #1

        План: <b>VIP</b>, 600 запросов в минуту
        Баланс: <b>1 500 токенов</b>
        [🔑 Мои ключи]
        [🔔 Уведомления] [🗣 Язык]
        [🚪 Способы входа] [📜 События]
        [🗑 Удалить аккаунт]
        [‹ Меню]

        » /plans
        <b>Планы</b>

        <b>Free</b> — бесплатно
        10 запросов в минуту
        100 токенов в месяц
        Без доступа к API

        <b>Basic</b> — 150 звёзд в месяц
        60 запросов в минуту
        500 токенов в месяц
        Без доступа к API

        ✅ <b>VIP</b>, ваш — 500 звёзд в месяц
        600 запросов в минуту
        1 500 токенов в месяц
        Доступ к API, до 5 ключей

        <b>Elite</b> — 2 500 звёзд в месяц
        6 000 запросов в минуту
        10 000 токенов в месяц
        Доступ к API, до 50 ключей

        Сменить план можно на сайте. Прежние ключи заработают снова, как только в плане будет доступ к API.
        [⭐ Сменить план → http://HERE/web/billing]
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

        Пришлите имя до 64 символов, например <i>ноутбук</i>.
        [Отмена]

        » /cancel
        Здравствуйте, <b>Мария</b>!

        План: <b>VIP</b>
        Баланс: <b>1 500 токенов</b>
        [🔑 Мои ключи] [➕ Новый ключ]
        [📱 Сеансы] [🌐 Сайт]
        [👤 Профиль] [⭐ Планы]
        [ℹ️ Помощь]

        » /newkey laptop
        🔑 <b>laptop</b>

        <code>nb_KEY</code>

        Вы видите этот ключ единственный раз. Сохраните его в надёжном месте: через 5 минут я удалю это сообщение.
        (protected)
        [📋 Скопировать ключ = nb_KEY]
        [✅ Сохранено — удалить]

        » /keys
        <b>У вас 1 API-ключ</b> из 5. Нажмите на него, чтобы узнать больше.
        [🔑 laptop · nb_·…·]
        [➕ Новый ключ]
        [‹ Меню]

        » /sessions
        <b>На сайте вы нигде не вошли.</b>
        [📜 События]
        [🌐 Сайт]
        [‹ Меню]

        » /notify
        <b>О чём я вам пишу</b>

        Нажмите, чтобы переключить. Об утёкших ключах, скопированных входах и о том, что происходит с сервисом, я пишу в любом случае.

        Тихие часы: нет
        [✅ Новые входы]
        [✅ Новые ключи]
        [✅ Ключи в новых сетях]
        [✅ Отклонённые запросы]
        [✅ Баланс токенов]
        [✅ Конец плана]
        [✅ Новости планов]
        [✅ Что нового]
        [🌙 Тихие часы]
        [‹ Меню]

        » /language
        На каком языке говорить?
        [English]
        [Русский]
        [‹ Меню]
        ") }
    }

    async fn a_key_from_card_to_grave_in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        let maria = app.chatting(maria, "vip").await;
        app.say(&maria, "/newkey laptop").await;
        let told = script(&app, &maria, &["/keys", "[🔑 laptop]", "[✏️ Переименовать]", "desktop", "[🔄 Сменить секрет]", "[1 час]", "/keys", "[🔑 desktop]", "[🗑 Отозвать]", "[Да, отозвать]"]).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /keys
        <b>У вас 1 API-ключ</b> из 5. Нажмите на него, чтобы узнать больше.
        [🔑 laptop · nb_·…·]
        [➕ Новый ключ]
        [‹ Меню]

        » [🔑 laptop]
        🔑 <b>laptop</b>
        <code>nb_·…·</code>

        Состояние: работает
        Создан: только что
        Использован: ни разу
        [✏️ Переименовать] [🔄 Сменить секрет]
        [🗑 Отозвать]
        [‹ Ключи]

        » [✏️ Переименовать]
        Как теперь называть <b>laptop</b>?

        Пришлите имя до 64 символов.
        [Отмена]

        » desktop
        🔑 <b>desktop</b>
        <code>nb_·…·</code>

        Состояние: работает
        Создан: только что
        Использован: ни разу
        [✏️ Переименовать] [🔄 Сменить секрет]
        [🗑 Отозвать]
        [‹ Ключи]

        » [🔄 Сменить секрет]
        Дать ключу <b>desktop</b> (<code>nb_·…·</code>) новый секрет?

        Сколько ещё должен работать прежний, чтобы ваши программы успели перейти на новый?
        [Отключить сразу]
        [1 час]
        [1 день]
        [7 дней]
        [Нет, не менять]

        » [1 час]
        🔄 <b>desktop</b>

        <code>nb_KEY</code>

        Этот секрет показывается только один раз. Сохраните его в надёжном месте: через 5 минут я удалю это сообщение. Прежний поработает ещё 1 час.
        (protected)
        [📋 Скопировать ключ = nb_KEY]
        [✅ Сохранено — удалить]

        » /keys
        <b>У вас 1 API-ключ</b> из 5. Нажмите на него, чтобы узнать больше.
        [🔑 desktop · nb_·…·]
        [➕ Новый ключ]
        [‹ Меню]

        » [🔑 desktop]
        🔑 <b>desktop</b>
        <code>nb_·…·</code>

        Состояние: работает
        Создан: только что
        Использован: ни разу

        Прежний секрет поработает ещё 1 час; использован: ни разу
        [✏️ Переименовать] [🔄 Сменить секрет]
        [🗑 Отозвать]
        [‹ Ключи]

        » [🗑 Отозвать]
        Отозвать <b>desktop</b> (<code>nb_·…·</code>)?

        Всё, что его использует, сразу перестанет работать. Вернуть ключ будет нельзя.
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
        Like this: <code>/user 1001</code>
        The person is a Telegram id, #account, @name or an e-mail address.

        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Plan: <b>VIP</b>
        Balance: <b>1,500</b>
        Keys: 0 · Sessions: 0
        Since 2026-11-23 · Last seen: 2026-11-23

        2026-11-23 plan: free → vip (operator)
        [📋 Plan] [⛔ Ban]
        [‹ Menu]

        » /plan
        Like this: <code>/plan 1001 vip 30</code>
        The person is a Telegram id, #account, @name or an e-mail address; without days it is for good.
        Plans: free, basic, vip, elite

        » /plan 1001 elite 30
        Give <b>Ivan</b> (#1) the plan <b>Elite</b> until 2026-12-23? It is VIP now.
        [Yes, do it] [No]

        » /grant
        Like this: <code>/grant 1001 5000 a talk</code>
        The person is a Telegram id, #account, @name or an e-mail address; the reason stands in their ledger.

        » /grant 1001 5000 a talk
        Give <b>Ivan</b> (#1) <b>5,000 tokens</b>?
        Balance: 1,500 → 6,500
        Reason: a talk
        [Yes, do it] [No]

        » /stats
        <b>Accounts:</b> 2, 2 of them new today
        Active today: 2
        Banned: 0
        Keys: 0 · Sessions: 0
        Tokens charged today: 0

        Free: 1
        VIP: 1

        » /dance
        I do not know that command. /help lists those I know.
        ") }
    }

    async fn an_admin_answers_in_english(app: App) {
        app.chatting(app.person("Ivan"), "vip").await;
        let told = script(&app, &admin(), &["/user 1001", "[📋 Plan]", "/user 1001", "[⛔ Ban]", "[No]", "/plan 1001 elite", "[Yes, do it]"]).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Plan: <b>VIP</b>
        Balance: <b>1,500</b>
        Keys: 0 · Sessions: 0
        Since 2026-11-23 · Last seen: 2026-11-23

        2026-11-23 plan: free → vip (operator)
        [📋 Plan] [⛔ Ban]
        [‹ Menu]

        » [📋 Plan]
        Which plan should <b>Ivan</b> (#1) have? It is VIP now.
        [Free for good]
        [Basic, 30 days] [Basic for good]
        [VIP, 30 days] [VIP for good]
        [Elite, 30 days] [Elite for good]
        [‹ Card]

        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Plan: <b>VIP</b>
        Balance: <b>1,500</b>
        Keys: 0 · Sessions: 0
        Since 2026-11-23 · Last seen: 2026-11-23

        2026-11-23 plan: free → vip (operator)
        [📋 Plan] [⛔ Ban]
        [‹ Menu]

        » [⛔ Ban]
        Ban <b>Ivan</b> (#1)?

        Their keys stop at once, their sessions end, and they cannot sign in. Lifting the ban brings the keys back.
        [Yes, do it] [No]

        » [No]
        Nothing was changed.

        » /plan 1001 elite
        Give <b>Ivan</b> (#1) the plan <b>Elite</b> for good? It is VIP now.
        [Yes, do it] [No]

        » [Yes, do it]
        Ivan (#1) has the plan <b>Elite</b> now.
        [‹ Card]
        ") }
    }

    async fn an_admin_in_russian(app: App) {
        app.chatting(app.person("Ivan"), "vip").await;
        let ada = russian(admin());
        let told = script(&app, &ada, &ADMINS).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /user
        Вот так: <code>/user 1001</code>
        Кто — это Telegram id, #аккаунт, @имя или адрес почты.

        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        План: <b>VIP</b>
        Баланс: <b>1 500</b>
        Ключей: 0 · Сеансов: 0
        С 2026-11-23 · Последний визит: 2026-11-23

        2026-11-23 план: free → vip (оператор)
        [📋 План] [⛔ Заблокировать]
        [‹ Меню]

        » /plan
        Вот так: <code>/plan 1001 vip 30</code>
        Кто — это Telegram id, #аккаунт, @имя или адрес почты; без числа дней — навсегда.
        Планы: free, basic, vip, elite

        » /plan 1001 elite 30
        Дать <b>Ivan</b> (#1) план <b>Elite</b> до 2026-12-23? Сейчас VIP.
        [Да, сделать] [Нет]

        » /grant
        Вот так: <code>/grant 1001 5000 за доклад</code>
        Кто — это Telegram id, #аккаунт, @имя или адрес почты; причина останется в истории баланса.

        » /grant 1001 5000 a talk
        Дать <b>Ivan</b> (#1) <b>5 000 токенов</b>?
        Баланс: 1 500 → 6 500
        Причина: a talk
        [Да, сделать] [Нет]

        » /stats
        <b>Аккаунтов:</b> 2, из них новых сегодня: 2
        Активны сегодня: 2
        Заблокировано: 0
        Ключей: 0 · Сеансов: 0
        Токенов списано сегодня: 0

        Free: 1
        VIP: 1

        » /dance
        Я не знаю такой команды. /help перечислит те, что знаю.
        ") }
    }

    async fn an_admin_answers_in_russian(app: App) {
        app.chatting(app.person("Ivan"), "vip").await;
        let ada = russian(admin());
        let told = script(&app, &ada, &["/user 1001", "[📋 План]", "/user 1001", "[⛔ Заблокировать]", "[Нет]", "/plan 1001 elite", "[Да, сделать]"]).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        План: <b>VIP</b>
        Баланс: <b>1 500</b>
        Ключей: 0 · Сеансов: 0
        С 2026-11-23 · Последний визит: 2026-11-23

        2026-11-23 план: free → vip (оператор)
        [📋 План] [⛔ Заблокировать]
        [‹ Меню]

        » [📋 План]
        Какой план дать: <b>Ivan</b> (#1)? Сейчас VIP.
        [Free навсегда]
        [Basic, 30 дней] [Basic навсегда]
        [VIP, 30 дней] [VIP навсегда]
        [Elite, 30 дней] [Elite навсегда]
        [‹ Карточка]

        » /user 1001
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        План: <b>VIP</b>
        Баланс: <b>1 500</b>
        Ключей: 0 · Сеансов: 0
        С 2026-11-23 · Последний визит: 2026-11-23

        2026-11-23 план: free → vip (оператор)
        [📋 План] [⛔ Заблокировать]
        [‹ Меню]

        » [⛔ Заблокировать]
        Заблокировать <b>Ivan</b> (#1)?

        Ключи сразу перестанут работать, сеансы завершатся, войти будет нельзя. После разблокировки ключи заработают снова.
        [Да, сделать] [Нет]

        » [Нет]
        Ничего не изменилось.

        » /plan 1001 elite
        Дать <b>Ivan</b> (#1) план <b>Elite</b> навсегда? Сейчас VIP.
        [Да, сделать] [Нет]

        » [Да, сделать]
        У Ivan (#1) теперь план <b>Elite</b>.
        [‹ Карточка]
        ") }
    }

    async fn a_group_in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        app.sandbox.say_in_group(-1_001_234_567, &maria, "/keys");
        app.settled().await;
        let told = seen(&app.sandbox.chat(-1_001_234_567));
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        В группах я не показываю ничего личного. Напишите мне в личный чат.
        [Открыть чат → https://t.me/neuralbox_bot?start=group]
        ") }
    }
}
