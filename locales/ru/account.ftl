# Что происходило с аккаунтом: в чате и на страницах

identity-email = Почта

activity-signed-in-widget = Вход через Telegram
activity-signed-in-miniapp = Вход из Mini App
activity-signed-in-bot = Вход через бота
activity-signed-in-link = Вход по ссылке от бота
activity-signed-in-email = Вход по почте
activity-signed-in-google = Вход через Google
activity-signed-in-telegram = Вход через «Log in with Telegram»
activity-failed-widget = Неудачный вход через Telegram
activity-failed-miniapp = Неудачный вход из Mini App
activity-failed-bot = Вход через бота отклонён
activity-failed-link = Неудачный вход по ссылке
activity-failed-email = Неудачный вход по почте
activity-failed-google = Неудачный вход через Google
activity-failed-telegram = Неудачный вход через «Log in with Telegram»
activity-more-sign-ins-failed = { $count ->
    [one] Ещё { $count } неудачный вход за этот день
    [few] Ещё { $count } неудачных входа за этот день
   *[many] Ещё { $count } неудачных входов за этот день
}
activity-signed-out = Выход
activity-session-ended = Завершён сеанс: { $what }
activity-other-sessions-ended = { $count ->
    [one] Завершён { $count } другой сеанс
    [few] Завершены { $count } других сеанса
   *[many] Завершено { $count } других сеансов
}
activity-refresh-token-reused = Сеанс завершён: вход могли скопировать
activity-key-created = Создан ключ «{ $what }»
activity-key-expiry-changed = Изменён срок ключа «{ $what }»
activity-key-renamed = Ключ переименован в «{ $what }»
activity-key-rotated = Перевыпущен ключ «{ $what }»
activity-key-revoked = Отозван ключ «{ $what }»
activity-key-leaked = Ключ «{ $what }» найден в открытом доступе и отозван
activity-linked = Добавлен способ входа: { $what }
activity-unlinked = Отвязан способ входа: { $what }
activity-merged = Присоединён аккаунт #{ NUMBER($account, useGrouping: "false") }, с ним { $tokens ->
    [one] { $tokens } токен
    [few] { $tokens } токена
   *[many] { $tokens } токенов
}
activity-profile-changed = Изменён профиль
activity-password-changed = Изменён пароль
activity-password-removed = Удалён пароль, которым ни разу не пользовались
activity-identity-disabled = После сброса пароля отключён способ входа: { $what }
activity-identity-confirmed = Подтверждён способ входа: { $what }
activity-address-changed = Изменён адрес почты: { $what }
activity-plan-changed = Назначен тариф { $what }
activity-plan-changed-until = Назначен тариф { $what } до { $day }
activity-tokens-granted = { $count ->
    [one] Начислен { $count } токен
    [few] Начислены { $count } токена
   *[many] Начислено { $count } токенов
}
activity-tokens-taken = { $count ->
    [one] Списан { $count } токен
    [few] Списано { $count } токена
   *[many] Списано { $count } токенов
}
activity-banned = Аккаунт заблокирован
activity-unbanned = Аккаунт разблокирован
activity-exported = Скачаны данные аккаунта
activity-deletion-scheduled = Удаление аккаунта назначено на { $day }
activity-deletion-cancelled = Удаление отменено
activity-other = Другое событие
activity-by-person = вы, на сайте
activity-by-bot = вы, в чате
activity-by-visitor = без входа в аккаунт
activity-by-admin = администратор
activity-by-operator = оператор
activity-by-github = GitHub
activity-by-app = приложение
activity-by-system = автоматически

# В чате

bot-button-identities = 🚪 Способы входа
bot-button-activity = 📜 События
bot-button-delete-account = 🗑 Удалить аккаунт
bot-button-unlink = ✖ Отвязать
bot-button-unlink-yes = Да, отвязать
bot-button-add-identity = ➕ Добавить способ входа
bot-button-security = Открыть настройки безопасности
bot-button-delete-account-yes = Да, удалить мой аккаунт
bot-button-keep-account = Оставить аккаунт
bot-identities = 🚪 <b>Способы входа</b>
bot-identity = { $kind }: <b>{ $what }</b>
bot-add-identity =
    Другой аккаунт Telegram, почту или Google можно добавить на сайте. Эта кнопка откроет сайт, и вы сразу войдёте. Она сработает один раз в течение 2 минут.

    Никому её не пересылайте.
bot-unlink-ask =
    Отвязать { $kind } <b>{ $what }</b>?

    Вместо вашего аккаунта этот способ будет открывать новый, пустой. Позже его можно добавить снова.
bot-identity-removed = Отвязано: { $what }
bot-identity-too-new = Этот Telegram добавлен меньше 7 дней назад, поэтому не может отвязать более старый способ входа. Сделайте это старым способом.
bot-identity-last = Это единственный способ входа в ваш аккаунт. Сначала добавьте другой.
bot-identity-off = Отключено, пока вы не подтвердите на сайте
bot-identity-disabled = Вход через этот Telegram отключён после сброса пароля. Войдите на сайте по почте, откройте раздел «Безопасность» и подтвердите его там.
bot-identity-protected = Пароль недавно сбросили через этот адрес. Семь дней после этого отвязать его можно только на сайте, войдя по почте.
bot-identity-not-found = Этот способ входа уже отвязан.
bot-identity-other-closed = Это вход в другой аккаунт, который заблокирован или удаляется. Ничего не изменилось.
bot-activity = 📜 <b>Последние события</b>
bot-activity-line = <i>{ $when } · { $place }</i>
bot-activity-all = Вся история за 180 дней: { $link }
bot-delete-account-ask =
    🗑 <b>Удалить аккаунт?</b>

    Ключи сразу перестанут работать, все сеансы завершатся. У вас будет 7 дней, чтобы передумать: напишите мне или войдите на сайт — и аккаунт можно будет оставить. { $day } он будет удалён навсегда вместе с ключами и токенами.
bot-deletion-scheduled =
    🗑 <b>Ваш аккаунт будет удалён { $day }.</b>

    Ключи отключены. Если оставить аккаунт, они снова заработают.
bot-deletion-scheduled-other = Этот аккаунт будет удалён, его ключи отключены.
bot-deletion-cancelled = Удаление отменено. Ключи снова работают.
bot-sign-in-request-link =
    🔗 <b>Объединить ваш аккаунт с другим?</b>

    { $device }, сеть { $network }: там вошли как <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) и утверждают, что этот Telegram ({ $own }) принадлежит тому же человеку.

    Выберите число, которое показывает ваш браузер, но только если об этом сейчас просили <b>вы</b>. Владелец того аккаунта получит ваши ключи и токены.
bot-sign-in-request-link-approved = ✅ Подтверждено: <b>{ $device }</b>. Вернитесь в браузер: перед объединением вы увидите оба аккаунта.
bot-button-undo = ↩️ Отменить: это не я
bot-undone = ↩️ <b>Отменено</b>. Все сеансы вашего аккаунта завершены.
bot-undo-restored = Снова привязано: { $what }
bot-undo-removed = Отвязано: { $what }
bot-undone-next =
    Войдите снова и проверьте ключи: незнакомые отзовите. Если кто-то знал ваш пароль, смените его.
bot-undo-expired = Это уже отменено, или отменить больше нельзя.
bot-identity-in-use = Этот способ входа занят другим аккаунтом. Напишите в поддержку.
bot-notice-password-changed =
    🔔 <b>Ваш пароль изменён</b>

    { $device }, сеть { $network }. Остальные сеансы завершены.

    Это не вы? Задайте новый пароль по почте и завершите незнакомые сеансы.
bot-notice-linked =
    🔔 <b>Добавлен способ входа</b>

    { $kind }: { $what }

    Это не вы? Отвяжите его и завершите незнакомые сеансы.
bot-notice-unlinked =
    🔔 <b>Способ входа отвязан</b>

    { $kind }: { $what }
bot-notice-merged =
    🔔 <b>Аккаунты объединены</b>

    Аккаунт #{ NUMBER($account, useGrouping: "false") } стал частью этого — вместе с ключами, токенами и способами входа.
bot-notice-deletion-scheduled =
    🔔 <b>Ваш аккаунт будет удалён { $day }</b>

    Ключи отключены. До этого дня аккаунт можно оставить.

# На страницах

page-security = Безопасность
page-identities = Способы входа
page-identities-lead = Любым из этих способов можно войти в ваш аккаунт.
page-unlink-short = Отвязать
page-identities-disabled = Пароль сбросили по почте. Способы входа, добавленные позже этого адреса, отключены, пока вы их не подтвердите. Подтвердите свои и отвяжите чужие.
page-identity-disabled = Отключён после сброса пароля
page-identity-confirm = Подтвердить
page-identity-confirm-label = Подтвердить { $what }
page-unlink-label = Отвязать { $what }
page-link-telegram-start = Добавить Telegram
page-add-google = Добавить Google
page-activity = События
page-activity-lead = Всё, что происходило с вашим аккаунтом за последние 180 дней.
page-activity-none = Событий пока нет.
page-activity-open = Посмотреть события
page-activity-who = Кто
page-activity-network = Сеть
page-activity-when = Когда
page-security-activity = Входы, неудачные попытки, ключи, способы входа, тарифы: что произошло, когда и откуда.
page-security-sessions = Где вы вошли
page-export = Ваши данные
page-export-say = Всё, что мы о вас храним, в одном файле JSON. Ключи в нём перечислены, но без самих значений.
page-export-get = Скачать данные
page-delete = Удаление аккаунта
page-security-delete = Ключи перестанут работать сразу. У вас будет 7 дней, чтобы передумать.
page-delete-begin = Удалить мой аккаунт…
page-link-telegram = Добавить Telegram
page-link-telegram-lead = Откройте бота из того аккаунта Telegram и нажмите число, которое видите ниже. Если у него здесь уже есть аккаунт, перед объединением вы увидите оба.
page-back-to-security = Назад в раздел «Безопасность»
page-unlink = Отвязать способ входа
page-unlink-question = Отвязать { $what }?
page-unlink-say = Войти в ваш аккаунт этим способом ({ $what }) больше не получится: откроется новый, пустой аккаунт.
page-unlink-yes = Отвязать
page-unlink-no = Оставить
page-reauthenticate-say = Для этого нужен недавний вход — не старше 15 минут. Войдите снова, и вы вернётесь сюда.
page-reauthenticate = Подтвердите, что это вы
page-merge = Объединение аккаунтов
page-merge-lead = Оба аккаунта ваши. Если их объединить, всё из второго перейдёт в первый, кроме приветственных и ежемесячных токенов, а сеансы второго завершатся. Ключи обоих продолжат работать. Отменить это нельзя.
page-merge-stays = Этот аккаунт останется
page-merge-goes = Этот будет присоединён
page-merge-identity = Способ входа
page-merge-becomes = После объединения
page-merge-forfeited = Токенов сгорит
page-merge-rule = Приветственные и ежемесячные токены не переносятся, начисленные и купленные — переносятся. Остаётся лучший тариф; если они одинаковые — тот, что заканчивается позже. Остаток другого тарифа сгорает. Ключи с одинаковыми названиями получат номера.
page-merge-yes = Объединить
page-merge-no = Не объединять
page-delete-question = Удалить аккаунт?
page-delete-say = Аккаунт будет удалён { $what }.
page-delete-now = Сразу: ключи перестанут работать, все сеансы завершатся.
page-delete-week = В течение 7 дней: войдите на сайт или напишите боту, чтобы оставить аккаунт. Ключи снова заработают.
page-delete-retained = После этого: аккаунт, способы входа, ключи, сеансы, события и токены будут удалены. Платёжные записи мы храним без вашего имени.
page-delete-yes = Удалить мой аккаунт
page-delete-no = Оставить аккаунт
page-deletion-scheduled = Ваш аккаунт будет удалён
page-deletion-scheduled-on = Ваш аккаунт будет удалён { $what }
page-deletion-scheduled-say = Ключи отключены. Если оставить аккаунт, всё будет как прежде. Удаление
page-deletion-scheduled-cancel = Оставить аккаунт
page-done-linked = Способ входа добавлен.
page-done-undone = Отменено, все сеансы завершены. Войдите снова и проверьте ключи.
page-problem-undo_expired = Отменить больше нельзя
page-problem-undo_expired-say = Это уже отменено, или прошло больше 7 дней.
page-problem-identity_in_use = Этот способ входа занят
page-problem-identity_in_use-say = Им теперь входят в другой аккаунт. Напишите в поддержку.
page-undo = Отменить изменение?
page-undo-restores = Снова привяжем: { $what }
page-undo-say = Способы входа, добавленные с тех пор, будут отвязаны, а все сеансы завершены. После этого войдите снова и проверьте ключи.
page-undo-yes = Отменить и завершить все сеансы
page-done-identity-confirmed = Подтверждено. Этим способом снова можно войти.
page-done-unlinked = Способ входа отвязан.
page-done-merged = Аккаунты объединены.
page-done-merge-dropped = Аккаунты не объединены.
page-done-deletion-cancelled = Удаление отменено. Ключи снова работают.
page-problem-deletion_scheduled = Аккаунт будет удалён
page-problem-deletion_scheduled-say = У вас 7 дней, чтобы передумать: войдите, и аккаунт можно будет оставить.
page-problem-other_account_closed = Тот аккаунт недоступен
page-problem-other_account_closed-say = Это вход в другой аккаунт, который заблокирован или удаляется. Ничего не изменилось.
page-problem-identity_disabled = Этот способ входа отключён
page-problem-identity_disabled-say = Его отключил сброс пароля. Войдите по почте и подтвердите его в разделе «Безопасность».
page-problem-identity_protected = Этот адрес пока нельзя отвязать
page-problem-identity_protected-say = Через него недавно сбросили пароль. Семь дней после этого отвязать его можно, только войдя по почте.
page-problem-address_unproven = У вас уже есть аккаунт
page-problem-address_unproven-say = Войдите с почтой и паролем или нажмите «Забыли пароль?». Потом добавьте Google в разделе «Безопасность».
page-problem-last_identity = Единственный способ входа
page-problem-last_identity-say = Это единственный способ входа в ваш аккаунт. Сначала добавьте другой.
page-problem-reauth_required = Войдите снова
page-problem-reauth_required-say = Для этого нужен недавний вход — не старше 15 минут.
page-problem-telegram_sign_in_required = Войдите через Telegram
page-problem-telegram_sign_in_required-say = Для страниц администратора нужен вход через ваш Telegram.
page-problem-identity_too_new = Этот способ входа слишком новый
page-problem-identity_too_new-say = Он добавлен меньше 7 дней назад, позже другого. Чтобы отвязать более старый, сменить его пароль или объединить аккаунты, войдите старым.
page-reauthenticated = Вы вошли
page-reauthenticated-say = Можно продолжить с того же места: { $what }.
page-reauthenticated-yes = Продолжить
page-upstream-link = Добавить этот аккаунт?
page-upstream-link-say = Вы вернулись: { $what }.
page-upstream-link-to = Любой, кто может войти в этот аккаунт, сможет войти и здесь: { $what }.
page-problem-merge_offer_expired = Предложение больше не действует
page-problem-merge_offer_expired-say = На него уже ответили, прошло больше десяти минут, или один из аккаунтов изменился. Добавьте другой аккаунт заново.
page-add-email = Добавить почту
page-add-email-send = Отправить ссылку
page-add-email-bad = Введите адрес почты, например ivan@example.com.
page-add-email-to = Любой, кто читает письма на этот адрес, сможет войти в этот аккаунт: { $what }.
page-add-email-yes = Добавить
page-done-mail-sent = Мы отправили ссылку на этот адрес. Откройте её в этом браузере.

date-day =
    { $day } { $month ->
        [jan] января
        [feb] февраля
        [mar] марта
        [apr] апреля
        [may] мая
        [jun] июня
        [jul] июля
        [aug] августа
        [sep] сентября
        [oct] октября
        [nov] ноября
       *[dec] декабря
    } { NUMBER($year, useGrouping: "false") }
date-time = { $date }, { $time } { $zone }
