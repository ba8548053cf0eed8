# Что говорит бот. HTML Телеграма; значения экранированы заранее.

bot-command-start = Меню, тариф и баланс
bot-command-signin = Войти на сайт
bot-command-profile = Ваш тариф и баланс
bot-command-keys = Ваши API-ключи
bot-command-newkey = Создать API-ключ
bot-command-usage = Использование за 30 дней
bot-command-sessions = Где вы вошли
bot-command-plans = Тарифы и цены
bot-command-language = Язык
bot-command-help = Что я умею
bot-command-cancel = Отменить текущий шаг

bot-button-keys = 🔑 Мои ключи
bot-button-new-key = ➕ Новый ключ
bot-button-profile = 👤 Профиль
bot-button-usage = 📊 Использование
bot-button-help = ℹ️ Помощь
bot-button-keys-back = ‹ Ключи
bot-button-language = 🗣 Язык
bot-button-menu = ‹ Меню
bot-button-profile-back = ‹ Профиль
bot-button-more-keys = ⭐ Больше ключей
bot-button-trial = { $days ->
    [one] 🎁 { $plan } бесплатно на { $days } день
    [few] 🎁 { $plan } бесплатно на { $days } дня
   *[many] 🎁 { $plan } бесплатно на { $days } дней
    }
bot-button-test-key = ▶️ Проверить
bot-button-key = 🔑 Открыть ключ
bot-button-revoke = 🗑 Отозвать
bot-button-revoke-yes = Да, отозвать
bot-button-keep = Нет, оставить
bot-button-cancel = Отмена
bot-button-copy = 📋 Скопировать ключ
bot-button-saved = ✅ Сохранено, убрать сообщение
bot-button-open = Открыть чат

bot-menu =
    Здравствуйте, <b>{ $name }</b>!

    Тариф: <b>{ $plan }</b>
    Баланс: <b>{ $tokens ->
        [one] { $tokens } токен
        [few] { $tokens } токена
       *[many] { $tokens } токенов
    }</b>

bot-newcomer =
    👋 Здравствуйте, <b>{ $name }</b>! Здесь вы получите ключи для API NeuralBox.

    1. Выберите тариф
    2. Создайте ключ
    3. Отправьте первый запрос

bot-trial-started =
    🎁 У вас тариф <b>{ $plan }</b> до { $day }, бесплатно.

    Отменять ничего не нужно: потом снова будет { $base }. Ключи тогда приостановятся, ничего не удалится. Я напомню заранее.

    Дальше: создайте первый ключ.

# Что видит человек до кнопки «Старт»: не больше 512 и 120 символов
bot-about = NeuralBox: тариф, токены и API-ключи в одном чате. Создайте ключ за несколько секунд, смотрите, где он используется, перевыпускайте и отзывайте его одним нажатием. О необычном я предупрежу. Нажмите «Старт».
bot-about-short = API-ключи, тариф и баланс NeuralBox.

bot-profile =
    <b>{ $name }</b>
    Аккаунт #{ NUMBER($number, useGrouping: "false") }

    Тариф: <b>{ $plan }</b>, { $rate ->
        [one] { $rate } запрос в минуту
        [few] { $rate } запроса в минуту
       *[many] { $rate } запросов в минуту
    }
    Баланс: <b>{ $tokens ->
        [one] { $tokens } токен
        [few] { $tokens } токена
       *[many] { $tokens } токенов
    }</b>
bot-profile-until = Действует до { $day }

bot-help =
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
bot-help-admin = <b>Для администраторов</b>
bot-help-admin-people =
    /user <i>кто</i> — карточка пользователя; кто — Telegram ID, #аккаунт, @имя, адрес почты или часть имени
    /plan <i>кто тариф [дней]</i> — назначить или продлить тариф
    /grant <i>кто токены [причина]</i> — начислить токены; отрицательное число списывает
    /ban <i>кто [причина]</i>, /unban <i>кто</i> — заблокировать или разблокировать
    /undo — отменить последнее действие, в течение часа
    /refund <i>[кто] платёж</i> — вернуть оплату
    /stats — статистика
bot-help-admin-broadcasts =
    /broadcast — новая рассылка
    /broadcasts — черновики и ход рассылок

bot-keys = { $count ->
    [0] <b>У вас пока нет API-ключей.</b>
   *[other] <b>API-ключи: { $count } из { $limit }.</b> Нажмите на ключ, чтобы открыть его.
    }
bot-keys-waiting = { $count ->
    [0] <b>У вас пока нет API-ключей.</b>
    [one] <b>У вас { $count } API-ключ.</b>
    [few] <b>У вас { $count } API-ключа.</b>
   *[many] <b>У вас { $count } API-ключей.</b>
    }
bot-keys-no-access = В тарифе { $plan } нет доступа к API. Ключи заработают, когда вы смените тариф.

bot-key =
    🔑 <b>{ $name }</b>
    <code>{ $masked }</code>

    Статус: { $state }
    Создан: { $made }
    Последнее использование: { $used }
bot-key-expires = Истекает: { $day }

bot-state-active = активен
bot-state-disabled = приостановлен: в тарифе нет API
bot-state-expired = истёк
bot-state-revoked = отозван

bot-never = ни разу
bot-ago-now = только что
bot-ago-minutes = { $count ->
    [one] { $count } минуту назад
    [few] { $count } минуты назад
   *[many] { $count } минут назад
    }
bot-ago-hours = { $count ->
    [one] { $count } час назад
    [few] { $count } часа назад
   *[many] { $count } часов назад
    }
bot-ago-days = { $count ->
    [one] { $count } день назад
    [few] { $count } дня назад
   *[many] { $count } дней назад
    }

bot-revoke-ask =
    Отозвать <b>{ $name }</b> (<code>{ $masked }</code>)?

    Все программы с этим ключом сразу перестанут работать. Отменить это нельзя.
bot-revoked = Ключ отозван и больше не работает.
bot-already-revoked = Ключ уже отозван.

bot-name-ask =
    Как назвать новый ключ?

    Пришлите название до 64 символов, например <i>ноутбук</i>.
bot-bad-name = Название ключа — от 1 до 64 символов, без переносов строк. Пришлите другое или нажмите /cancel.
bot-name-taken = Ключ с названием <b>{ $name }</b> у вас уже есть. Пришлите другое название или нажмите /cancel.
bot-too-many-keys = { $limit ->
    [one] В вашем тарифе { $limit } ключ, и он уже создан. Отзовите его, чтобы создать новый.
    [few] Вы создали все { $limit } ключа вашего тарифа. Отзовите один, чтобы создать новый.
   *[many] Вы создали все { $limit } ключей вашего тарифа. Отзовите один, чтобы создать новый.
    }

bot-new-key =
    🔑 <b>{ $name }</b>

    <code>{ $key }</code>

    Ключ показывается только один раз. Сохраните его в надёжном месте: через 5 минут я удалю это сообщение.
bot-not-delivered = Я не уверен, что новый ключ до вас дошёл, поэтому на всякий случай отозвал его. Создайте, пожалуйста, новый.
bot-deleted = Удалено.

# Первый запрос с ключом
bot-key-unused = ещё не использован
bot-key-ready =
    ✅ Ключ <b>{ $name }</b> готов · <code>{ $masked }</code>

    <pre><code class="language-bash">{ $snippet }</code></pre>
bot-key-tested = ✅ Ключ работает: на эту минуту осталось запросов: { $left } из { $limit }.
bot-key-not-used = С этим ключом ещё не было запросов. Выполните команду выше и нажмите снова.
bot-key-test-refused = ❌ Запросы с этим ключом отклоняются. Его статус: { $state }.

bot-pasted-key-own = В сообщении был ваш ключ <b>{ $name }</b> (<code>{ $masked }</code>).
bot-pasted-key-other = { $count ->
    [one] В сообщении был API-ключ, которого нет в вашем аккаунте.
    [few] В сообщении было { $count } API-ключа, которых нет в вашем аккаунте.
   *[many] В сообщении было { $count } API-ключей, которых нет в вашем аккаунте.
    }
bot-pasted-key-more = { $count ->
    [one] И ещё { $count } ваш ключ. Его можно отозвать ниже.
    [few] И ещё { $count } ваших ключа. Их можно отозвать ниже.
   *[many] И ещё { $count } ваших ключей. Их можно отозвать ниже.
    }
bot-pasted-key-gone = Я удалил сообщение.
bot-pasted-key-there = Удалить сообщение не получилось: удалите его, пожалуйста, сами.
bot-pasted-key-group-gone = Здесь было сообщение с API-ключом. Я его удалил. Если это ваш ключ, напишите мне лично и отзовите его.
bot-pasted-key-group-there = Здесь есть сообщение с API-ключом, и удалить его у меня не получилось: удалите его, пожалуйста. Если это ваш ключ, напишите мне лично и отзовите его.
bot-pasted-key-revoke = Сам ключ продолжает работать. Если его мог увидеть кто-то ещё, отзовите его.
bot-pasted-key-expired = В сообщении был ваш ключ <b>{ $name }</b> (<code>{ $masked }</code>). Его срок истёк, воспользоваться им нельзя.
bot-pasted-key-revoked = В сообщении был ваш ключ <b>{ $name }</b> (<code>{ $masked }</code>). Он уже отозван, воспользоваться им нельзя.
bot-pasted-key-replaced = В сообщении был прежний ключ <b>{ $name }</b>. Он уже заменён, воспользоваться им нельзя.
bot-pasted-key-paused = Ключ приостановлен вашим тарифом и заработает, когда вы смените тариф. Если его мог увидеть кто-то ещё, отзовите его.
bot-pasted-key-mistyped = Похоже на ключ NeuralBox, но в нём ошибка или не хватает символов. Скопируйте его ещё раз оттуда, где сохранили.

bot-notice-key-posted =
    🔔 <b>Ваш ключ { $name } опубликован в группе</b>

    Все участники могли увидеть <code>{ $masked }</code>.
bot-notice-key-posted-there = Удалить сообщение не получилось: удалите его сами или попросите администратора группы.
bot-notice-key-leaked =
    ⚠️ <b>Ваш ключ { $name } найден в открытом доступе на GitHub.</b>

    Я его отозвал: <code>{ $masked }</code> больше ни у кого не работает, в том числе в ваших программах.
bot-notice-found-at = Где найден: { $url }
bot-notice-key-leaked-next = Создайте новый ключ и не храните его в коде: то, что побывало в открытом доступе, остаётся в копиях.
bot-notice-refresh-token-reused =
    ⚠️ <b>Кто-то мог скопировать ваш сеанс, поэтому я его завершил.</b>

    Старый токен сеанса «{ $device }» ({ $network }) использовали снова, хотя его давно сменил новый. Если вы восстановили браузер из резервной копии, это были вы: просто войдите ещё раз.

    Если нет, проверьте сеансы и завершите незнакомые: { $link }

bot-language-ask = Выберите язык
bot-language-set = Язык: русский.

bot-no-plan = В тарифе <b>{ $plan }</b> нет доступа к API.
bot-banned = Аккаунт заблокирован. Если это ошибка, обратитесь к владельцу сервиса.
bot-no-such-key = Этого ключа больше нет. Ваши ключи: /keys
bot-no-such-person = Пользователь не найден. Попробуйте Telegram ID, #аккаунт, @имя, адрес почты или часть имени.
bot-already-done = Это уже сделано.
bot-no-such-broadcast = Такой рассылки нет.
bot-broadcast-state = Статус рассылки — <b>{ $state }</b>. Сейчас это сделать нельзя.
bot-broadcast-state-draft = черновик
bot-broadcast-state-scheduled = запланирована
bot-broadcast-state-preparing = готовится
bot-broadcast-state-sending = идёт
bot-broadcast-state-paused = на паузе
bot-broadcast-state-done = завершена
bot-broadcast-state-cancelled = отменена
bot-broadcast-state-retracting = отзывается
bot-broadcast-state-retracted = отозвана
bot-broadcast-changed = Кто-то уже изменил этот черновик. Проверьте его и повторите.
bot-other-recipients = { $recipients ->
    [0] Её никто не получит. Выберите других получателей.
    [one] Сейчас её получит <b>{ $recipients }</b> человек. Подтвердите это число.
    [few] Сейчас её получат <b>{ $recipients }</b> человека. Подтвердите это число.
   *[other] Сейчас её получат <b>{ $recipients }</b> человек. Подтвердите это число.
}
bot-wait = { $seconds ->
    [one] Слишком много запросов. Попробуйте через { $seconds } секунду.
    [few] Слишком много запросов. Попробуйте через { $seconds } секунды.
   *[many] Слишком много запросов. Попробуйте через { $seconds } секунд.
    }
bot-not-possible = Этого я не умею. Что умею: /help
bot-fault = У меня что-то пошло не так. Ничего не потеряно, попробуйте ещё раз.
bot-unknown-command = Такой команды нет. Список команд: { $help }
bot-chatter = Я понимаю только команды и кнопки. Что я умею: /help
bot-file = Я не читаю файлы, фото и голосовые сообщения. Если там есть ключ, удалите сообщение.
bot-canceled = Отменено.
bot-nothing-to-cancel = Отменять нечего.
bot-stale = Это кнопка из старого меню. Вот актуальное.
bot-group = В группах я не показываю ничего личного. Напишите мне в личные сообщения.

bot-plan-usage =
    Формат: <code>/plan 1001 vip 30</code>
    Кто — Telegram ID, #аккаунт, @имя, адрес почты или часть имени. Тот же тариф продлевается. Без числа дней тариф бессрочный.
    Тарифы: { $plans }
bot-plan-unknown = Тарифа { $plan } нет. Есть: { $plans }
bot-plan-set = { $name } (#{ NUMBER($number, useGrouping: "false") }): тариф <b>{ $plan }</b>, бессрочно.
bot-plan-set-until = { $name } (#{ NUMBER($number, useGrouping: "false") }): тариф <b>{ $plan }</b> до { $day }.

# Двери: вход на сайт, сеансы, планы
bot-button-sign-in = 🌐 Сайт
bot-button-sessions = 📱 Сеансы
bot-button-plans = ⭐ Тарифы
bot-button-dashboard = 🌐 Войти на сайт
bot-button-not-me = 🚫 Это не я
bot-button-end = ✖ Завершить
bot-button-end-all = ✖ Завершить все
bot-button-end-all-yes = Да, завершить все
bot-button-keep-all = Нет, оставить

bot-sign-in =
    🌐 <b>Вход на сайт</b>

    Кнопка сработает один раз в течение 2 минут. Никому её не передавайте: кто её откроет, войдёт от вашего имени.

bot-sign-in-request =
    🌐 <b>Браузер просит войти как { $name }.</b>

    Браузер: <b>{ $device }</b>
    Сеть: { $network }

    Какое число он показывает? Отвечайте, только если видите это число в своём браузере. Если вас сюда кто-то направил, нажмите <i>Это не я</i>: любой другой ответ может впустить чужого.
bot-sign-in-request-approved = ✅ Вход подтверждён: <b>{ $device }</b>. Вернитесь в браузер.
bot-sign-in-request-wrong =
    В браузере другое число. Никто не вошёл, запрос закрыт.

    Если это ваш браузер, начните вход заново.
bot-sign-in-request-not-me =
    Вы всё сделали правильно. Никто не вошёл, запрос закрыт.

    Если ссылку вам прислали, кто-то хотел попасть в ваш аккаунт. Больше ничего делать не нужно.
bot-sign-in-request-unknown = Такого запроса нет. Начните вход в браузере заново.
bot-sign-in-request-expired = Прошло больше 2 минут, поэтому никто не вошёл. Начните вход в браузере заново.
bot-sign-in-request-refused = Этот запрос закрыт, по нему никто не вошёл. Если он был ваш, начните вход в браузере заново.
bot-sign-in-request-used = На этот запрос уже ответили. Если это были не вы, проверьте сеансы.

bot-sessions = { $count ->
    [0] <b>Активных сеансов на сайте нет.</b>
    [one] <b>У вас { $count } активный сеанс.</b>
    [few] <b>У вас { $count } активных сеанса.</b>
   *[many] <b>У вас { $count } активных сеансов.</b>
    }
bot-session =
    { $number }. <b>{ $device }</b>, { $network }
    Вход: { $begun }, активность: { $seen }
bot-sessions-more = { $count ->
    [one] Ещё { $count } старый сеанс — на сайте.
    [few] Ещё { $count } старых сеанса — на сайте.
   *[many] Ещё { $count } старых сеансов — на сайте.
    }
bot-session-ended = Сеанс завершён.
bot-session-already-ended = Сеанс уже завершён.
bot-sessions-ask =
    <b>Завершить все сеансы?</b>

    Во всех браузерах придётся войти заново. API-ключи продолжат работать.
bot-sessions-ended = Вы вышли на всех устройствах.

bot-plans = <b>Тарифы</b>
bot-plan-own = ✅ <b>{ $plan }</b> (ваш тариф)
bot-plan-other = <b>{ $plan }</b>
bot-plan-until = Действует до { $day }
bot-plan-free = бесплатно
bot-plan-stars = { $count ->
    [one] { $count } звезда в месяц
    [few] { $count } звезды в месяц
   *[many] { $count } звёзд в месяц
    }
bot-plan-rate = { $count ->
    [one] { $count } запрос в минуту
    [few] { $count } запроса в минуту
   *[many] { $count } запросов в минуту
    }
bot-plan-tokens = { $count ->
    [one] { $count } токен в месяц
    [few] { $count } токена в месяц
   *[many] { $count } токенов в месяц
    }
bot-plan-keys = { $count ->
    [one] Доступ к API, { $count } ключ
    [few] Доступ к API, до { $count } ключей
   *[many] Доступ к API, до { $count } ключей
    }
bot-plan-no-api = Без доступа к API

# Новый секрет и новое имя ключа

bot-button-rename = ✏️ Переименовать
bot-button-rotate = 🔄 Перевыпустить
bot-button-rotate-no = Отмена
bot-rotate-ask =
    Перевыпустить ключ <b>{ $name }</b> (<code>{ $masked }</code>)?

    Сколько ещё должен работать прежний, чтобы вы успели заменить его в программах?
bot-grace-none = Отключить сразу
bot-grace-minutes = { $count ->
    [one] { $count } минуту
    [few] { $count } минуты
   *[other] { $count } минут
    }
bot-grace-hours = { $count ->
    [one] { $count } час
    [few] { $count } часа
   *[other] { $count } часов
    }
bot-grace-days = { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[other] { $count } дней
    }
bot-rotated =
    🔄 <b>{ $name }</b>

    <code>{ $key }</code>

    Новый ключ показывается только один раз. Сохраните его в надёжном месте: через 5 минут я удалю это сообщение.
bot-rotated-grace = Прежний ключ будет работать ещё { $time }.
bot-rotated-done = ✅ Ключ <b>{ $name }</b> перевыпущен · <code>{ $masked }</code>
bot-renamed-done = ✅ Новое название: <b>{ $name }</b>.
bot-rotated-at-once = Прежний ключ больше не работает.
bot-already-rotated = Этот ключ уже перевыпущен. Вот он сейчас.
bot-rotation-lost = Я не уверен, что новый ключ до вас дошёл, поэтому отменил его. Прежний будет работать ещё { $time }. Перевыпустите ключ ещё раз.
bot-rotation-lost-at-once = Я не уверен, что новый ключ до вас дошёл, поэтому отменил его, а прежний больше не работает. Перевыпустите ключ ещё раз.
bot-key-old-secret = Прежний ключ будет работать ещё { $time }; последнее использование: { $used }
bot-rename-ask =
    Как теперь назвать ключ <b>{ $name }</b>?

    Пришлите название до 64 символов.

# Предупреждения

bot-button-was-me = ✅ Это я
bot-button-was-not-me = 🚫 Завершить сеанс
bot-notice-signed-in =
    🔔 <b>Новый вход</b>

    { $device }, сеть { $network }
bot-sign-in-was-me = ✅ Принято: это вы.
bot-key-use-was-me = ✅ Принято: ключ <b>{ $name }</b> в той сети используете вы.
bot-sign-in-over = Этот сеанс уже завершён.
bot-sign-in-done =
    ✅ Вход выполнен: <b>{ $device }</b>

    Сеть: { $network }. Если это были не вы, завершите сеанс.
bot-sign-in-ended =
    🚫 Сеанс завершён, посторонний больше не в аккаунте.

    Проверьте остальные сеансы: { $link }
bot-notice-key-created =
    🔔 <b>Новый ключ: { $name }</b>

    <code>{ $masked }</code> создан не в этом чате. Если это были не вы, отзовите ключ и проверьте сеансы.
bot-notice-key-rotated =
    🔔 <b>Ключ { $name } перевыпущен</b>

    <code>{ $masked }</code> создан не в этом чате. Если это были не вы, отзовите ключ и проверьте сеансы.
bot-notice-key-network =
    🔔 <b>Ключ { $name } используют из новой сети</b>

    <code>{ $masked }</code>, сеть { $network }. Если это не ваша программа, отзовите ключ.
bot-notice-rate-limited =
    🔔 <b>Много ваших запросов отклонено</b>

    { $limit ->
        [one] Ваш тариф допускает { $limit } запрос в минуту,
        [few] Ваш тариф допускает { $limit } запроса в минуту,
       *[many] Ваш тариф допускает { $limit } запросов в минуту,
    } а сверх того за минуту { $count ->
        [one] отклонён { $count } запрос
        [few] отклонено { $count } запроса
       *[many] отклонено { $count } запросов
    }. Возможно, одна из ваших программ вышла из-под контроля.
bot-notice-balance-low =
    🔔 <b>{ $left ->
        [one] Остался { $left } токен
        [few] Осталось { $left } токена
       *[many] Осталось { $left } токенов
    }</b>

    Это не больше { $percent } % месячного запаса ({ $monthly }). Новые токены придут 1-го числа.
bot-notice-balance-empty =
    🔔 <b>Токены закончились</b>

    { $monthly ->
        [0] Тарифы с токенами: { $link }
       *[other] Новые придут 1-го числа: { $monthly }. Нужны раньше? { $link }
    }
bot-notice-balance-short =
    🔔 <b>Токенов не хватило на запрос</b>

    { $left ->
        [one] Остался { $left } токен.
        [few] Осталось { $left } токена.
       *[many] Осталось { $left } токенов.
    } { $monthly ->
        [0] Тарифы с токенами: { $link }
       *[other] Новые придут 1-го числа: { $monthly }. Нужны раньше? { $link }
    }
bot-notice-plan-ends =
    🔔 <b>Тариф { $plan } закончится { $days ->
        [1] в течение суток
        [one] через { $days } день
        [few] через { $days } дня
       *[many] через { $days } дней
    }</b>
bot-notice-plan-keep = До { $day } ничего не изменится. Продлить: { $link }
bot-notice-plan-then = С { $day } у вас будет тариф { $next }. Сохранить { $plan }: { $link }
bot-notice-plan-ended =
    🔔 <b>Тариф { $plan } закончился</b>

    Теперь у вас тариф { $base }. Ничего не удалено: ключи, которые в него не входят, приостановлены. Продлить: { $link }

# О чём человеку говорят

bot-command-notify = Уведомления
bot-button-preferences = 🔔 Уведомления
bot-button-preferences-back = ‹ Уведомления
bot-button-quiet = 🌙 Тихие часы
bot-category-sign-in = Новые входы
bot-category-key = Новые ключи
bot-category-network = Ключи в новых сетях
bot-category-key-expiry = Срок ключей
bot-category-limit = Отклонённые запросы
bot-category-balance = Баланс токенов
bot-category-plan = Окончание тарифа
bot-category-plan-news = Новости о тарифах
bot-category-product-news = Новинки
bot-preferences =
    <b>Уведомления</b>

    Нажмите, чтобы включить или выключить. Об утечках ключей, скопированных сеансах и изменениях в сервисе я сообщаю всегда.

    Тихие часы: { $hours }
bot-quiet-none = выкл.
bot-quiet =
    <b>Тихие часы:</b> { $hours }

    В тихие часы всё, что может подождать, придёт позже, а остальное — без звука.

    Сейчас у вас <b>{ $clock }</b> ({ $zone })? Если нет, поправьте время кнопками.

# Что делают администраторы

bot-command-user = Карточка пользователя
bot-command-plan = Назначить тариф
bot-command-grant = Начислить токены
bot-command-ban = Заблокировать аккаунт
bot-command-unban = Разблокировать аккаунт
bot-command-undo = Отменить последнее действие
bot-command-stats = Статистика
bot-button-yes = Подтвердить
bot-button-no = Отмена
bot-button-card = ‹ Карточка
bot-button-plan = 📋 Тариф
bot-button-ban = ⛔ Заблокировать
bot-button-tokens = 🎁 Токены
bot-button-message = ✉️ Написать
bot-button-send = Отправить
bot-button-replace = Заменить
bot-button-replace-instead = Заменить: до { $day }
bot-button-undo-action = ↩️ Отменить
bot-button-open-card = Открыть карточку
bot-button-admin = 🛠 Администратор
bot-button-find = 🔎 Найти
bot-button-more-people = Ещё ›
bot-button-stats = 📊 Статистика
bot-button-broadcasts = 📣 Рассылки
bot-button-new-broadcast = ✏️ Новая рассылка
bot-button-unban = Разблокировать
bot-button-plan-for-good = { $plan }, бессрочно
bot-button-plan-for-days = { $plan }, { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
    }
bot-admin =
    🛠 <b>Администратор</b>

    Каждое действие записывается. Последнее можно отменить командой /undo в течение часа.
bot-find-ask =
    🔎 <b>Кого вы ищете?</b>

    Пришлите Telegram ID, #аккаунт, @имя, адрес почты или часть имени.
bot-found = 🔎 Пользователи, в имени которых есть <b>{ $query }</b>:
bot-found-none = 🔎 Ни у кого нет <b>{ $query }</b> в имени.
bot-found-none-yet = 🔎 Среди новых аккаунтов <b>{ $query }</b> в имени нет. Дальше — более старые.
bot-user-card =
    <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })
    { $ways }

    Тариф: <b>{ $plan }</b>
    Баланс: <b>{ $tokens }</b>
    Ключи: { $keys } · Сеансы: { $sessions }
    Регистрация: { $made } · Последний визит: { $seen }
bot-user-until = Тариф до { $day }
bot-user-banned = ⛔ Блокировка с { $day }
bot-user-unreachable = 🔇 Сообщения не доходят
bot-plan-with-end = { $plan } до { $day }
bot-no-end-date = бессрочно
bot-audit-plan = { $day } тариф: { $was } → { $became } ({ $by })
bot-audit-tokens = { $day } токены: { $was } → { $became } ({ $by })
bot-audit-banned = { $day } блокировка ({ $by })
bot-audit-unbanned = { $day } разблокировка ({ $by })
bot-audit-message = { $day } сообщение ({ $by })
bot-audit-reason = — { $reason }
bot-audit-operator = оператор
bot-user-plans = <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): какой тариф назначить? Сейчас { $plan }.
bot-ask-plan = <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): назначить тариф <b>{ $plan }</b> бессрочно? Сейчас { $now }.
bot-ask-plan-until = <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): назначить тариф <b>{ $plan }</b> до { $day }? Сейчас { $now }.
bot-ask-plan-longer = <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): продлить тариф <b>{ $plan }</b>, { $was } → { $day }?
bot-ask-plan-shorter = { $days ->
    [one] ⚠️ Это короче: тариф <b>{ $plan }</b> действует до { $was }, а закончится { $day } — на { $days } день раньше.
    [few] ⚠️ Это короче: тариф <b>{ $plan }</b> действует до { $was }, а закончится { $day } — на { $days } дня раньше.
   *[many] ⚠️ Это короче: тариф <b>{ $plan }</b> действует до { $was }, а закончится { $day } — на { $days } дней раньше.
    }
bot-ask-plan-ends-now = { $days ->
    [one] ⚠️ Тариф <b>{ $plan }</b> действует до { $was }, а закончится сразу — на { $days } день раньше.
    [few] ⚠️ Тариф <b>{ $plan }</b> действует до { $was }, а закончится сразу — на { $days } дня раньше.
   *[many] ⚠️ Тариф <b>{ $plan }</b> действует до { $was }, а закончится сразу — на { $days } дней раньше.
    }
bot-ask-plan-smaller = ⚠️ Тариф <b>{ $plan }</b> меньше, чем <b>{ $old }</b>.
bot-ask-plan-no-end = ⚠️ Тариф <b>{ $plan }</b> сейчас бессрочный.
bot-ask-plan-keys = { $keys ->
    [one] ⚠️ Будет приостановлен { $keys } ключ.
    [few] ⚠️ Будут приостановлены { $keys } ключа.
   *[many] ⚠️ Будет приостановлено { $keys } ключей.
    }
bot-ask-grant =
    <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): начислить { $tokens ->
        [one] <b>{ $tokens } токен</b>
        [few] <b>{ $tokens } токена</b>
       *[many] <b>{ $tokens } токенов</b>
    }?
    Баланс: { $before } → { $after }
    Причина: { $reason }
bot-ask-take =
    <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): списать { $tokens ->
        [one] <b>{ $tokens } токен</b>
        [few] <b>{ $tokens } токена</b>
       *[many] <b>{ $tokens } токенов</b>
    }?
    Баланс: { $before } → { $after }
    Причина: { $reason }
bot-grant-ask =
    🎁 <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): <b>сколько токенов начислить?</b>

    Пришлите число и, если хотите, причину: <i>5000 за доклад</i>. Отрицательное число списывает.
bot-grant-again = Пришлите число, например <i>5000</i>, <i>5 000</i>, <i>5к</i> или <i>-200</i>, и, если хотите, причину.
bot-message-ask =
    ✉️ <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): <b>что написать?</b>

    Пришлите текст, можно с форматированием. Перед отправкой вы увидите его ещё раз.
bot-message-again = Пришлите текст до { $most } знаков, без фото и файлов.
bot-ask-message = ✉️ <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): отправить это сообщение?
bot-ask-ban =
    <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): заблокировать аккаунт?

    Ключи сразу перестанут работать, сеансы завершатся, войти будет нельзя. После разблокировки ключи заработают снова.
bot-ask-ban-why = Чтобы человек узнал почему, пришлите причину сейчас.
bot-ask-ban-reason = Причина для пользователя: { $reason }
bot-ask-unban = <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): разблокировать аккаунт? Ключи заработают снова, войти нужно будет заново.
bot-action-cancelled = Отменено. Ничего не изменилось.
bot-action-already-answered = На это уже ответили.
bot-action-expired = Вопрос устарел, ничего не сделано. Если ещё нужно, отправьте команду снова.
bot-granted =
    { $name } (#{ NUMBER($number, useGrouping: "false") }): { $tokens ->
        [one] начислен <b>{ $tokens } токен</b>
        [few] начислены <b>{ $tokens } токена</b>
       *[many] начислено <b>{ $tokens } токенов</b>
    }. Баланс: { $before } → { $after }
bot-taken =
    { $name } (#{ NUMBER($number, useGrouping: "false") }): { $tokens ->
        [one] списан <b>{ $tokens } токен</b>
        [few] списаны <b>{ $tokens } токена</b>
       *[many] списано <b>{ $tokens } токенов</b>
    }. Баланс: { $before } → { $after }
bot-message-done = ✉️ { $name } (#{ NUMBER($number, useGrouping: "false") }): сообщение отправляется. Если его не удастся доставить, я сообщу.
bot-action-undone = ↩️ Отменено.
bot-grant-usage =
    Формат: <code>/grant 1001 5000 за доклад</code>
    Кто — Telegram ID, #аккаунт, @имя, адрес почты или часть имени. Число можно писать как 5 000, 5,000 или 5к; отрицательное списывает. Причина останется в истории токенов.
bot-ban-usage =
    Формат: <code>/ban 1001 причина</code> или <code>/unban 1001</code>
    Кто — Telegram ID, #аккаунт, @имя, адрес почты или часть имени. Причину увидит пользователь.
bot-admin-changed = С момента вопроса аккаунт изменился, поэтому ничего не сделано. Проверьте карточку и попробуйте снова.
bot-admin-balance-low = { $balance ->
    [one] На балансе только <b>{ $balance } токен</b>. Ничего не изменилось.
    [few] На балансе только <b>{ $balance } токена</b>. Ничего не изменилось.
   *[many] На балансе только <b>{ $balance } токенов</b>. Ничего не изменилось.
    }
bot-admin-unreachable = Я не могу написать этому пользователю: он не запускал бота или заблокировал его.
bot-admin-nothing-to-undo = Отменять нечего: вы ещё ничего не делали, или последнее действие нельзя отменить.
bot-admin-undo-expired = Прошло больше часа, отменить уже нельзя. Измените всё через карточку.
bot-admin-already-undone = Уже отменено.
bot-admin-changed-since = С тех пор это изменили снова, отменить нельзя. Измените всё через карточку.
bot-admin-tokens-spent = { $balance ->
    [one] Токены уже потрачены, отменить нельзя. На балансе <b>{ $balance } токен</b>.
    [few] Токены уже потрачены, отменить нельзя. На балансе <b>{ $balance } токена</b>.
   *[many] Токены уже потрачены, отменить нельзя. На балансе <b>{ $balance } токенов</b>.
    }
bot-role-not-allowed = Ваша роль ({ $role }) этого не позволяет.
bot-ban-done = ⛔ { $name } (#{ NUMBER($number, useGrouping: "false") }): аккаунт заблокирован.
bot-unban-done = { $name } (#{ NUMBER($number, useGrouping: "false") }): аккаунт разблокирован.
bot-stats =
    <b>Аккаунты:</b> { $accounts }
    Заблокированные: { $banned }
    Ключи: { $keys } · Сеансы: { $sessions }
bot-stats-periods = <b>Сегодня · 7 дней · 30 дней</b>
bot-stats-new = Новые: { $day } · { $week } · { $month }
bot-stats-active = Активные: { $day } · { $week } · { $month }
bot-stats-charged = Списано токенов: { $day } · { $week } · { $month }
bot-stats-plan = { $plan }: { $count }

# Что людям говорят о действиях администраторов

bot-given-plan = 🎁 Теперь у вас тариф <b>{ $plan }</b>.
bot-given-plan-until = 🎁 У вас тариф <b>{ $plan }</b> до { $day }.
bot-given-shorter-until = ℹ️ Ваш тариф <b>{ $plan }</b> теперь действует до { $day }.
bot-given-less = ℹ️ Теперь у вас тариф <b>{ $plan }</b>.
bot-given-less-until = ℹ️ Теперь у вас тариф <b>{ $plan }</b> до { $day }.
bot-given-paused = { $keys ->
    [one] Приостановлен { $keys } ключ — до смены тарифа: { $names }
    [few] Приостановлены { $keys } ключа — до смены тарифа: { $names }
   *[many] Приостановлено { $keys } ключей — до смены тарифа: { $names }
    }
bot-given-tokens = { $tokens ->
    [one] 🎁 Вам начислен <b>{ $tokens } токен</b>: { $reason }
    [few] 🎁 Вам начислены <b>{ $tokens } токена</b>: { $reason }
   *[many] 🎁 Вам начислено <b>{ $tokens } токенов</b>: { $reason }
    }
bot-given-tokens-only = { $tokens ->
    [one] 🎁 Вам начислен <b>{ $tokens } токен</b>.
    [few] 🎁 Вам начислены <b>{ $tokens } токена</b>.
   *[many] 🎁 Вам начислено <b>{ $tokens } токенов</b>.
    }
bot-taken-tokens = { $tokens ->
    [one] ℹ️ Списан <b>{ $tokens } токен</b>: { $reason }
    [few] ℹ️ Списаны <b>{ $tokens } токена</b>: { $reason }
   *[many] ℹ️ Списано <b>{ $tokens } токенов</b>: { $reason }
    }
bot-taken-tokens-only = { $tokens ->
    [one] ℹ️ Списан <b>{ $tokens } токен</b>.
    [few] ℹ️ Списаны <b>{ $tokens } токена</b>.
   *[many] ℹ️ Списано <b>{ $tokens } токенов</b>.
    }
bot-notice-banned = ⛔ <b>Ваш аккаунт заблокирован.</b> Ключи не работают.
bot-notice-banned-reason = Причина: { $reason }
bot-notice-banned-contact = Вопросы: { $contact }
bot-notice-unbanned = ✅ <b>Ваш аккаунт разблокирован.</b> Ключи снова работают.
bot-notice-message = ✉️ <b>Сообщение от команды</b>
bot-notice-undelivered = 🔔 { $name } (#{ NUMBER($number, useGrouping: "false") }): сообщение доставить не удалось.
bot-notice-undelivered-waits = 🔔 { $name } (#{ NUMBER($number, useGrouping: "false") }): сообщение доставить не удалось, бот заблокирован. Если человек вернётся в течение трёх дней, он его получит.

# После долгого отсутствия

bot-too-late =
    Меня не было на связи. Вы отправили <code>{ $command }</code> { $when }, и я не выполнил команду.

    Если она ещё нужна, отправьте её снова.

# Когда Телеграм задерживает ответ и когда люди спешат

bot-deferred = ⏳ Telegram задержал мой ответ.
bot-deferred-secret = В ответе был секрет, поэтому я его не сохранил. Запросите, пожалуйста, ещё раз.
bot-throttled =
    Слишком много сообщений сразу. Первые я обработал, остальные пропустил.

    Подождите десять секунд и пришлите недостающее. Если там был API-ключ, удалите то сообщение сами.
bot-throttled-tap = Слишком быстро. Подождите десять секунд и нажмите ещё раз.

# Usage
bot-usage =
    📊 <b>Использование за 30 дней</b>

    🟦 Токены · 🟩 Запросы
bot-usage-none = <b>За последние 30 дней ничего не использовано.</b> Здесь появятся токены и запросы ваших ключей.
bot-usage-today = Сегодня
bot-usage-week = 7 дней
bot-usage-month = 30 дней
bot-usage-line = { $period }: <b>{ $tokens ->
        [one] { $tokens } токен
        [few] { $tokens } токена
       *[many] { $tokens } токенов
    }</b>, { $requests ->
        [one] { $requests } запрос
        [few] { $requests } запроса
       *[many] { $requests } запросов
    }
bot-usage-busiest = Самый загруженный день: { $day }, { $tokens ->
        [one] { $tokens } токен
        [few] { $tokens } токена
       *[many] { $tokens } токенов
    }, { $requests ->
        [one] { $requests } запрос
        [few] { $requests } запроса
       *[many] { $requests } запросов
    }. Дни — по UTC.
bot-key-limit = { $limit ->
    [one] Лимит: на эту минуту осталось { $left } из { $limit } запроса
    [few] Лимит: на эту минуту осталось { $left } из { $limit } запросов
   *[many] Лимит: на эту минуту осталось { $left } из { $limit } запросов
}

# Срок ключей
bot-button-expiry = 📅 Срок
bot-button-extend = 📅 Продлить
bot-button-key-back = ‹ Ключ
bot-expiry-never = Бессрочно
bot-expiry-days = { $count } дн.
bot-expiry-year = 1 год
bot-new-key-expiry =
    Сколько должен работать ключ <b>{ $name }</b>?

    Потом это можно изменить.
bot-key-expiry-none = У ключа <b>{ $name }</b> нет срока.
bot-key-expiry-now = Ключ <b>{ $name }</b> истекает { $day }.
bot-key-expiry-over = Ключ <b>{ $name }</b> истёк { $day }.
bot-key-expiry-ask = Сколько ему работать с этого момента?
bot-key-expiry-set = Срок изменён.
bot-notice-key-expires =
    🔔 <b>Срок ключа { $name } закончится { $days ->
        [1] в течение суток
        [one] через { $days } день
        [few] через { $days } дня
       *[many] через { $days } дней
    }</b>

    { $day } ключ перестанет работать. Продлите его или перевыпустите и замените его в программах.
