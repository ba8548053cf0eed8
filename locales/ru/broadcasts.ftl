# Рассылки, для администраторов. HTML Telegram; значения экранируются заранее.

bot-command-broadcast = Новая рассылка
bot-command-broadcasts = Черновики и ход рассылок

# Составление

bot-broadcast-ask-text =
    📣 <b>Рассылка №{ $id }</b>

    Пришлите текст (язык: { $language }) или перешлите готовое сообщение: текст с форматированием либо одно фото или документ с подписью. Оно уйдёт ровно таким, каким вы его пришлёте.
bot-broadcast-in-en = английский
bot-broadcast-in-ru = русский
bot-broadcast-button-instead = Другой язык: { $language }
bot-broadcast-button-draft = ‹ Черновик
bot-broadcast-button-broadcasts = ‹ Рассылки
bot-broadcast-button-new = ➕ Новая рассылка

bot-broadcast-draft = 📣 <b>Рассылка №{ $id }</b> · черновик
bot-broadcast-draft-gone = Черновик №{ $id } удалён.
bot-broadcast-line-nothing = Здесь пока пусто.
bot-broadcast-line-texts = Языки: { $languages }
bot-broadcast-line-one-language = Язык: { $languages } (уйдёт всем)
bot-broadcast-line-photo = С фото
bot-broadcast-line-document = С документом
bot-broadcast-line-buttons = Кнопки: { $buttons }
bot-broadcast-line-category = Тема: { $about }
bot-broadcast-line-segment = Получатели: { $segment } — <b>{ $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }</b>
bot-broadcast-line-when = Когда: { $time }
bot-broadcast-line-paid = Быстрее, за звёзды
bot-broadcast-at-once = сразу

bot-broadcast-button-texts = ✏️ Текст
bot-broadcast-button-buttons = 🔗 Кнопки
bot-broadcast-button-segment = 👥 Получатели
bot-broadcast-button-category = 🏷 Тема
bot-broadcast-button-when = 🕒 Когда
bot-broadcast-button-speed = ⚡ Скорость
bot-broadcast-button-review = 👁 Предпросмотр и отправка
bot-broadcast-button-test = 🧪 Проверить
bot-broadcast-button-copy = 📑 Копия
bot-broadcast-test-sent = Проверочное сообщение получат администраторы: { $count }.
bot-broadcast-button-throw-away = 🗑 Удалить черновик

bot-broadcast-texts =
    <b>Текст</b>

    Каждый получит текст на своём языке; если такого нет — на английском или на том, какой есть. Фото или документ один для всех.
bot-broadcast-button-write = ✏️ { $language }
bot-broadcast-button-rewrite = ✅ { $language }
bot-broadcast-button-drop = 🗑 { $language }
bot-broadcast-button-drop-photo = 🗑 Убрать фото
bot-broadcast-button-drop-document = 🗑 Убрать документ

bot-broadcast-ask-buttons =
    <b>Кнопки под сообщением</b>

    Пришлите до трёх, каждую с новой строки:
    <code>Подробнее - https://example.org/news</code>
bot-broadcast-ask-buttons-in =
    <b>Кнопки под сообщением</b> (язык: { $language })

    Пришлите до трёх, каждую с новой строки. Если их нет, будут кнопки для всех языков.
    <code>Подробнее - https://example.org/news</code>
bot-broadcast-buttons-now = Сейчас:
bot-broadcast-button-drop-buttons = 🗑 Убрать кнопки
bot-broadcast-button-buttons-in = Только { $language }

bot-broadcast-categories =
    <b>Тема рассылки</b>

    В /notify можно отключить любую тему, кроме сообщений о сервисе. Кто отключил, рассылку не получит.
bot-broadcast-category-service = работа сервиса
bot-broadcast-category-plan-news = тарифы и цены
bot-broadcast-category-product-news = новинки

bot-broadcast-segments =
    <b>Кто получит рассылку?</b>

    { $segment } — сейчас <b>{ $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }</b>

    Только те, кто запустил бота, кому можно писать и кто не отключил эту тему.

    Или напишите условие: <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>active_within:45</code>, <code>people:1001,@ivan</code>, или несколько: <code>language:ru и не plans:vip</code>
bot-broadcast-segment-everyone = все
bot-broadcast-segment-plans = на тарифе { $plans }
bot-broadcast-segment-plan-ends = с тарифом, который закончится в ближайшие { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
bot-broadcast-segment-balance-under = с балансом меньше { $tokens ->
        [one] { $tokens } токена
       *[other] { $tokens } токенов
    }
bot-broadcast-segment-language = язык: { $language }
bot-broadcast-segment-active-within = активные за последние { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
bot-broadcast-segment-people = по списку ({ $count })
bot-broadcast-segment-and = { $before } и { $segment }
bot-broadcast-segment-except = { $before }, кроме: { $segment }
bot-broadcast-segment-not = все, кроме: { $segment }
bot-broadcast-button-everyone = Все
bot-broadcast-button-plan-ends = Конец ≤ { $days } дн.
bot-broadcast-button-balance-under = Меньше { $tokens }
bot-broadcast-button-language = { $language }
bot-broadcast-button-active-within = Были ≤ { $days } дн.
bot-broadcast-button-and = ➕ и …
bot-broadcast-button-except = ➖ кроме …
bot-broadcast-button-drop-condition = ↩️ Без последнего условия
bot-broadcast-button-segments = ‹ Получатели
bot-broadcast-combine-and =
    <b>Только те, кто ещё и …</b>

    Сейчас: { $segment } — <b>{ $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }</b>

    Выберите второе условие или напишите его.
bot-broadcast-combine-except =
    <b>Кроме …</b>

    Сейчас: { $segment } — <b>{ $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }</b>

    Выберите, кто не получит рассылку, или напишите условие.

bot-broadcast-times =
    <b>Когда начать?</b>

    { $time }

    Сейчас { $now }. Другое время пришлите так: <code>2026-12-01 18:00</code> (UTC)
bot-broadcast-button-at-once = Сразу
bot-broadcast-button-in-an-hour = Через час
bot-broadcast-button-tomorrow = Завтра в это же время

bot-broadcast-speeds =
    <b>С какой скоростью?</b>

    Бесплатно: { $rate } в секунду, около { $time } на { $count ->
        [one] { $count } человека
       *[other] { $count } человек
    }.

    За звёзды: до { $fast } в секунду. Каждое сообщение сверх 30 в секунду стоит 0,1 звезды, здесь — не больше <b>{ $stars ->
        [one] { $stars } звезды
       *[other] { $stars } звёзд
    }</b>. Telegram списывает их с баланса бота, где должно быть не меньше 10 000 звёзд. Платные рассылки включаются в @BotFather.
bot-broadcast-button-free = Бесплатно
bot-broadcast-button-stars = За звёзды, не больше { $stars }

# Что с ней не так

bot-broadcast-invalid-again = Пришлите ещё раз или вернитесь к черновику.
bot-broadcast-invalid-empty = Отправлять пока нечего. Сначала напишите текст.
bot-broadcast-invalid-no-text = Текст пуст.
bot-broadcast-invalid-too-long = Текст ({ $language }): { $length } символов, а Telegram принимает не больше { $most }.
bot-broadcast-invalid-caption = С фото или документом в тексте может быть до { $most } символов, а здесь ({ $language }) { $length }.
bot-broadcast-invalid-html = Такое форматирование Telegram не примет: { $why }
bot-broadcast-invalid-buttons = Кнопок может быть не больше трёх.
bot-broadcast-invalid-button-shape = Строка { $line }: напишите текст, тире с пробелами вокруг и ссылку.
bot-broadcast-invalid-button-text = Строка { $line }: в тексте кнопки должно быть от 1 до 64 символов.
bot-broadcast-invalid-button-long = Строка { $line }: ссылка слишком длинная.
bot-broadcast-invalid-button-address = Строка { $line }: ссылка должна выглядеть так: https://example.org
bot-broadcast-invalid-button-host = Строка { $line }: Telegram не открывает ссылки, в имени хоста которых нет точки.
bot-broadcast-invalid-button-scheme = Строка { $line }: ссылка должна начинаться с https://, http:// или tg://
bot-broadcast-invalid-file = Этот файл нельзя разослать.
bot-broadcast-invalid-plan = Тарифа { $plan } нет.
bot-broadcast-invalid-days = Число дней — от 1 до 3 650.
bot-broadcast-invalid-tokens = Число токенов — не меньше 1.
bot-broadcast-invalid-people = Укажите от 1 до 10 000 Telegram ID.
bot-broadcast-invalid-person = { $id } — не Telegram ID.
bot-broadcast-invalid-over = Это время уже прошло. Выберите другое.
bot-broadcast-invalid-too-far = До этого времени больше года.
bot-broadcast-invalid-segment = Не понимаю это условие. Напишите так: <code>everyone</code>, <code>plans:vip,elite</code>, <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>language:ru</code>, <code>active_within:45</code>, <code>people:1001,@ivan</code>
bot-broadcast-segment-forms = Можно: <code>everyone</code>, <code>plans:vip,elite</code>, <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>language:ru</code>, <code>active_within:45</code> или <code>people:1001,@ivan</code>. Соединяйте их словами <code>и</code>, <code>не</code>, <code>кроме</code> и скобками.
bot-broadcast-segment-begins = Начните с условия.
bot-broadcast-segment-unfinished = После <code>{ $word }</code> не хватает условия.
bot-broadcast-segment-unknown = Я не знаю условия <code>{ $word }</code>.
bot-broadcast-segment-unjoined = Перед <code>{ $word }</code> нужно <code>и</code> или <code>кроме</code>.
bot-broadcast-segment-unclosed = Скобка не закрыта.
bot-broadcast-segment-unopened = Закрыта скобка, которую не открывали.
bot-broadcast-segment-too-deep = Условия можно вкладывать не глубже { $most } уровней.
bot-broadcast-segment-too-many = Условий может быть не больше { $most }.
bot-broadcast-segment-no-value = После <code>{ $word }:</code> не хватает значения.
bot-broadcast-segment-no-number = После <code>{ $condition }:</code> нужно целое число, а не <code>{ $word }</code>.
bot-broadcast-segment-no-language = После <code>language:</code> может быть <code>en</code> или <code>ru</code>, а не <code>{ $word }</code>.
bot-broadcast-segment-nobody = Здесь нет никого с именем <code>{ $word }</code>. Укажите ID в Telegram, <code>@имя</code>, <code>#42</code> или адрес почты.
bot-broadcast-segment-no-telegram = У <code>{ $word }</code> нет аккаунта Telegram, написать не получится.
bot-broadcast-invalid-time = Не понимаю это время. Напишите так: <code>2026-12-01 18:00</code> (UTC)
bot-broadcast-invalid-album = Альбом разослать нельзя: пришлите одно фото или один документ.
bot-broadcast-invalid-kind = Такое сообщение разослать нельзя: пришлите текст, одно фото или один документ.

# Отправка

bot-broadcast-confirm =
    ⬆️ Так рассылку { $count ->
        [one] увидит <b>{ $count } человек</b>
        [few] увидят <b>{ $count } человека</b>
       *[many] увидят <b>{ $count } человек</b>
    }. Получатели: { $segment }.
bot-broadcast-confirm-languages = Языки: { $languages }. Каждый получит свой.
bot-broadcast-one-language-warning = ⚠️ Текст только на одном языке ({ $language }), а получателей с другим языком: <b>{ $count }</b>.
bot-broadcast-confirm-when = Начало: { $time }; займёт около { $length }.
bot-broadcast-confirm-paid = Стоит не больше <b>{ $stars ->
        [one] { $stars } звезды
       *[other] { $stars } звёзд
    }</b>.
bot-broadcast-confirm-type = Чтобы отправить, напишите число: <code>{ $number }</code>
bot-broadcast-wrong-number = Число не совпадает, ничего не отправлено. Чтобы отправить, напишите <code>{ $number }</code> или вернитесь к черновику.
bot-broadcast-late = Ваше число дошло с большой задержкой, поэтому ничего не отправлено. Если всё верно, напишите <code>{ $number }</code> ещё раз.
bot-broadcast-other-number = За это время число получателей изменилось. Ничего не отправлено.
bot-broadcast-nobody = Сейчас её никто не получит.
bot-broadcast-refused =
    ⚠️ Telegram не принимает этот текст ({ $language }) ни для кого:
    { $why }
bot-broadcast-not-shown = Telegram не ответил. Попробуйте открыть предпросмотр чуть позже.

# Ход

bot-broadcast-card = 📣 <b>Рассылка №{ $id }</b>: { $state }
bot-broadcast-card-segment = Получатели: { $segment } — { $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }
bot-broadcast-card-begins = Начало: { $time }
bot-broadcast-card-preparing = Подготовка: { $done } из { $count }
bot-broadcast-card-sent = Отправлено: <b>{ $count }</b>
bot-broadcast-card-unreachable = Недоступны: { $count }
bot-broadcast-card-failed = Ошибки: { $count }
bot-broadcast-card-uncertain = Не подтверждено: { $count }
bot-broadcast-card-opted-out = Отписались за это время: { $count }
bot-broadcast-card-remaining = Осталось: { $count }
bot-broadcast-card-retracted = Удалено: <b>{ $count }</b>
bot-broadcast-card-not-deleted = Не удалось удалить: { $count }
bot-broadcast-card-rate = { $rate } в секунду, осталось около { $length }
bot-broadcast-card-waiting = осталось около { $length }
bot-broadcast-card-flood-wait = ⏳ До { $time } ничего не отправляется: { $why }
bot-broadcast-card-error = ⚠️ { $why }
bot-broadcast-card-began = Начата { $time }
bot-broadcast-card-ended = Завершена { $time }
bot-broadcast-seconds = { $count } с
bot-broadcast-minutes = { $count } мин
bot-broadcast-hours = { $count } ч
bot-broadcast-button-pause = ⏸ Пауза
bot-broadcast-button-resume = ▶️ Продолжить
bot-broadcast-button-cancel = ⏹ Отменить
bot-broadcast-button-recall = ✏️ Вернуть в черновики
bot-broadcast-button-retract = ↩️ Отозвать
bot-broadcast-button-failures = 📄 Кто не получил
bot-broadcast-ask-cancel =
    Остановить рассылку №{ $id } насовсем?
    { $left ->
        [0] Все сообщения уже отправлены.
        [one] Её не получит { $left } человек.
        [few] Её не получат { $left } человека.
       *[many] Её не получат { $left } человек.
    }
bot-broadcast-ask-cancel-scheduled = Отменить рассылку №{ $id }? Её никто не получит.
bot-broadcast-ask-throw-away = Удалить черновик №{ $id }?
bot-broadcast-ask-retract =
    Удалить рассылку №{ $id } из { $count ->
        [one] { $count } чата
       *[other] { $count } чатов
    } и остановить её насовсем?
    Telegram разрешает боту удалять только сообщения за последние 48 часов.
bot-broadcast-button-cancel-yes = Да, остановить
bot-broadcast-button-throw-away-yes = Да, удалить
bot-broadcast-button-retract-yes = Да, удалить
bot-broadcast-button-no = Нет, назад
bot-broadcast-recipients-purged = Список получателей удаляется через 90 дней после окончания рассылки. Итоговые числа остаются.
bot-broadcast-no-failures = Все получили рассылку.
bot-broadcast-failures = Рассылка №{ $id }: { $count ->
        [one] { $count } человек мог её не получить
        [few] { $count } человека могли её не получить
       *[many] { $count } человек могли её не получить
    }

# Прошлые

bot-broadcast-list = <b>Рассылки</b>
bot-broadcast-list-none =
    <b>Рассылки</b>

    Пока их нет.
bot-broadcast-list-empty = пусто
bot-broadcast-list-date = { $day } { $month ->
        [1] янв.
        [2] февр.
        [3] марта
        [4] апр.
        [5] мая
        [6] июня
        [7] июля
        [8] авг.
        [9] сент.
        [10] окт.
        [11] нояб.
       *[12] дек.
    }
bot-broadcast-button-older = Раньше ›
bot-button-open-broadcast = Открыть рассылку
bot-notice-broadcast-started = 🔔 <b>Рассылка #{ NUMBER($id, useGrouping: "false") } началась</b>. Получателей: { $recipients }, запустил: { $who }.
bot-notice-broadcast-operator = оператор
bot-notice-broadcast-held =
    🔔 <b>Рассылка #{ NUMBER($id, useGrouping: "false") } приостановлена</b>

    Её время пришло, но тот, кто её написал или запланировал, больше не может отправлять рассылки. Проверьте её, затем продолжите или отмените.
bot-notice-broadcast-done = 📣 <b>Рассылка №{ NUMBER($id, useGrouping: "false") } завершена</b>: отправлено { $sent } из { $count }
bot-notice-broadcast-failed = с ошибкой { $count }
bot-notice-broadcast-uncertain = не подтверждено { $count }
bot-notice-broadcast-opted-out = отписались за это время { $count }
bot-notice-broadcast-unreachable = недоступны { $count }
bot-notice-broadcast-blocked = заблокировали бота { $count }
bot-notice-broadcast-deactivated = удалили аккаунт { $count }
bot-notice-broadcast-never-started = не запускали бота { $count }
bot-notice-broadcast-stalled = ⏳ <b>Рассылка №{ NUMBER($id, useGrouping: "false") } остановилась</b>: отправлено { $sent } из { $count }, дальше дело не идёт.
