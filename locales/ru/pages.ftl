# Всё, что говорят страницы. `$count` — число, `$what` — слова.

# Вокруг каждой страницы
page-skip = Перейти к содержанию
page-navigation = Основное меню
page-sign-in-short = Войти
page-sign-out = Выйти
page-save = Сохранить
page-cancel = Отмена
page-copy = Скопировать
page-copied = Скопировано
page-try-again = Попробовать ещё раз
page-open-bot = Открыть бота в Telegram
page-see-plans = Посмотреть тарифы
page-number = { $count }
page-tokens = { $count ->
    [one] { $count } токен
    [few] { $count } токена
   *[other] { $count } токенов
}
page-language-en = English
page-language-ru = Русский

# Время
page-just-now = только что
page-in-a-moment = вот-вот
page-ago-minutes = { $count ->
    [one] { $count } минуту назад
    [few] { $count } минуты назад
   *[other] { $count } минут назад
}
page-ago-hours = { $count ->
    [one] { $count } час назад
    [few] { $count } часа назад
   *[other] { $count } часов назад
}
page-ago-days = { $count ->
    [one] { $count } день назад
    [few] { $count } дня назад
   *[other] { $count } дней назад
}
page-ago-months = { $count ->
    [one] { $count } месяц назад
    [few] { $count } месяца назад
   *[other] { $count } месяцев назад
}
page-ago-years = { $count ->
    [one] { $count } год назад
    [few] { $count } года назад
   *[other] { $count } лет назад
}
page-in-minutes = { $count ->
    [one] через { $count } минуту
    [few] через { $count } минуты
   *[other] через { $count } минут
}
page-in-hours = { $count ->
    [one] через { $count } час
    [few] через { $count } часа
   *[other] через { $count } часов
}
page-in-days = { $count ->
    [one] через { $count } день
    [few] через { $count } дня
   *[other] через { $count } дней
}
page-in-months = { $count ->
    [one] через { $count } месяц
    [few] через { $count } месяца
   *[other] через { $count } месяцев
}
page-in-years = { $count ->
    [one] через { $count } год
    [few] через { $count } года
   *[other] через { $count } лет
}

# Вход
page-sign-in = Вход в NeuralBox
page-sign-in-lead = API-ключи, тариф и сеансы в одном месте.
page-sign-in-no-script = Кнопка Telegram работает только с JavaScript. Войти через бота можно и без него.
page-sign-in-privacy = Telegram сообщает нам ваше имя и Telegram ID. Номер телефона и переписку мы не видим.
page-sign-in-email = По почте и паролю
page-email = Электронная почта
page-email-bad = Введите адрес почты, например ivan@example.com.
page-password-label = Пароль
page-password-hint = Не меньше 8 символов. Фразу из нескольких слов легко запомнить.
page-password-short = Нужно не меньше 8 символов.
page-password-long = Не больше 256 символов.
page-password-common = Такой пароль подбирают первым. Придумайте другой.
page-password-own = В пароле есть ваше имя или адрес, его легко подобрать. Придумайте другой.
page-forgot-link = Забыли пароль?
page-register-link = Создать аккаунт
page-register = Новый аккаунт
page-register-short = Создать аккаунт
page-register-lead = Мы пришлём письмо со ссылкой для подтверждения адреса.
page-have-account = У меня уже есть аккаунт
page-to-sign-in = На страницу входа
page-sent = Проверьте почту
page-sent-register = Если адрес верный, письмо уже в пути. Подтвердите адрес по ссылке из письма и войдите.
page-sent-forgot = Если аккаунт с таким адресом есть, письмо уже в пути. Откройте ссылку из письма и задайте новый пароль.
page-sent-late = Письма нет уже несколько минут? Проверьте папку «Спам».
page-sent-again = Отправить ещё раз
page-verify = Подтвердить этот адрес?
page-verify-as = Владелец аккаунта:
page-verify-only = Подтверждайте, только если регистрировались сами.
page-verify-password = Задайте пароль от аккаунта. Он заменит тот, что указали при регистрации.
page-verify-yes = Подтвердить
page-forgot = Забыли пароль?
page-forgot-lead = Укажите адрес, и мы пришлём ссылку, чтобы задать новый пароль.
page-forgot-send = Прислать ссылку
page-reset = Новый пароль
page-reset-for = Аккаунт:
page-reset-ends = После смены пароля вы выйдете на всех устройствах. Способы входа, добавленные позже этого адреса, отключатся, пока вы не подтвердите их в разделе «Безопасность».
page-password = Сменить пароль
page-password-for = Аккаунт:
page-password-old = Текущий пароль
page-password-old-bad = Текущий пароль неверный.
page-password-new = Новый пароль
page-password-ends = После смены пароля вы выйдете на всех остальных устройствах.
page-password-none = Пароль ещё не задан. Мы пришлём ссылку для этого на почту.
page-password-no-email = В аккаунте нет адреса почты, поэтому вы входите без пароля. Чтобы задать пароль, добавьте адрес в разделе «Безопасность».
page-telegram-away = Telegram сейчас недоступен. С вашим аккаунтом всё в порядке; обновите страницу через минуту.

# Ключи
page-keys = API-ключи
page-keys-lead = С ключом программа обращается к API от вашего имени. Храните его как пароль.
page-keys-how = Как пользоваться ключом
page-keys-used = { $count } из { $of } { $of ->
    [one] ключа
   *[other] ключей
}
page-keys-none = Ключей пока нет. Создайте первый.
page-keys-no-access = В тарифе { $what } нет доступа к API, поэтому создавать и использовать ключи нельзя.
page-keys-full = { $count ->
    [0] В вашем тарифе нет ключей.
    [one] В вашем тарифе { $count } ключ, и он уже создан. Отзовите его, чтобы создать новый.
    [few] Вы создали все { $count } ключа вашего тарифа. Отзовите ненужный.
   *[other] Вы создали все { $count } ключей вашего тарифа. Отзовите ненужный.
}
page-key = Ключ
page-key-new = + Создать новый ключ
page-key-generate = Создать ключ
page-key-name = Название
page-key-name-example = ноутбук
page-key-name-hint = Где вы будете его использовать: так вы поймёте, какой ключ отозвать.
page-key-name-bad = Нужно от 1 до 64 символов без переносов строк.
page-key-name-taken = Ключ «{ $what }» у вас уже есть. Выберите другое название.
page-key-life = Срок действия
page-key-life-never = Бессрочно
page-key-life-days = { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[other] { $count } дней
}
page-key-life-bad = Выберите срок действия ключа.
page-key-made = Ключ «{ $what }» готов
page-key-once = Скопируйте ключ сейчас. Больше мы его не покажем.
page-key-safe = Не размещайте его на веб-страницах, в приложениях и открытых репозиториях. Если он утёк, отзовите его.
page-snippet = Ваш первый запрос
page-key-saved = Ключ сохранён
page-key-created = Создан
page-key-used = Последнее использование
page-key-never-used = Ни разу
page-key-expires = Истекает
page-key-expired = Истёк
page-key-rename = Переименовать
page-key-rename-label = Переименовать «{ $what }»
page-key-rotate = Перевыпустить
page-key-rotate-label = Перевыпустить «{ $what }»
page-key-rotated = Ключ «{ $what }» перевыпущен
page-key-old-works = Прежний ключ перестанет работать
page-key-revoke = Отозвать
page-key-revoke-label = Отозвать «{ $what }»
page-key-state-active = Активен
page-key-state-disabled = Приостановлен
page-key-state-expired = Истёк
page-key-state-revoked = Отозван
page-revoke = Отзыв ключа
page-revoke-question = Отозвать «{ $what }»?
page-revoke-say = Все программы с этим ключом сразу перестанут работать. Отменить это нельзя.
page-revoke-yes = Отозвать ключ
page-revoke-no = Оставить
page-rotate = Перевыпуск ключа
page-rotate-question = Перевыпустить ключ «{ $what }»?
page-rotate-say = Название и история останутся, изменится только сам ключ.
page-rotate-grace = Когда отключить прежний ключ?
page-rotate-hint = Выберите срок, за который успеете заменить ключ во всех программах. Если прежний мог узнать кто-то ещё, выберите «Сразу».
page-rotate-yes = Перевыпустить ключ
page-grace-none = Сразу
page-grace-hour = Через 1 час
page-grace-day = Через 1 день
page-grace-week = Через 7 дней
page-rotated-grace = Прежний ключ будет работать выбранный срок.
page-rotated-at-once = Прежний ключ больше не работает.

# Сеансы
page-sessions = Сеансы
page-sessions-lead = Где вы вошли в аккаунт. Завершите сеансы, которых не узнаёте.
page-sessions-end-others = Завершить остальные
page-session-this = Текущий
page-session-begun = Вход
page-session-seen = Последняя активность
page-session-end = Завершить
page-session-end-label = Завершить сеанс: { $what }

# Профиль
page-profile = Профиль
page-profile-about = Аккаунт
page-profile-account = Номер аккаунта
page-profile-plan = Тариф
page-profile-balance = Токены
page-profile-change = Имя и язык
page-profile-name = Имя
page-profile-name-bad = Нужно от 1 до 128 символов без переносов строк.
page-profile-language = Язык

# Планы
page-billing = Тарифы
page-billing-balance = Ваш баланс:
page-billing-until = Тариф закончится
page-plan-ends = закончится
page-plan-own = Ваш тариф
page-plan-free = Бесплатно
page-plan-stars = { $count ->
    [one] { $count } звезда в месяц
    [few] { $count } звезды в месяц
   *[other] { $count } звёзд в месяц
}
page-plan-api = Доступ к API
page-plan-no-api = Без доступа к API
page-plan-tokens = { $count ->
    [one] { $count } токен в месяц
    [few] { $count } токена в месяц
   *[other] { $count } токенов в месяц
}
page-plan-requests = { $count ->
    [one] { $count } запрос в минуту
    [few] { $count } запроса в минуту
   *[other] { $count } запросов в минуту
}
page-plan-keys = { $count ->
    [one] { $count } ключ
    [few] { $count } ключа
   *[other] { $count } ключей
}
page-ledger = История токенов
page-ledger-none = Изменений пока нет.
page-ledger-change = Изменение
page-ledger-balance = Остаток
page-ledger-when = Когда
page-ledger-welcome = Приветственные токены
page-ledger-allowance = Токены по тарифу за месяц
page-ledger-charge = Запрос к API
page-ledger-grant = Начислено командой
page-ledger-correction = Исправление
page-ledger-older = Раньше
page-ledger-newest = К последним

# Документация
page-docs = Документация
page-docs-english = Документация доступна на английском.
page-docs-contents = Содержание
page-docs-language = Язык примеров
page-docs-search = Поиск по документации
page-docs-search-hint = Вызов, поле, код
page-docs-search-button = Найти
page-docs-search-start = Введите часть пути, имя поля или код ошибки.
page-docs-search-nothing = По запросу «{ $what }» ничего не найдено. Попробуйте слово короче.
page-docs-search-found = { $count ->
    [one] { $count } результат
    [few] { $count } результата
   *[other] { $count } результатов
}

# Что сделано
page-done-already-created = Этот ключ уже создан и показан. Если вы его не сохранили, отзовите его и создайте новый.
page-done-already-rotated = Этот ключ уже перевыпущен, и новый был показан. Если вы его не сохранили, перевыпустите ключ ещё раз.
page-done-expiry-changed = Срок ключа изменён.
page-key-expiry = Срок
page-key-expiry-label = Срок ключа «{ $what }»
page-key-expiry-question = Сколько должен работать ключ «{ $what }»?
page-key-expiry-say = Время отсчитывается с этого момента. Истёкший ключ снова заработает.
page-done-renamed = Ключ переименован.
page-done-revoked = Ключ отозван. Запросы с ним больше не принимаются.
page-done-saved = Сохранено.
page-done-session-ended = Сеанс завершён.
page-done-others-ended = Вы вышли на всех остальных устройствах.
page-done-confirmed = Адрес подтверждён. Войдите, чтобы продолжить.
page-done-password-set = Пароль изменён. Войдите с новым паролем.
page-done-password-changed = Пароль изменён. Вы вышли на всех остальных устройствах.

# Что пошло не так
page-error-home = На главную
page-error-request = Номер запроса:
page-problem-other = Не получилось
page-problem-other-say = Попробуйте ещё раз.
page-problem-login_state = Этот вход начат не здесь
page-problem-login_state-say = Прошло больше десяти минут, или вход начат в другом браузере. Войдите ещё раз.
page-problem-login_forged = Не удалось проверить вход
page-problem-login_forged-say = Его подписал не Telegram. Войдите ещё раз.
page-problem-login_stale = Вход устарел
page-problem-login_stale-say = Подтверждение Telegram действует всего несколько минут. Войдите ещё раз.
page-problem-login_future = Время не совпадает
page-problem-login_future-say = Подтверждение Telegram датировано будущим. Попробуйте ещё раз через минуту.
page-problem-login_used = Этот вход уже использован
page-problem-login_used-say = Каждое подтверждение действует один раз. Войдите ещё раз.
page-problem-account_suspended = Аккаунт заблокирован
page-problem-account_suspended-say = Если это ошибка, обратитесь к владельцу сервиса.
page-problem-malformed = Форму не удалось прочитать
page-problem-malformed-say = Вернитесь, обновите страницу и отправьте ещё раз.
page-problem-invalid_fields = Некоторые поля заполнены неверно
page-problem-invalid_fields-say = Вернитесь, обновите страницу и отправьте ещё раз.
page-problem-unsupported_media_type = Форму не удалось прочитать
page-problem-unsupported_media_type-say = Вернитесь, обновите страницу и отправьте ещё раз.
page-problem-payload_too_large = Слишком много данных
page-problem-payload_too_large-say = В форме может быть не больше 64 КиБ.
page-problem-foreign_origin = Запрос пришёл с другого сайта
page-problem-foreign_origin-say = Ради безопасности это можно сделать только на наших страницах. Ничего не изменилось. Откройте страницу здесь и попробуйте ещё раз.
page-problem-path_not_found = Страница не найдена
page-problem-path_not_found-say = Её переместили, или в адресе опечатка.
page-problem-method_not_allowed = Так эту страницу открыть нельзя
page-problem-method_not_allowed-say = Начните с главной страницы.
page-problem-key_not_found = Ключ не найден
page-problem-key_not_found-say = Он отозван, или он не ваш.
page-problem-session_not_found = Сеанс не найден
page-problem-session_not_found-say = Он уже завершён, или он не ваш.
page-problem-busy = Сервис перегружен
page-problem-busy-say = Ничего не изменилось. Попробуйте через несколько секунд.
page-problem-unavailable = Сервис временно недоступен
page-problem-unavailable-say = Ничего не изменилось. Попробуйте через несколько секунд.
page-problem-internal = У нас что-то пошло не так
page-problem-internal-say = Попробуйте ещё раз. Если не поможет, сообщите нам номер запроса.

# Двери: вход через бота и по ссылке из чата
page-or = или
page-sign-in-bot = Вход через бота
page-sign-in-bot-start = Войти через бота
page-sign-in-bot-lead = Откройте бота в Telegram. Он спросит, какое число вы видите здесь: нажмите на него.
page-sign-in-bot-number = Ваше число
page-sign-in-bot-command = Telegram на другом устройстве? Отправьте боту @{ $what }:
page-sign-in-bot-waits = Когда вы ответите, вход продолжится сам. Число действует 2 минуты.
page-sign-in-bot-again = Проверить сейчас
page-sign-in-bot-back = Войти другим способом
page-sign-in-link = Вход
page-sign-in-link-as = Войти как
page-sign-in-link-lead = Эту ссылку создал для вас бот, и она работает один раз. Если её прислал кто-то другой, не пользуйтесь ею: вы окажетесь в чужом аккаунте.
page-sign-in-link-here = В этом браузере выполнен вход как
page-sign-in-link-ends = Этот сеанс завершится.
page-problem-sign_in_unknown = Ссылка для входа не работает
page-problem-sign_in_unknown-say = Она неполная или слишком старая. Получите новую у бота командой /signin или войдите здесь.
page-problem-sign_in_expired = Две минуты истекли
page-problem-sign_in_expired-say = Никто не вошёл. Начните заново.
page-problem-sign_in_refused = Вход отклонён
page-problem-sign_in_refused-say = В Telegram нажали другое число или «Это не я». Никто не вошёл. Начните заново.
page-problem-sign_in_used = Этот вход уже использован
page-problem-sign_in_used-say = Каждый вход действует один раз. Начните заново.
page-problem-telegram_unavailable = Telegram сейчас недоступен
page-problem-telegram_unavailable-say = С вашим аккаунтом всё в порядке. Попробуйте через минуту.
page-problem-rate_limit_exceeded = Слишком много попыток

# Двери: Google и «Log in with Telegram»
page-sign-in-google = Войти через Google
page-sign-in-telegram-login = Войти через Telegram
page-google-privacy = Google сообщает нам ваше имя и адрес почты.
page-problem-google_off = Вход через Google здесь выключен
page-problem-google_off-say = Войдите другим способом.
page-problem-google_unavailable = Google не отвечает
page-problem-google_unavailable-say = Вход не выполнен. Попробуйте через несколько секунд или войдите другим способом.
page-problem-google_nonsense = Не удалось войти через Google
page-problem-google_nonsense-say = Вход не выполнен. Войдите другим способом или попробуйте позже.
page-problem-google_code_refused = Google не принял этот вход
page-problem-google_code_refused-say = Прошло слишком много времени, или вход уже использован. Войдите через Google ещё раз.
page-problem-google_unproven = Не удалось проверить ответ Google
page-problem-google_unproven-say = Он предназначен не нам или устарел. Войдите через Google ещё раз.
page-problem-telegram_login_off = Такой вход через Telegram здесь выключен
page-problem-telegram_login_off-say = Войдите другим способом.
page-problem-telegram_login_unavailable = Telegram не отвечает
page-problem-telegram_login_unavailable-say = Вход не выполнен. Попробуйте через несколько секунд или войдите другим способом.
page-problem-telegram_login_nonsense = Не удалось войти через Telegram
page-problem-telegram_login_nonsense-say = Вход не выполнен. Войдите другим способом или попробуйте позже.
page-problem-telegram_login_code_refused = Telegram не принял этот вход
page-problem-telegram_login_code_refused-say = Прошло слишком много времени, или вход уже использован. Войдите через Telegram ещё раз.
page-problem-telegram_login_unproven = Не удалось проверить ответ Telegram
page-problem-telegram_login_unproven-say = Он предназначен не нам или устарел. Войдите через Telegram ещё раз.
page-problem-rate_limit_exceeded-say = Слишком много попыток из вашей сети или для этого адреса. Попробуйте через несколько минут.
page-problem-wrong_password = Неверный адрес или пароль
page-problem-wrong_password-say = Если вы только что зарегистрировались, сначала подтвердите адрес: поищите наше письмо.
page-problem-email_disabled = Вход по почте выключен
page-problem-email_disabled-say = Этот сервис не отправляет письма. Войдите другим способом.
page-problem-mail_link_unknown = Ссылка не работает
page-problem-mail_link_unknown-say = Она неполная или слишком старая. Откройте её точно так, как в письме, или запросите новую.
page-problem-mail_link_expired = Срок действия ссылки истёк
page-problem-mail_link_expired-say = Запросите новую.
page-problem-mail_link_used = Эта ссылка уже использована
page-problem-mail_link_used-say = Каждая ссылка действует один раз. Если адрес уже подтверждён, войдите; если нет, запросите новую.

page-usage = Использование
page-usage-lead = Токены и запросы за последние 30 дней. Дни — по UTC.
page-usage-none = За последние 30 дней ничего не использовано.
page-usage-see = Использование по ключам и дням
page-usage-by-key = По ключам
page-usage-by-day = По дням
page-usage-key = Ключ
page-usage-no-key = Без ключа
page-usage-all = Всего
page-usage-day = День
page-usage-today = Сегодня
page-usage-week = 7 дней
page-usage-month = 30 дней
page-usage-sum = { $tokens ->
        [one] { $tokens } токен
        [few] { $tokens } токена
       *[many] { $tokens } токенов
    }, { $requests ->
        [one] { $requests } запрос
        [few] { $requests } запроса
       *[many] { $requests } запросов
    }
