# Что говорит бот. HTML Телеграма; значения экранированы заранее.

bot-command-start = Меню, план и баланс
bot-command-signin = Открыть сайт с готовым входом
bot-command-profile = Ваш план и баланс
bot-command-keys = Ваши API-ключи
bot-command-newkey = Создать API-ключ
bot-command-sessions = Где вы вошли
bot-command-plans = Планы и цены
bot-command-language = Язык
bot-command-help = Что я умею

bot-button-keys = 🔑 Мои ключи
bot-button-new-key = ➕ Новый ключ
bot-button-profile = 👤 Профиль
bot-button-help = ℹ️ Помощь
bot-button-keys-back = ‹ Ключи
bot-button-language = 🗣 Язык
bot-button-menu = ‹ Меню
bot-button-revoke = 🗑 Отозвать
bot-button-revoke-yes = Да, отозвать
bot-button-keep = Нет, оставить
bot-button-cancel = Отмена
bot-button-copy = 📋 Скопировать ключ
bot-button-saved = ✅ Сохранено — удалить
bot-button-open = Открыть чат

bot-menu =
    Здравствуйте, <b>{ $name }</b>!

    План: <b>{ $plan }</b>
    Баланс: <b>{ $tokens ->
        [one] { $tokens } токен
        [few] { $tokens } токена
       *[many] { $tokens } токенов
    }</b>

bot-profile =
    <b>{ $name }</b>
    Аккаунт #{ NUMBER($number, useGrouping: "false") }

    План: <b>{ $plan }</b>, { $rate ->
        [one] { $rate } запрос в минуту
        [few] { $rate } запроса в минуту
       *[many] { $rate } запросов в минуту
    }
    Баланс: <b>{ $tokens ->
        [one] { $tokens } токен
        [few] { $tokens } токена
       *[many] { $tokens } токенов
    }</b>
bot-profile-until = Оплачен до { $day }

bot-help =
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
bot-help-admin =
    <b>Для администраторов</b>
    /user <i>кто</i> — карточка человека; кто — это Telegram id, #аккаунт, @имя или адрес почты
    /plan <i>кто план [дней]</i> — дать план
    /grant <i>кто токены [причина]</i> — дать токены
    /stats — сколько чего
    /broadcast — написать многим сразу
    /broadcasts — черновики и ход рассылок

bot-keys = { $count ->
    [0] <b>У вас пока нет API-ключей.</b>
    [one] <b>У вас { $count } API-ключ</b> из { $limit }. Нажмите на него, чтобы узнать больше.
    [few] <b>У вас { $count } API-ключа</b> из { $limit }. Нажмите на ключ, чтобы узнать больше.
   *[many] <b>У вас { $count } API-ключей</b> из { $limit }. Нажмите на ключ, чтобы узнать больше.
    }
bot-keys-waiting = { $count ->
    [0] <b>У вас пока нет API-ключей.</b>
    [one] <b>У вас { $count } API-ключ.</b>
    [few] <b>У вас { $count } API-ключа.</b>
   *[many] <b>У вас { $count } API-ключей.</b>
    }
bot-keys-no-access = В вашем плане { $plan } нет доступа к API: ключи не работают, пока вы не смените план.

bot-key =
    🔑 <b>{ $name }</b>
    <code>{ $masked }</code>

    Состояние: { $state }
    Создан: { $made }
    Использован: { $used }
bot-key-expires = Истекает: { $day }

bot-state-active = работает
bot-state-disabled = ждёт плана с доступом к API
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

    Всё, что его использует, сразу перестанет работать. Вернуть ключ будет нельзя.
bot-revoked = Отозван. Больше не работает.
bot-revoked-before = Он уже отозван.

bot-name-ask =
    Как назвать новый ключ?

    Пришлите имя до 64 символов, например <i>ноутбук</i>.
bot-bad-name = Имя ключа — от 1 до 64 символов без переносов строк. Пришлите другое или /cancel.
bot-name-taken = Ключ с именем <b>{ $name }</b> у вас уже есть. Пришлите другое имя или /cancel.
bot-too-many-keys = { $limit ->
    [one] Ваш план допускает { $limit } ключ, и он у вас есть. Сначала отзовите его в /keys.
    [few] Ваш план допускает { $limit } ключа, и все они у вас есть. Сначала отзовите один в /keys.
   *[many] Ваш план допускает { $limit } ключей, и все они у вас есть. Сначала отзовите один в /keys.
    }

bot-new-key =
    🔑 <b>{ $name }</b>

    <code>{ $key }</code>

    Вы видите этот ключ единственный раз. Сохраните его в надёжном месте: через 5 минут я удалю это сообщение.
bot-not-delivered = Я не уверен, что новый ключ до вас дошёл, поэтому на всякий случай отозвал его. Создайте, пожалуйста, другой.
bot-deleted = Удалено.

bot-rescued-own = В том сообщении был ваш ключ <b>{ $name }</b> (<code>{ $masked }</code>).
bot-rescued-other = { $count ->
    [one] В том сообщении был API-ключ, но не ваш.
    [few] В том сообщении было { $count } API-ключа, но не ваших.
   *[many] В том сообщении было { $count } API-ключей, но не ваших.
    }
bot-rescued-more = { $count ->
    [one] И ещё { $count } ваш ключ. Его можно отозвать ниже.
    [few] И ещё { $count } ваших ключа. Их можно отозвать ниже.
   *[many] И ещё { $count } ваших ключей. Их можно отозвать ниже.
    }
bot-rescued-gone = Я его удалил.
bot-rescued-there = Удалить его не получилось: удалите, пожалуйста, сами.
bot-rescued-revoke = Если ключ мог увидеть кто-то ещё, отзовите его.

bot-notice-key-leaked =
    ⚠️ <b>Ваш ключ { $name } нашёлся в открытом доступе на GitHub.</b>

    Я его отозвал: <code>{ $masked }</code> больше не работает ни у того, кто его нашёл, ни в ваших программах.
bot-notice-found-at = Где нашёлся: { $url }
bot-notice-key-leaked-next = Создайте для своих программ новый ключ и не храните его в коде: что однажды было открыто, остаётся в копиях.
bot-notice-refresh-token-reused =
    ⚠️ <b>Кто-то мог скопировать ваш вход, поэтому я его завершил.</b>

    Старый токен сеанса «{ $device }» ({ $network }) использовали снова, когда его время давно вышло. Если вы восстановили этот браузер из резервной копии, это были вы: просто войдите ещё раз.

    Если нет, проверьте, все ли сеансы ваши, и завершите остальные: { $link }

bot-language-ask = На каком языке говорить?
bot-language-set = Теперь я говорю по-русски.

bot-no-plan =
    В вашем плане <b>{ $plan }</b> нет доступа к API.

    Сменить план: { $link }
bot-banned = Этот аккаунт заблокирован. Напишите в поддержку, если это ошибка.
bot-no-such-key = Такого ключа у вас больше нет. Вот остальные: /keys
bot-no-such-person = Я такого человека не знаю. Попробуйте его Telegram id, #аккаунт, @имя или адрес почты.
bot-already-done = Это уже сделано.
bot-no-such-broadcast = Такой рассылки нет.
bot-broadcast-state = Состояние рассылки — <b>{ $state }</b>: сейчас этого с ней сделать нельзя.
bot-broadcast-state-draft = черновик
bot-broadcast-state-scheduled = запланирована
bot-broadcast-state-preparing = готовится
bot-broadcast-state-sending = идёт
bot-broadcast-state-paused = на паузе
bot-broadcast-state-done = завершена
bot-broadcast-state-cancelled = отменена
bot-broadcast-state-retracting = отзывается
bot-broadcast-state-retracted = отозвана
bot-broadcast-changed = Кто-то тем временем изменил черновик. Посмотрите на него ещё раз и повторите.
bot-other-recipients = { $recipients ->
    [0] Её никто не получит. Выберите других получателей.
    [one] Сейчас её получит <b>{ $recipients }</b> человек. Подтвердите это число.
    [few] Сейчас её получат <b>{ $recipients }</b> человека. Подтвердите это число.
   *[other] Сейчас её получат <b>{ $recipients }</b> человек. Подтвердите это число.
}
bot-wait = { $seconds ->
    [one] Слишком много сразу. Попробуйте через { $seconds } секунду.
    [few] Слишком много сразу. Попробуйте через { $seconds } секунды.
   *[many] Слишком много сразу. Попробуйте через { $seconds } секунд.
    }
bot-not-possible = Этого я не могу. /help расскажет, что я умею.
bot-fault = У меня что-то сломалось. Ничего не потеряно; попробуйте ещё раз.
bot-unknown-command = Я не знаю такой команды. { $help } перечислит те, что знаю.
bot-chatter = Я понимаю команды и кнопки. /help расскажет, что я умею.
bot-stale = Эта кнопка из старого меню. Вот нынешнее.
bot-group = В группах я не показываю ничего личного. Напишите мне в личный чат.

bot-plan-usage =
    Вот так: <code>/plan 1001 vip 30</code>
    Кто — это Telegram id, #аккаунт, @имя или адрес почты; без числа дней — навсегда.
    Планы: { $plans }
bot-plan-unknown = Плана { $plan } нет. Есть: { $plans }
bot-plan-set = У { $name } (#{ NUMBER($number, useGrouping: "false") }) теперь план <b>{ $plan }</b>.
bot-plan-set-until = У { $name } (#{ NUMBER($number, useGrouping: "false") }) теперь план <b>{ $plan }</b>, до { $day }.

# Двери: вход на сайт, сеансы, планы
bot-button-sign-in = 🌐 Сайт
bot-button-sessions = 📱 Сеансы
bot-button-plans = ⭐ Планы
bot-button-dashboard = 🌐 Открыть и войти
bot-button-not-me = 🚫 Это не я
bot-button-end = ✖ Завершить
bot-button-end-all = ✖ Завершить все
bot-button-end-all-yes = Да, завершить все
bot-button-keep-all = Нет, оставить
bot-button-upgrade = ⭐ Сменить план

bot-sign-in =
    🌐 <b>Сайт с готовым входом</b>

    Кнопка сработает один раз, в течение 2 минут. Никому её не передавайте: кто откроет, тот войдёт от вашего имени.

bot-request =
    🌐 <b>Браузер просит войти как { $name }.</b>

    Браузер: <b>{ $device }</b>
    Сеть: { $network }

    Какое число он показывает? Отвечайте, только если видите это число в своём собственном браузере. Если вас сюда прислали, нажмите <i>Это не я</i>: любой другой ответ может впустить чужого.
bot-request-approved = ✅ Вход подтверждён: <b>{ $device }</b>. Вернитесь в браузер.
bot-request-wrong =
    Браузер показывает другое число. Никто не вошёл, запрос закрыт.

    Если браузер ваш, начните вход в нём заново.
bot-request-not-me =
    Хорошо. Никто не вошёл, запрос закрыт.

    Если эту ссылку вам прислали, кто-то хотел попасть в ваш аккаунт. Больше ничего делать не нужно.
bot-request-unknown = Такого запроса нет. Начните вход в браузере заново.
bot-request-expired = Прошло больше 2 минут, поэтому никто не вошёл. Начните вход в браузере заново.
bot-request-refused = Этот запрос закрыт, по нему никто не вошёл. Если он был ваш, начните вход в браузере заново.
bot-request-used = На этот запрос уже ответили. Если не вы, проверьте свои сеансы.

bot-sessions = { $count ->
    [0] <b>На сайте вы нигде не вошли.</b>
    [one] <b>У вас { $count } сеанс.</b>
    [few] <b>У вас { $count } сеанса.</b>
   *[many] <b>У вас { $count } сеансов.</b>
    }
bot-session =
    { $number }. <b>{ $device }</b>, { $network }
    Вход: { $begun }, последний визит: { $seen }
bot-sessions-more = { $count ->
    [one] И ещё { $count } более старый: он есть на сайте.
    [few] И ещё { $count } более старых: они есть на сайте.
   *[many] И ещё { $count } более старых: они есть на сайте.
    }
bot-session-ended = Сеанс завершён.
bot-session-ended-before = Он уже завершён.
bot-sessions-ask =
    <b>Завершить все сеансы?</b>

    Во всех браузерах придётся войти заново. API-ключи продолжат работать.
bot-sessions-ended = Вы вышли везде.

bot-plans = <b>Планы</b>
bot-plan-own = ✅ <b>{ $plan }</b>, ваш
bot-plan-other = <b>{ $plan }</b>
bot-plan-until = Ваш до { $day }
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
bot-plans-upgrade = Сменить план можно на сайте. Прежние ключи заработают снова, как только в плане будет доступ к API.

# Новый секрет и новое имя ключа

bot-button-rename = ✏️ Переименовать
bot-button-rotate = 🔄 Сменить секрет
bot-button-rotate-no = Нет, не менять
bot-rotate-ask =
    Дать ключу <b>{ $name }</b> (<code>{ $masked }</code>) новый секрет?

    Сколько ещё должен работать прежний, чтобы ваши программы успели перейти на новый?
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

    Этот секрет показывается только один раз. Сохраните его в надёжном месте: через 5 минут я удалю это сообщение.
bot-rotated-grace = Прежний поработает ещё { $time }.
bot-rotated-at-once = Прежний больше не работает.
bot-rotated-before = Этот секрет уже сменён. Вот ключ, как он есть сейчас.
bot-rotation-lost = Не удалось убедиться, что новый секрет дошёл до вас, поэтому он недействителен. Прежний поработает ещё { $time }: смените секрет ещё раз.
bot-rotation-lost-at-once = Не удалось убедиться, что новый секрет дошёл до вас, поэтому он недействителен, а прежний больше не работает. Смените секрет ещё раз.
bot-key-old-secret = Прежний секрет поработает ещё { $time }; использован: { $used }
bot-rename-ask =
    Как теперь называть <b>{ $name }</b>?

    Пришлите имя до 64 символов.

# Предупреждения

bot-button-was-me = ✅ Это я
bot-button-was-not-me = 🚫 Завершить сеанс
bot-notice-signed-in =
    🔔 <b>Новый вход</b>

    { $device }, сеть { $network }
bot-sign-in-was-me = ✅ Вы подтвердили, что это вы.
bot-sign-in-over = Этот сеанс уже завершён.
bot-sign-in-ended =
    🚫 Сеанс завершён: кто бы это ни был, он больше не в аккаунте.

    Проверьте, все ли остальные сеансы ваши: { $link }
bot-notice-key-created =
    🔔 <b>Новый ключ: { $name }</b>

    <code>{ $masked }</code> создан не в этом чате. Если это не вы, отзовите его и проверьте сеансы.
bot-notice-key-rotated =
    🔔 <b>У ключа { $name } новый секрет</b>

    <code>{ $masked }</code> создан не в этом чате. Если это не вы, отзовите ключ и проверьте сеансы.
bot-notice-key-network =
    🔔 <b>Ключ { $name } используют из новой сети</b>

    <code>{ $masked }</code>, сеть { $network }. Если это не ваша программа, отзовите ключ.
bot-notice-rate-limited =
    🔔 <b>Многие ваши запросы отклонены</b>

    { $limit ->
        [one] Ваш план допускает { $limit } запрос в минуту,
        [few] Ваш план допускает { $limit } запроса в минуту,
       *[many] Ваш план допускает { $limit } запросов в минуту,
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

    Это не больше { $percent } % от месячных { $monthly }. Новые придут первого числа.
bot-notice-balance-empty =
    🔔 <b>Токены закончились</b>

    { $monthly ->
        [0] План с токенами: { $link }
       *[other] Новые придут первого числа: { $monthly }. План побольше: { $link }
    }
bot-notice-balance-short =
    🔔 <b>Токенов не хватило на запрос</b>

    { $left ->
        [one] Остался { $left } токен.
        [few] Осталось { $left } токена.
       *[many] Осталось { $left } токенов.
    } { $monthly ->
        [0] План с токенами: { $link }
       *[other] Новые придут первого числа: { $monthly }. План побольше: { $link }
    }
bot-notice-plan-ends =
    🔔 <b>План { $plan } закончится { $days ->
        [1] в течение суток
        [one] через { $days } день
        [few] через { $days } дня
       *[many] через { $days } дней
    }</b>

    До { $day } ничего не изменится. Продлить: { $link }
bot-notice-plan-ended =
    🔔 <b>План { $plan } закончился</b>

    Теперь у вас план { $base }. Ничего не удалено: ключи, которые он не допускает, ждут. Вернуться: { $link }

# О чём человеку говорят

bot-command-notify = О чём я вам пишу
bot-button-notify = 🔔 Уведомления
bot-button-notify-back = ‹ Уведомления
bot-button-quiet = 🌙 Тихие часы
bot-category-sign-in = Новые входы
bot-category-key = Новые ключи
bot-category-network = Ключи в новых сетях
bot-category-limit = Отклонённые запросы
bot-category-balance = Баланс токенов
bot-category-plan = Конец плана
bot-category-plan-news = Новости планов
bot-category-product-news = Что нового
bot-notify =
    <b>О чём я вам пишу</b>

    Нажмите, чтобы переключить. Об утёкших ключах, скопированных входах и о том, что происходит с сервисом, я пишу в любом случае.

    Тихие часы: { $hours }
bot-quiet-none = нет
bot-quiet =
    <b>Тихие часы:</b> { $hours }

    В тихие часы то, что может подождать, ждёт, а остальное приходит без звука.

    На ваших часах <b>{ $clock }</b> ({ $zone }). Если нет, поправьте их здесь.

# Что делают администраторы

bot-command-user = Карточка человека
bot-command-plan = Дать план
bot-command-grant = Дать токены
bot-command-stats = Сколько чего
bot-button-yes = Да, сделать
bot-button-no = Нет
bot-button-card = ‹ Карточка
bot-button-plan = 📋 План
bot-button-ban = ⛔ Заблокировать
bot-button-unban = Разблокировать
bot-button-plan-for-good = { $plan } навсегда
bot-button-plan-for-days = { $plan }, { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
    }
bot-user-usage =
    Вот так: <code>/user 1001</code>
    Кто — это Telegram id, #аккаунт, @имя или адрес почты.
bot-user-card =
    <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })
    { $ways }

    План: <b>{ $plan }</b>
    Баланс: <b>{ $tokens }</b>
    Ключей: { $keys } · Сеансов: { $sessions }
    С { $made } · Последний визит: { $seen }
bot-user-until = План до { $day }
bot-user-banned = ⛔ Заблокирован с { $day }
bot-user-unreachable = 🔇 Написать нельзя
bot-trail-plan = { $day } план: { $was } → { $became } ({ $by })
bot-trail-tokens = { $day } токены: { $was } → { $became } ({ $by })
bot-trail-ban = { $day } аккаунт: { $was } → { $became } ({ $by })
bot-trail-operator = оператор
bot-user-plans = Какой план дать: <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })? Сейчас { $plan }.
bot-ask-plan = Дать <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) план <b>{ $plan }</b> навсегда? Сейчас { $now }.
bot-ask-plan-until = Дать <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) план <b>{ $plan }</b> до { $day }? Сейчас { $now }.
bot-ask-grant =
    Дать <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) { $tokens ->
        [one] <b>{ $tokens } токен</b>
        [few] <b>{ $tokens } токена</b>
       *[many] <b>{ $tokens } токенов</b>
    }?
    Баланс: { $before } → { $after }
    Причина: { $reason }
bot-ask-ban =
    Заблокировать <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })?

    Ключи сразу перестанут работать, сеансы завершатся, войти будет нельзя. После разблокировки ключи заработают снова.
bot-ask-unban = Разблокировать <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })? Ключи заработают снова; войти нужно будет заново.
bot-act-dropped = Ничего не изменилось.
bot-act-before = На это уже ответили.
bot-act-too-late = Вопрос устарел, ничего не сделано. Если нужно, спросите снова.
bot-granted =
    { $name } (#{ NUMBER($number, useGrouping: "false") }) получает { $tokens ->
        [one] <b>{ $tokens } токен</b>
        [few] <b>{ $tokens } токена</b>
       *[many] <b>{ $tokens } токенов</b>
    }. Баланс: { $before } → { $after }
bot-grant-usage =
    Вот так: <code>/grant 1001 5000 за доклад</code>
    Кто — это Telegram id, #аккаунт, @имя или адрес почты; причина останется в истории баланса.
bot-ban-done = ⛔ { $name } (#{ NUMBER($number, useGrouping: "false") }): аккаунт заблокирован.
bot-unban-done = { $name } (#{ NUMBER($number, useGrouping: "false") }): аккаунт разблокирован.
bot-stats =
    <b>Аккаунтов:</b> { $accounts }, из них новых сегодня: { $newcomers }
    Активны сегодня: { $active }
    Заблокировано: { $banned }
    Ключей: { $keys } · Сеансов: { $sessions }
    Токенов списано сегодня: { $charged }
bot-stats-plan = { $plan }: { $count }

# После долгого отсутствия

bot-too-late =
    Меня не было на связи. Вы отправили <code>{ $command }</code> { $day } в { $time } (UTC), и я этого не сделал.

    Если это ещё нужно, отправьте снова.

# Когда Телеграм задерживает ответ и когда люди спешат

bot-late = ⏳ Телеграм задержал мой ответ.
bot-late-secret = Он был только для ваших глаз, поэтому я его не сохранил. Спросите, пожалуйста, ещё раз.
bot-too-fast =
    Слишком много сразу. Первые сообщения я принял, а то, что пришло следом, пропустил.

    Подождите десять секунд и пришлите недостающее. Если там был API-ключ, удалите то сообщение сами.
bot-too-fast-tap = Слишком много сразу. Подождите десять секунд и нажмите ещё раз.
