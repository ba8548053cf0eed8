# Рассылки, для администраторов. HTML Telegram; значения экранируются заранее.

bot-command-broadcast = Новая рассылка
bot-command-broadcasts = Черновики и ход рассылок

# Составление

bot-bc-ask-text =
    📣 <b>Рассылка №{ $id }</b>

    Пришлите текст (язык: { $language }) или перешлите готовое сообщение: текст с форматированием либо одно фото или документ с подписью. Оно уйдёт ровно таким, каким вы его пришлёте.
bot-bc-in-en = английский
bot-bc-in-ru = русский
bot-bc-button-instead = Другой язык: { $language }
bot-bc-button-draft = ‹ Черновик
bot-bc-button-broadcasts = ‹ Рассылки
bot-bc-button-new = ➕ Новая рассылка

bot-bc-draft = 📣 <b>Рассылка №{ $id }</b> · черновик
bot-bc-draft-gone = Черновик №{ $id } удалён.
bot-bc-line-nothing = Здесь пока пусто.
bot-bc-line-texts = Языки: { $languages }
bot-bc-line-one-language = Язык: { $languages } (уйдёт всем)
bot-bc-line-photo = С фото
bot-bc-line-document = С документом
bot-bc-line-buttons = Кнопки: { $buttons }
bot-bc-line-about = Тема: { $about }
bot-bc-line-to = Получатели: { $segment } — <b>{ $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }</b>
bot-bc-line-when = Когда: { $time }
bot-bc-line-paid = Быстрее, за звёзды
bot-bc-at-once = сразу
bot-bc-at = { $day } { $time } UTC

bot-bc-button-texts = ✏️ Текст
bot-bc-button-buttons = 🔗 Кнопки
bot-bc-button-to = 👥 Получатели
bot-bc-button-about = 🏷 Тема
bot-bc-button-when = 🕒 Когда
bot-bc-button-speed = ⚡ Скорость
bot-bc-button-review = 👁 Предпросмотр и отправка
bot-bc-button-throw-away = 🗑 Удалить черновик

bot-bc-texts =
    <b>Текст</b>

    Каждый получит текст на своём языке; если такого нет — на английском или на том, какой есть. Фото или документ один для всех.
bot-bc-button-write = ✏️ { $language }
bot-bc-button-write-anew = ✅ { $language }
bot-bc-button-drop = 🗑 { $language }
bot-bc-button-drop-photo = 🗑 Убрать фото
bot-bc-button-drop-document = 🗑 Убрать документ

bot-bc-ask-buttons =
    <b>Кнопки под сообщением</b>

    Пришлите до трёх, каждую с новой строки:
    <code>Подробнее - https://example.org/news</code>
bot-bc-ask-buttons-in =
    <b>Кнопки под сообщением</b> (язык: { $language })

    Пришлите до трёх, каждую с новой строки. Если их нет, будут кнопки для всех языков.
    <code>Подробнее - https://example.org/news</code>
bot-bc-buttons-now = Сейчас:
bot-bc-button-drop-buttons = 🗑 Убрать кнопки
bot-bc-button-buttons-in = Только { $language }

bot-bc-abouts =
    <b>Тема рассылки</b>

    В /notify можно отключить любую тему, кроме сообщений о сервисе. Кто отключил, рассылку не получит.
bot-bc-about-service = работа сервиса
bot-bc-about-plan-news = тарифы и цены
bot-bc-about-product-news = новинки

bot-bc-segments =
    <b>Кто получит рассылку?</b>

    { $segment } — сейчас <b>{ $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }</b>

    Только те, кто запустил бота, кому можно писать и кто не отключил эту тему.

    Или напишите условие: <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>active_within:45</code>, <code>people:1001,1002</code>
bot-bc-to-everyone = все
bot-bc-to-plans = на тарифе { $plans }
bot-bc-to-plan-ends = с тарифом, который закончится в ближайшие { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
bot-bc-to-balance-under = с балансом меньше { $tokens ->
        [one] { $tokens } токена
       *[other] { $tokens } токенов
    }
bot-bc-to-language = язык: { $language }
bot-bc-to-active-within = активные за последние { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
bot-bc-to-people = по списку ({ $count })
bot-bc-button-everyone = Все
bot-bc-button-plan-ends = Конец ≤ { $days } дн.
bot-bc-button-balance-under = Меньше { $tokens }
bot-bc-button-language = { $language }
bot-bc-button-active-within = Были ≤ { $days } дн.

bot-bc-times =
    <b>Когда начать?</b>

    { $time }

    Сейчас { $now } UTC. Другое время пришлите так: <code>2026-12-01 18:00</code> (UTC)
bot-bc-button-at-once = Сразу
bot-bc-button-in-an-hour = Через час
bot-bc-button-tomorrow = Завтра в это же время

bot-bc-speeds =
    <b>С какой скоростью?</b>

    Бесплатно: { $rate } в секунду, около { $time } на { $count ->
        [one] { $count } человека
       *[other] { $count } человек
    }.

    За звёзды: до { $fast } в секунду. Каждое сообщение сверх 30 в секунду стоит 0,1 звезды, здесь — не больше <b>{ $stars ->
        [one] { $stars } звезды
       *[other] { $stars } звёзд
    }</b>. Telegram списывает их с баланса бота, где должно быть не меньше 10 000 звёзд. Платные рассылки включаются в @BotFather.
bot-bc-button-free = Бесплатно
bot-bc-button-stars = За звёзды, не больше { $stars }

# Что с ней не так

bot-bc-flaw-again = Пришлите ещё раз или вернитесь к черновику.
bot-bc-flaw-empty = Отправлять пока нечего. Сначала напишите текст.
bot-bc-flaw-no-text = Текст пуст.
bot-bc-flaw-too-long = Текст ({ $language }): { $length } символов, а Telegram принимает не больше { $most }.
bot-bc-flaw-caption = С фото или документом в тексте может быть до { $most } символов, а здесь ({ $language }) { $length }.
bot-bc-flaw-html = Такое форматирование Telegram не примет: { $why }
bot-bc-flaw-buttons = Кнопок может быть не больше трёх.
bot-bc-flaw-button-shape = Строка { $line }: напишите текст, тире с пробелами вокруг и ссылку.
bot-bc-flaw-button-text = Строка { $line }: в тексте кнопки должно быть от 1 до 64 символов.
bot-bc-flaw-button-long = Строка { $line }: ссылка слишком длинная.
bot-bc-flaw-button-address = Строка { $line }: ссылка должна выглядеть так: https://example.org
bot-bc-flaw-button-host = Строка { $line }: Telegram не открывает ссылки, в имени хоста которых нет точки.
bot-bc-flaw-button-scheme = Строка { $line }: ссылка должна начинаться с https://, http:// или tg://
bot-bc-flaw-file = Этот файл нельзя разослать.
bot-bc-flaw-plan = Тарифа { $plan } нет.
bot-bc-flaw-days = Число дней — от 1 до 3 650.
bot-bc-flaw-tokens = Число токенов — не меньше 1.
bot-bc-flaw-people = Укажите от 1 до 10 000 Telegram ID.
bot-bc-flaw-person = { $id } — не Telegram ID.
bot-bc-flaw-over = Это время уже прошло. Выберите другое.
bot-bc-flaw-too-far = До этого времени больше года.
bot-bc-flaw-segment = Не понимаю это условие. Напишите так: <code>everyone</code>, <code>plans:vip,elite</code>, <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>language:ru</code>, <code>active_within:45</code>, <code>people:1001,1002</code>
bot-bc-flaw-time = Не понимаю это время. Напишите так: <code>2026-12-01 18:00</code> (UTC)
bot-bc-flaw-album = Альбом разослать нельзя: пришлите одно фото или один документ.
bot-bc-flaw-kind = Такое сообщение разослать нельзя: пришлите текст, одно фото или один документ.

# Отправка

bot-bc-confirm =
    ⬆️ Так рассылку { $count ->
        [one] увидит <b>{ $count } человек</b>
        [few] увидят <b>{ $count } человека</b>
       *[many] увидят <b>{ $count } человек</b>
    }. Получатели: { $segment }.
bot-bc-confirm-languages = Языки: { $languages }. Каждый получит свой.
bot-bc-confirm-when = Начало: { $time }; займёт около { $length }.
bot-bc-confirm-paid = Стоит не больше <b>{ $stars ->
        [one] { $stars } звезды
       *[other] { $stars } звёзд
    }</b>.
bot-bc-confirm-type = Чтобы отправить, напишите число: <code>{ $number }</code>
bot-bc-wrong-number = Число не совпадает, ничего не отправлено. Чтобы отправить, напишите <code>{ $number }</code> или вернитесь к черновику.
bot-bc-late = Ваше число дошло с большой задержкой, поэтому ничего не отправлено. Если всё верно, напишите <code>{ $number }</code> ещё раз.
bot-bc-other-number = За это время число получателей изменилось. Ничего не отправлено.
bot-bc-nobody = Сейчас её никто не получит.
bot-bc-refused =
    ⚠️ Telegram не принимает этот текст ({ $language }) ни для кого:
    { $why }
bot-bc-not-shown = Telegram не ответил. Попробуйте открыть предпросмотр чуть позже.

# Ход

bot-bc-card = 📣 <b>Рассылка №{ $id }</b>: { $state }
bot-bc-card-to = Получатели: { $segment } — { $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }
bot-bc-card-begins = Начало: { $time }
bot-bc-card-sent = Отправлено: <b>{ $count }</b>
bot-bc-card-unreachable = Недоступны: { $count }
bot-bc-card-failed = Ошибки: { $count }
bot-bc-card-uncertain = Не подтверждено: { $count }
bot-bc-card-unwanted = Отписались за это время: { $count }
bot-bc-card-left = Осталось: { $count }
bot-bc-card-retracted = Удалено: <b>{ $count }</b>
bot-bc-card-kept = Не удалось удалить: { $count }
bot-bc-card-rate = { $rate } в секунду, осталось около { $length }
bot-bc-card-waiting = осталось около { $length }
bot-bc-card-held = ⏳ До { $time } UTC ничего не отправляется: { $why }
bot-bc-card-trouble = ⚠️ { $why }
bot-bc-card-began = Начата { $time }
bot-bc-card-ended = Завершена { $time }
bot-bc-seconds = { $count } с
bot-bc-minutes = { $count } мин
bot-bc-hours = { $count } ч
bot-bc-button-pause = ⏸ Пауза
bot-bc-button-resume = ▶️ Продолжить
bot-bc-button-cancel = ⏹ Отменить
bot-bc-button-recall = ✏️ Вернуть в черновики
bot-bc-button-retract = ↩️ Отозвать
bot-bc-button-failures = 📄 Кто не получил
bot-bc-ask-cancel =
    Остановить рассылку №{ $id } насовсем?
    { $left ->
        [0] Все сообщения уже отправлены.
        [one] Её не получит { $left } человек.
        [few] Её не получат { $left } человека.
       *[many] Её не получат { $left } человек.
    }
bot-bc-ask-cancel-scheduled = Отменить рассылку №{ $id }? Её никто не получит.
bot-bc-ask-throw-away = Удалить черновик №{ $id }?
bot-bc-ask-retract =
    Удалить рассылку №{ $id } из { $count ->
        [one] { $count } чата
       *[other] { $count } чатов
    } и остановить её насовсем?
    Telegram разрешает боту удалять только сообщения за последние 48 часов.
bot-bc-button-cancel-yes = Да, остановить
bot-bc-button-throw-away-yes = Да, удалить
bot-bc-button-retract-yes = Да, удалить
bot-bc-button-no = Нет, назад
bot-bc-no-failures = Все получили рассылку.
bot-bc-failures = Рассылка №{ $id }: { $count ->
        [one] { $count } человек мог её не получить
        [few] { $count } человека могли её не получить
       *[many] { $count } человек могли её не получить
    }

# Прошлые

bot-bc-list = <b>Рассылки</b>
bot-bc-list-none =
    <b>Рассылки</b>

    Пока их нет.
bot-bc-button-older = Раньше ›
