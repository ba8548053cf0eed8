# Страницы, на которых человек разрешает приложению или устройству вход. `$what` — слова.

# Разрешения: что сможет приложение
oauth-scope-openid = Узнавать вас по номеру аккаунта
oauth-scope-profile = Видеть ваше имя, имя пользователя, язык, тариф и Telegram ID
oauth-scope-email = Видеть ваш адрес почты
oauth-scope-offline_access = Оставаться подключённым без вас, пока вы его не отключите
oauth-scope-keys-read = Видеть ваши API-ключи: названия и время использования, но не сами ключи
oauth-scope-keys-write = Создавать, переименовывать, перевыпускать и отзывать ваши API-ключи без повторного входа
oauth-scope-usage-read = Видеть ваш баланс токенов и расход

# Согласие
page-consent = Вход в приложение
page-consent-question = Войти в { $what }?
page-consent-host = Дальше вы перейдёте на { $what }.
page-consent-device-host = Дальше вы вернётесь в программу на этом устройстве. Разрешайте, только если вы сами только что её запустили.
page-consent-can = Приложение сможет
page-consent-resource = Для работы с { $what }
page-consent-as = Вы вошли как
page-consent-allow = Разрешить
page-consent-deny = Отмена
page-consent-switch = Другой аккаунт
page-consent-later = Отключить приложение можно в любой момент: на странице «Безопасность» или командой /apps в боте.

# Возвращение на сайт, который открыл окно
page-window-return = Возвращаемся на сайт
page-window-return-wait = Здесь всё готово. Окно сейчас закроется.
page-window-return-lost = Если оно осталось открытым, закройте его и вернитесь на { $what }. Если там ничего не происходит, нажмите кнопку входа ещё раз.

# Устройства
page-device = Подключение устройства
page-device-lead = Введите код, который показывает устройство или программа.
page-device-code = Код
page-device-code-hint = Восемь букв, например WDJB-MJHT
page-device-next = Продолжить
page-device-question = Разрешить { $what } вход в ваш аккаунт?
page-device-caution = Продолжайте, только если вы сами только что это начали. Если ссылку или код вам прислали, выберите «Это не я»: иначе в ваш аккаунт попадёт другой человек.
page-device-from = Откуда запрос
page-device-can = Устройство сможет
page-device-number = Какое число показывает устройство?
page-device-number-label = Устройство показывает { $what }
page-device-deny = Это не я
page-device-approved = Устройство подключено
page-device-approved-say = Вернитесь к устройству: вход продолжится сам. Отключить его можно в любой момент, на странице «Безопасность» или командой /apps в боте.
page-device-denied = Ничего не подключено
page-device-denied-say = Запрос закрыт окончательно. Если он был ваш, начните на устройстве заново.

# Выход по просьбе приложения
page-app-sign-out = Выйти?
page-app-sign-out-say = Приложение просит завершить ваш сеанс NeuralBox в этом браузере. Приложений, которым вы разрешили оставаться подключёнными, это не касается.
page-app-signed-out = Вы вышли
page-app-signed-out-say = В этом браузере вы больше не вошли в NeuralBox. В приложении сеанс мог остаться: выйдите и там.
page-app-sign-out-stay = Остаться

# Что пошло не так
page-problem-client_unknown = Мы не знаем это приложение
page-problem-client_unknown-say = Оно здесь не зарегистрировано или выключено. Сообщите об этом его владельцам.
page-problem-redirect_uri_not_registered = Мы не отправим вас туда
page-problem-redirect_uri_not_registered-say = Приложение попросило отправить вас на адрес, который для него не зарегистрирован. Сообщите об этом его владельцам. Адрес:
page-problem-redirect_uri_missing-say = Приложение не указало, куда вас вернуть. Сообщите об этом его владельцам.
page-problem-authorize_request_expired = Этот вход устарел
page-problem-authorize_request_expired-say = Прошло больше десяти минут, или на него уже ответили. Вернитесь в приложение и войдите ещё раз.
page-problem-authorize_other_browser = Этот вход начат в другом браузере
page-problem-authorize_other_browser-say = Для вашей безопасности он работает только там, где начался. Вернитесь в приложение и войдите из этого браузера.
page-problem-consent_stale = Эта страница устарела
page-problem-consent_stale-say = На неё уже ответили, или с тех пор вошёл другой человек. Вернитесь в приложение и войдите ещё раз.
page-problem-device_code_unknown = Код не подошёл
page-problem-device_code_unknown-say = Проверьте его и попробуйте ещё раз. Каждый код работает один раз и действует десять минут: если прошло больше, начните на устройстве заново.
page-problem-device_number_wrong = Это другое число
page-problem-device_number_wrong-say = Ничего не подключено, запрос закрыт окончательно. Если он был ваш, начните на устройстве заново.
page-problem-device_too_many_tries = Слишком много неверных кодов
page-problem-device_too_many_tries-say = Попробуйте через десять минут.
page-problem-insufficient_scope = Приложению это не разрешено
page-problem-insufficient_scope-say = Вы не давали на это разрешения.
