# Что происходило с аккаунтом: в чате и на страницах

event-signed-in-widget = Вход через Telegram
event-signed-in-miniapp = Вход из Mini App
event-signed-in-bot = Вход через бота, по числу
event-signed-in-link = Вход по ссылке из чата
event-signed-in-email = Вход по почте
event-signed-in-google = Вход через Google
event-signed-in-telegram = Вход через «Log in with Telegram»
event-failed-widget = Неудачный вход через Telegram
event-failed-miniapp = Неудачный вход из Mini App
event-failed-bot = Вход через бота отклонён
event-failed-link = Неудачный вход по ссылке
event-failed-email = Неудачный вход по почте
event-failed-google = Неудачный вход через Google
event-failed-telegram = Неудачный вход через «Log in with Telegram»
event-more-sign-ins-failed = { $count ->
    [one] Ещё { $count } неудачный вход за этот день
    [few] Ещё { $count } неудачных входа за этот день
   *[many] Ещё { $count } неудачных входов за этот день
}
event-signed-out = Выход
event-session-ended = Завершён сеанс: { $what }
event-other-sessions-ended = { $count ->
    [one] Завершён { $count } другой сеанс
    [few] Завершены { $count } других сеанса
   *[many] Завершено { $count } других сеансов
}
event-refresh-token-reused = Использована копия входа, сеанс завершён
event-key-created = Создан ключ «{ $what }»
event-key-renamed = Ключ переименован в «{ $what }»
event-key-rotated = Обновлён секрет ключа «{ $what }»
event-key-revoked = Отозван ключ «{ $what }»
event-key-leaked = Ключ «{ $what }» найден в открытом доступе и отозван
event-linked = Добавлен способ входа: { $what }
event-unlinked = Убран способ входа: { $what }
event-merged = Присоединён аккаунт #{ NUMBER($account, useGrouping: "false") }, с ним { $tokens ->
    [one] { $tokens } токен
    [few] { $tokens } токена
   *[many] { $tokens } токенов
}
event-profile-changed = Изменено имя
event-password-changed = Изменён пароль
event-address-changed = Изменён адрес почты: { $what }
event-plan-changed = Назначен план { $what }
event-plan-changed-until = Назначен план { $what } до { $day }
event-tokens-granted = { $count ->
    [one] Начислен { $count } токен
    [few] Начислены { $count } токена
   *[many] Начислено { $count } токенов
}
event-banned = Аккаунт заблокирован
event-unbanned = Аккаунт разблокирован
event-exported = Скачаны все данные
event-deletion-scheduled = Запрошено удаление { $day }
event-deletion-cancelled = Удаление отменено
event-other = Событие, для которого в этой версии нет слов
event-by-person = вы, на сайте
event-by-bot = вы, в чате
event-by-visitor = кто-то без входа
event-by-admin = администратор
event-by-operator = оператор
event-by-github = GitHub
event-by-system = автоматически

# В чате

bot-button-ways = 🚪 Способы входа
bot-button-activity = 📜 События
bot-button-leave = 🗑 Удалить аккаунт
bot-button-unlink = ✖ Убрать
bot-button-unlink-yes = Да, убрать
bot-button-add-way = ➕ Добавить способ входа
bot-button-security = Открыть страницу безопасности
bot-button-leave-yes = Да, удалить мой аккаунт
bot-button-keep-account = Оставить аккаунт
bot-ways = 🚪 <b>Способы входа в ваш аккаунт</b>
bot-way = { $kind }: <b>{ $what }</b>
bot-add-way =
    Другой Telegram, почта или Google добавляются на сайте. Эта кнопка откроет его с вашим входом, один раз, в течение 2 минут.

    Не пересылайте её.
bot-unlink-ask =
    Убрать { $kind } <b>{ $what }</b> из способов входа?

    Кто войдёт этим способом, начнёт с нового, пустого аккаунта. Позже его можно добавить снова.
bot-way-gone = Убрано: { $what }
bot-way-last = Это единственный способ входа в ваш аккаунт. Сначала добавьте другой.
bot-way-missing = Такого способа входа уже нет.
bot-way-closed = Это вход в другой аккаунт, который заблокирован или удаляется. Ничего не изменилось.
bot-activity = 📜 <b>Последние события</b>
bot-event = <i>{ $when } · { $place }</i>
bot-activity-all = Все за последние 180 дней: { $link }
bot-leave-ask =
    🗑 <b>Удалить ваш аккаунт?</b>

    Ключи перестанут работать и сеансы завершатся сразу. У вас 7 дней, чтобы передумать: напишите мне или войдите, и его можно будет оставить. { $day } он будет удалён вместе с ключами и токенами, навсегда.
bot-leaving =
    🗑 <b>Ваш аккаунт будет удалён { $day }.</b>

    Его ключи отключены. Если оставить аккаунт, они снова заработают.
bot-leaving-other = Этот аккаунт удаляется, его ключи отключены.
bot-kept = Аккаунт остаётся, ключи снова работают.
bot-request-join =
    🔗 <b>Присоединить ваш аккаунт к другому?</b>

    { $device }, сеть { $network }: там вошли как <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) и утверждают, что этот Telegram ({ $own }) принадлежит тому же человеку.

    Нажимайте, только если об этом сейчас просили <b>вы</b>: выберите число, которое показывает ваш браузер. Владелец того аккаунта получит ваши ключи и токены.
bot-request-join-approved = ✅ Подтверждено: <b>{ $device }</b>. Вернитесь в браузер: он покажет оба аккаунта, прежде чем их объединить.
bot-notice-linked =
    🔔 <b>Добавлен способ входа в ваш аккаунт</b>

    { $kind }: { $what }

    Это не вы? Уберите его и завершите незнакомые сеансы.
bot-notice-unlinked =
    🔔 <b>Убран способ входа в ваш аккаунт</b>

    { $kind }: { $what }
bot-notice-merged =
    🔔 <b>Два аккаунта стали одним</b>

    Аккаунт #{ NUMBER($account, useGrouping: "false") } вошёл в этот вместе с ключами, токенами и способами входа.
bot-notice-deletion-scheduled =
    🔔 <b>Ваш аккаунт будет удалён { $day }</b>

    Его ключи отключены. До этого дня аккаунт можно оставить.

# На страницах

page-security = Безопасность
page-ways = Способы входа
page-ways-lead = Кто владеет одним из них, попадёт в ваш аккаунт.
page-unlink-short = Убрать
page-unlink-label = Убрать { $what }
page-join-start = Добавить Telegram
page-add-google = Добавить Google
page-activity = События
page-activity-lead = Что происходило с вашим аккаунтом за последние 180 дней.
page-activity-none = Пока ничего.
page-activity-open = Посмотреть события
page-activity-who = Кто
page-activity-network = Сеть
page-activity-when = Когда
page-security-activity = Входы, неудачные попытки, ключи, способы входа, планы: что сделано, когда и откуда.
page-security-sessions = Где вы вошли
page-export = Ваши данные
page-export-say = Всё, что хранится о вас, одним файлом JSON. Ключи в нём без секретов.
page-export-get = Скачать данные
page-delete = Удаление аккаунта
page-security-delete = Ключи перестанут работать сразу. У вас будет 7 дней, чтобы передумать.
page-delete-begin = Удалить мой аккаунт…
page-join = Добавить Telegram
page-join-lead = Откройте бота с того Telegram и нажмите число, которое видите ниже. Если у него здесь есть свой аккаунт, вы увидите оба, прежде чем их объединить.
page-back-to-security = Назад к безопасности
page-unlink = Убрать способ входа
page-unlink-question = Убрать { $what }?
page-unlink-say = { $what } больше не будет вести в ваш аккаунт. Кто войдёт этим способом, начнёт с нового, пустого аккаунта.
page-unlink-yes = Убрать
page-unlink-no = Оставить
page-again-say = Для этого нужен вход за последние 15 минут. Войдите снова, и вы вернётесь сюда.
page-again = Войти снова
page-merge = Один аккаунт из двух
page-merge-lead = Оба аккаунта ваши. Если их объединить, всё из второго перейдёт в первый, а его сеансы завершатся. Ключи обоих продолжат работать. Отменить это нельзя.
page-merge-stays = Этот аккаунт останется
page-merge-goes = Этот войдёт в него
page-merge-way = Способ входа
page-merge-becomes = Что у вас будет
page-merge-rule = Остаётся лучший план; из двух одинаковых тот, что кончается позже. Остаток другого плана пропадает. Ключи с одинаковыми именами получают номер.
page-merge-yes = Объединить
page-merge-no = Оставить как есть
page-delete-question = Удалить ваш аккаунт?
page-delete-say = Он будет удалён { $what }.
page-delete-now = Сразу: ключи перестанут работать, и вы выйдете везде.
page-delete-week = В течение 7 дней: войдите снова, здесь или в чате, и аккаунт можно будет оставить; ключи снова заработают.
page-delete-kept = После этого аккаунт, способы входа, ключи, сеансы и события исчезнут, и токены с ними. История токенов хранится для учёта под номером, который ни к кому не ведёт.
page-delete-yes = Удалить мой аккаунт
page-delete-no = Оставить аккаунт
page-leaving = Ваш аккаунт удаляется
page-leaving-on = Ваш аккаунт будет удалён { $what }
page-leaving-say = Ключи отключены. Если оставить аккаунт, всё будет как прежде. Удаление
page-leaving-keep = Оставить аккаунт
page-done-linked = Способ входа добавлен.
page-done-unlinked = Способ входа убран.
page-done-merged = Два аккаунта стали одним.
page-done-merge-dropped = Оба аккаунта остаются как есть.
page-done-kept = Аккаунт остаётся, ключи снова работают.
page-problem-account_leaving = Ваш аккаунт удаляется
page-problem-account_leaving-say = У вас 7 дней, чтобы передумать: войдите, и его можно будет оставить.
page-problem-other_account_closed = Тот аккаунт закрыт
page-problem-other_account_closed-say = Это вход в другой аккаунт, который заблокирован или удаляется. Ничего не изменилось.
page-problem-last_identity = Единственный способ входа
page-problem-last_identity-say = Это единственный способ входа в ваш аккаунт. Сначала добавьте другой.
page-problem-sign_in_again = Войдите снова
page-problem-sign_in_again-say = Для этого нужен вход за последние 15 минут. Выйдите, войдите и попробуйте снова.
page-problem-merge_over = Это уже закрыто
page-problem-merge_over-say = На предложение ответили, прошло больше десяти минут, или аккаунт изменился. Добавьте другой аккаунт заново.
page-add-email = Добавить адрес почты
page-add-email-send = Отправить ссылку
page-add-email-bad = Это не адрес почты.
page-add-email-to = Кто читает его письма, попадёт в аккаунт { $what }.
page-add-email-yes = Добавить
page-done-mail-sent = Ссылка отправлена на этот адрес. Откройте её в этом браузере.
