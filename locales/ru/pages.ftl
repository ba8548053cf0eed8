# Всё, что говорят страницы. `$count` — число, `$what` — слова.

# Вокруг каждой страницы
page-skip = Перейти к содержанию
page-navigation = Основное
page-sign-in-short = Войти
page-sign-out = Выйти
page-save = Сохранить
page-cancel = Отмена
page-copy = Скопировать
page-copied = Скопировано
page-try-again = Попробовать ещё раз
page-open-bot = Открыть бота в Telegram
page-see-plans = Посмотреть планы
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
page-sign-in-lead = Ключи API, план и сеансы в одном месте.
page-sign-in-no-script = Кнопке Telegram нужен JavaScript, а боту нет.
page-sign-in-privacy = Telegram сообщает нам ваше имя и номер в Telegram. Ни телефона, ни переписки мы не видим.
page-by-email = По почте и паролю
page-email = Адрес почты
page-email-bad = Это не адрес почты. Он должен быть как ivan@example.com.
page-password-label = Пароль
page-password-hint = Не меньше 8 символов. Несколько слов подряд легко запомнить.
page-password-short = Нужно не меньше 8 символов.
page-password-long = Не больше 256 символов.
page-password-common = Это один из паролей, которые пробуют первыми. Выберите другой.
page-password-own = В нём ваше имя или адрес, а это пробуют первым. Выберите другой.
page-forgot-link = Забыли пароль?
page-register-link = Создать аккаунт
page-register = Новый аккаунт
page-register-short = Создать аккаунт
page-register-lead = Мы пришлём письмо, чтобы подтвердить адрес.
page-have-account = У меня уже есть аккаунт
page-to-sign-in = На страницу входа
page-sent = Проверьте почту
page-sent-register = Если адрес верный, письмо уже в пути. Откройте ссылку в нём, чтобы подтвердить адрес, — после этого можно войти.
page-sent-forgot = Если аккаунт с таким адресом есть, письмо уже в пути. Откройте ссылку в нём, чтобы выбрать новый пароль.
page-sent-late = Прошло несколько минут, а письма нет? Загляните и в папку «Спам».
page-sent-again = Отправить ещё раз
page-verify = Подтвердить этот адрес?
page-verify-as = Аккаунт будет принадлежать:
page-verify-only = Подтверждайте, только если регистрировались сами. Иначе вы откроете аккаунт, пароль от которого знает кто-то другой.
page-verify-yes = Подтвердить
page-forgot = Забыли пароль?
page-forgot-lead = Укажите адрес, и мы пришлём ссылку, чтобы выбрать новый.
page-forgot-send = Прислать ссылку
page-reset = Новый пароль
page-reset-for = Для
page-reset-ends = Когда пароль сменится, все ваши сеансы завершатся.
page-password = Сменить пароль
page-password-for = Для входа с адресом
page-password-old = Нынешний пароль
page-password-old-bad = Это не ваш пароль.
page-password-new = Новый пароль
page-password-ends = Когда пароль сменится, остальные сеансы завершатся.
page-password-none = Пароль ещё не выбран. Ссылка для этого придёт по почте.
page-password-no-email = Вы входите без пароля: в аккаунте нет адреса почты.
page-telegram-away = Telegram сейчас недоступен. С вашим аккаунтом всё в порядке; обновите страницу через минуту.

# Ключи
page-keys = Ключи API
page-keys-lead = С ключом программа обращается к API от вашего имени. Храните его как пароль.
page-keys-how = Как пользоваться ключом
page-keys-used = { $count } из { $of } { $of ->
    [one] ключа
   *[other] ключей
}
page-keys-none = Ключей пока нет.
page-keys-no-access = В вашем плане { $what } нет доступа к API: ключи нельзя ни создать, ни использовать.
page-keys-full = { $count ->
    [0] Ваш план не предусматривает ключей.
    [one] Ваш план допускает { $count } ключ, и больше создать нельзя. Отзовите ненужный.
    [few] Ваш план допускает { $count } ключа, и больше создать нельзя. Отзовите ненужный.
   *[other] Ваш план допускает { $count } ключей, и больше создать нельзя. Отзовите ненужный.
}
page-key = Ключ
page-key-new = + Создать новый ключ
page-key-generate = Создать ключ
page-key-name = Название
page-key-name-example = ноутбук
page-key-name-hint = Что будет им пользоваться: так вы поймёте, какой ключ отозвать.
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
page-key-once = Скопируйте ключ сейчас. Он показан в первый и последний раз: мы храним только его отпечаток.
page-key-safe = Не помещайте его на веб-страницы, в приложения и открытые репозитории. Если он стал известен другим, отзовите его.
page-key-saved = Ключ сохранён
page-key-created = Создан
page-key-used = Использован
page-key-never-used = Ни разу
page-key-expires = Истекает
page-key-expired = Истёк
page-key-rename = Переименовать
page-key-rename-label = Переименовать «{ $what }»
page-key-rotate = Сменить секрет
page-key-rotate-label = Дать ключу «{ $what }» новый секрет
page-key-rotated = У ключа «{ $what }» новый секрет
page-key-old-works = Прежний секрет перестанет работать
page-key-revoke = Отозвать
page-key-revoke-label = Отозвать «{ $what }»
page-key-state-active = Действует
page-key-state-disabled = Ждёт плана с API
page-key-state-expired = Истёк
page-key-state-revoked = Отозван
page-revoke = Отзыв ключа
page-revoke-question = Отозвать «{ $what }»?
page-revoke-say = Все программы с этим ключом перестанут работать сразу. Отменить это нельзя.
page-revoke-yes = Отозвать ключ
page-revoke-no = Оставить
page-rotate = Смена секрета
page-rotate-question = Новый секрет для ключа «{ $what }»?
page-rotate-say = Название и история ключа сохранятся, изменится только секрет.
page-rotate-grace = Сколько ещё работает прежний секрет
page-rotate-hint = Столько, чтобы успеть передать новый всем вашим программам. Если прежний мог узнать кто-то ещё, выберите первое.
page-rotate-yes = Создать новый секрет
page-grace-none = Нисколько
page-grace-hour = 1 час
page-grace-day = 1 день
page-grace-week = 7 дней
page-rotated-grace = Прежний работает до конца своего срока.
page-rotated-at-once = Прежний больше не работает.

# Сеансы
page-sessions = Сеансы
page-sessions-lead = Где вы вошли в аккаунт. Завершите всё, чего не узнаёте.
page-sessions-end-others = Завершить остальные
page-session-this = Этот
page-session-begun = Вход
page-session-seen = Активность
page-session-end = Завершить
page-session-end-label = Завершить сеанс: { $what }

# Профиль
page-profile = Профиль
page-profile-about = Аккаунт
page-profile-account = Номер
page-profile-plan = План
page-profile-balance = Токены
page-profile-change = Имя и язык
page-profile-name = Имя
page-profile-name-bad = Нужно от 1 до 128 символов без переносов строк.
page-profile-language = Язык

# Планы
page-billing = Планы
page-billing-balance = Ваш баланс:
page-billing-until = План закончится
page-plan-ends = закончится
page-plan-own = Ваш
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
page-ledger = Ваши токены
page-ledger-none = Ваш баланс ещё не менялся.
page-ledger-change = Токены
page-ledger-balance = Баланс после
page-ledger-when = Когда
page-ledger-welcome = Добро пожаловать
page-ledger-allowance = Токены плана за месяц
page-ledger-charge = Запрос к API
page-ledger-grant = От команды
page-ledger-older = Раньше
page-ledger-newest = К последним
page-upgrade = Сменить план
page-upgrade-say = Напишите боту; планы оплачиваются звёздами Telegram. Прежние ключи заработают снова, как только в плане будет доступ к API.

# Документация
page-docs = API
page-docs-english = Документация на английском языке.

# Что сделано
page-done-made-before = Этот ключ уже создан и был показан. Если вы его не сохранили, отзовите его и создайте другой.
page-done-rotated-before = Этот секрет уже сменён, и новый был тогда показан. Если вы его не сохранили, смените секрет ещё раз.
page-done-renamed = Ключ переименован.
page-done-revoked = Ключ отозван. Ни один запрос с ним больше не пройдёт.
page-done-saved = Сохранено.
page-done-session-ended = Сеанс завершён.
page-done-others-ended = Теперь вы вошли только здесь.
page-done-confirmed = Адрес подтверждён. Теперь можно войти.
page-done-password-set = Пароль изменён. Теперь можно с ним войти.
page-done-password-changed = Пароль изменён. Теперь вы вошли только здесь.

# Что пошло не так
page-error-home = На главную
page-error-request = Запрос:
page-problem-other = Не получилось
page-problem-other-say = Попробуйте ещё раз.
page-problem-login_state = Этот вход начат не здесь
page-problem-login_state-say = Он длился больше десяти минут или начат в другом браузере. Войдите ещё раз.
page-problem-login_forged = Telegram этого не подписывал
page-problem-login_forged-say = Сюда пришло не то, что отправил Telegram. Войдите ещё раз.
page-problem-login_stale = Прошло слишком много времени
page-problem-login_stale-say = Ответ Telegram годен несколько минут. Войдите ещё раз.
page-problem-login_future = Часы расходятся
page-problem-login_future-say = Ответ Telegram пришёл из будущего. Войдите ещё раз через минуту.
page-problem-login_used = Этот вход уже использован
page-problem-login_used-say = Каждый ответ Telegram годен один раз. Войдите ещё раз.
page-problem-account_suspended = Аккаунт заблокирован
page-problem-account_suspended-say = Если это ошибка, напишите в поддержку.
page-problem-malformed = Форму не удалось прочитать
page-problem-malformed-say = Вернитесь, обновите страницу и отправьте ещё раз.
page-problem-invalid_fields = В форме что-то не так
page-problem-invalid_fields-say = Вернитесь, обновите страницу и отправьте ещё раз.
page-problem-unsupported_media_type = Форму не удалось прочитать
page-problem-unsupported_media_type-say = Вернитесь, обновите страницу и отправьте ещё раз.
page-problem-payload_too_large = Это слишком много
page-problem-payload_too_large-say = В форме может быть не больше 64 КиБ.
page-problem-foreign_origin = Это пришло с другого сайта
page-problem-foreign_origin-say = Ради безопасности такое делают только наши страницы. Ничего не изменилось. Откройте страницу здесь и попробуйте ещё раз.
page-problem-unknown_path = Здесь ничего нет
page-problem-unknown_path-say = Страницу переместили, или в адресе опечатка.
page-problem-wrong_method = Этот адрес для другого
page-problem-wrong_method-say = Перейдите на главную и дальше оттуда.
page-problem-key_not_found = Такого ключа нет
page-problem-key_not_found-say = Он отозван, или он не ваш.
page-problem-session_not_found = Такого сеанса нет
page-problem-session_not_found-say = Он уже завершён, или он не ваш.
page-problem-busy = Слишком много сразу
page-problem-busy-say = Работы сейчас больше, чем мы успеваем. Ничего не изменилось. Попробуйте через несколько секунд.
page-problem-unavailable = То, от чего мы зависим, не отвечает
page-problem-unavailable-say = Ничего не изменилось. Попробуйте через несколько секунд.
page-problem-internal = У нас что-то сломалось
page-problem-internal-say = Попробуйте ещё раз. Если не поможет, назовите нам номер запроса.

# Двери: вход через бота и по ссылке из чата
page-or = или
page-by-bot = Вход через бота
page-by-bot-start = Войти через бота
page-by-bot-lead = Откройте бота в Telegram. Он спросит, какое число вы видите здесь; нажмите такое же.
page-by-bot-number = Ваше число
page-by-bot-command = Telegram на другом устройстве? Отправьте @{ $what }:
page-by-bot-waits = Когда вы ответите, страница сама откроется дальше. Она ждёт 2 минуты.
page-by-bot-again = Проверить сейчас
page-by-bot-back = Войти иначе
page-by-link = Вход
page-by-link-as = Войти как
page-by-link-lead = Эту ссылку сделал для вас бот. Она работает один раз. Если вам её прислали, не пользуйтесь ею: вы окажетесь в чужом аккаунте.
page-by-link-here = В этом браузере выполнен вход как
page-by-link-ends = Этот сеанс завершится.
page-problem-sign_in_unknown = Такого входа нет
page-problem-sign_in_unknown-say = Ссылка неполная или слишком старая. Возьмите новую у бота командой /signin или войдите здесь.
page-problem-sign_in_expired = Две минуты прошли
page-problem-sign_in_expired-say = Никто не вошёл. Начните заново.
page-problem-sign_in_refused = Вход отклонён
page-problem-sign_in_refused-say = В Telegram нажали другое число или «Это не я». Никто не вошёл. Начните заново.
page-problem-sign_in_used = Этот вход уже использован
page-problem-sign_in_used-say = Каждый работает один раз. Начните заново.
page-problem-telegram_away = Telegram сейчас недоступен
page-problem-telegram_away-say = С вашим аккаунтом всё в порядке. Попробуйте через минуту.
page-problem-rate_limit_exceeded = Слишком много попыток

# Двери: Google и «Log in with Telegram»
page-by-google = Войти через Google
page-by-telegram-login = Войти через Telegram
page-google-privacy = Google сообщает нам ваше имя и адрес почты.
page-problem-google_off = Вход через Google здесь выключен
page-problem-google_off-say = Войдите другим способом.
page-problem-google_away = Google не отвечает
page-problem-google_away-say = Вход не выполнен. Попробуйте через несколько секунд или войдите другим способом.
page-problem-google_nonsense = Ответ Google непонятен
page-problem-google_nonsense-say = Вход не выполнен. Войдите другим способом или попробуйте позже.
page-problem-google_code_refused = Google не знает этого входа
page-problem-google_code_refused-say = Прошло слишком много времени, или им уже воспользовались. Войдите через Google ещё раз.
page-problem-google_unproven = Ответ Google ничего не доказывает
page-problem-google_unproven-say = Он предназначен не нам или дан не сейчас. Войдите через Google ещё раз.
page-problem-telegram_login_off = Такой вход через Telegram здесь выключен
page-problem-telegram_login_off-say = Войдите другим способом.
page-problem-telegram_login_away = Telegram не отвечает
page-problem-telegram_login_away-say = Вход не выполнен. Попробуйте через несколько секунд или войдите другим способом.
page-problem-telegram_login_nonsense = Ответ Telegram непонятен
page-problem-telegram_login_nonsense-say = Вход не выполнен. Войдите другим способом или попробуйте позже.
page-problem-telegram_login_code_refused = Telegram не знает этого входа
page-problem-telegram_login_code_refused-say = Прошло слишком много времени, или им уже воспользовались. Войдите через Telegram ещё раз.
page-problem-telegram_login_unproven = Ответ Telegram ничего не доказывает
page-problem-telegram_login_unproven-say = Он предназначен не нам или дан не сейчас. Войдите через Telegram ещё раз.
page-problem-rate_limit_exceeded-say = Слишком много попыток из вашей сети или для этого адреса. Попробуйте через несколько минут.
page-problem-wrong_password = Не подошло
page-problem-wrong_password-say = Адрес или пароль неверны, или адрес ещё не подтверждён — поищите наше письмо.
page-problem-email_off = Вход по почте выключен
page-problem-email_off-say = Этот сервис не отправляет писем. Войдите другим способом.
page-problem-mail_link_unknown = Такой ссылки нет
page-problem-mail_link_unknown-say = Она неполная или слишком старая. Откройте её так, как она стоит в письме, или попросите новую.
page-problem-mail_link_expired = Время этой ссылки вышло
page-problem-mail_link_expired-say = Попросите новую.
page-problem-mail_link_used = Эта ссылка уже использована
page-problem-mail_link_used-say = Каждая работает один раз. Если адрес уже подтверждён, войдите; если нет, попросите новую ссылку.
