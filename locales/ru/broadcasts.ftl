# Рассылки, для администраторов. HTML Telegram; значения экранируются заранее.

bot-command-broadcast = Написать многим сразу
bot-command-broadcasts = Рассылки и их ход

# Составление

bot-bc-ask-text =
    📣 <b>Рассылка №{ $id }</b>

    Напишите сообщение { $language } или перешлите его: текст с форматированием либо одно фото или документ с подписью. Оно уйдёт ровно таким, каким вы его пришлёте.
bot-bc-in-en = по-английски
bot-bc-in-ru = по-русски
bot-bc-button-instead = Сначала { $language }
bot-bc-button-draft = ‹ Черновик
bot-bc-button-broadcasts = ‹ Рассылки
bot-bc-button-new = ➕ Новая рассылка

bot-bc-draft = 📣 <b>Рассылка №{ $id }</b>, черновик
bot-bc-draft-gone = Рассылка №{ $id } выброшена.
bot-bc-line-nothing = В ней пока ничего нет.
bot-bc-line-texts = Текст: { $languages }
bot-bc-line-one-language = Текст: { $languages }, для всех
bot-bc-line-photo = С фото
bot-bc-line-document = С документом
bot-bc-line-buttons = Кнопки: { $buttons }
bot-bc-line-about = О чём: { $about }
bot-bc-line-to = Кому: { $segment } — <b>{ $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }</b>
bot-bc-line-when = Когда: { $time }
bot-bc-line-paid = Быстрее за звёзды
bot-bc-at-once = сразу
bot-bc-at = { $day } { $time } UTC

bot-bc-button-texts = ✏️ Текст
bot-bc-button-buttons = 🔗 Кнопки
bot-bc-button-to = 👥 Кому
bot-bc-button-about = 🏷 О чём
bot-bc-button-when = 🕒 Когда
bot-bc-button-speed = ⚡ Скорость
bot-bc-button-review = 👁 Посмотреть и отправить
bot-bc-button-throw-away = 🗑 Выбросить

bot-bc-texts =
    <b>Что в ней сказано</b>

    Каждый получит текст на своём языке; если такого нет — на английском или на том, какой есть. Фото или документ — один для всех.
bot-bc-button-write = ✏️ { $language }
bot-bc-button-write-anew = ✅ { $language }
bot-bc-button-drop = 🗑 { $language }
bot-bc-button-drop-photo = 🗑 Фото
bot-bc-button-drop-document = 🗑 Документ

bot-bc-ask-buttons =
    <b>Кнопки под сообщением</b>

    Напишите их по одной в строке, не больше трёх:
    <code>Подробнее - https://example.org/news</code>
bot-bc-ask-buttons-in =
    <b>Кнопки под сообщением { $language }</b>

    Напишите их по одной в строке, не больше трёх. Если их нет, там стоят кнопки для всех языков.
    <code>Подробнее - https://example.org/news</code>
bot-bc-buttons-now = Сейчас:
bot-bc-button-drop-buttons = 🗑 Без кнопок
bot-bc-button-buttons-in = Только { $language }

bot-bc-abouts =
    <b>О чём она?</b>

    В /notify можно отключить всё, кроме сообщений о самом сервисе. Кто отключил, ничего не получит.
bot-bc-about-service = о самом сервисе
bot-bc-about-plan-news = о планах и ценах
bot-bc-about-product-news = о новом

bot-bc-segments =
    <b>Кто её получит?</b>

    { $segment } — <b>{ $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }</b>, посчитано сейчас

    Они запустили бота, им можно писать, и они хотят об этом знать.

    Или напишите: <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>active_within:45</code>, <code>people:1001,1002</code>
bot-bc-to-everyone = всем
bot-bc-to-plans = тем, у кого план { $plans }
bot-bc-to-plan-ends = тем, чей план кончается в ближайшие { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
bot-bc-to-balance-under = тем, у кого меньше { $tokens ->
        [one] { $tokens } токена
       *[other] { $tokens } токенов
    }
bot-bc-to-language = тем, кто читает { $language }
bot-bc-to-active-within = тем, кто был здесь за последние { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
bot-bc-to-people = выбранным поимённо ({ $count })
bot-bc-button-everyone = Всем
bot-bc-button-plan-ends = План кончается: { $days } дн.
bot-bc-button-balance-under = Меньше { $tokens }
bot-bc-button-language = { $language }
bot-bc-button-active-within = Были за { $days } дн.

bot-bc-times =
    <b>Когда начать?</b>

    { $time }

    Сейчас { $now } UTC. Другое время напишите так: <code>2026-12-01 18:00</code> (UTC)
bot-bc-button-at-once = Сразу
bot-bc-button-in-an-hour = Через час
bot-bc-button-tomorrow = Завтра в это же время

bot-bc-speeds =
    <b>Как быстро?</b>

    Бесплатно: { $rate } в секунду, около { $time } на { $count ->
        [one] { $count } человека
       *[other] { $count } человек
    }.

    За звёзды: до { $fast } в секунду. Каждое сообщение сверх 30 в секунду стоит 0,1 звезды: здесь не больше <b>{ $stars ->
        [one] { $stars } звезды
       *[other] { $stars } звёзд
    }</b>. Telegram берёт их с баланса бота, на котором должно быть не меньше 10 000 звёзд; платные рассылки включают в @BotFather.
bot-bc-button-free = Бесплатно
bot-bc-button-stars = За звёзды, не больше { $stars }

# Что с ней не так

bot-bc-flaw-again = Пришлите ещё раз или оставьте как есть.
bot-bc-flaw-empty = Отправлять пока нечего. Сначала напишите текст.
bot-bc-flaw-no-text = Текст пуст.
bot-bc-flaw-too-long = В тексте { $language } знаков: { $length }; Telegram принимает { $most }.
bot-bc-flaw-caption = С фото или документом в тексте может быть { $most } знаков; { $language } их { $length }.
bot-bc-flaw-html = Такое форматирование Telegram не примет: { $why }
bot-bc-flaw-buttons = Кнопок может быть три, не больше.
bot-bc-flaw-button-shape = Строка { $line }: кнопка — это текст, тире с пробелами вокруг и адрес.
bot-bc-flaw-button-text = Строка { $line }: в тексте должно быть от 1 до 64 знаков.
bot-bc-flaw-button-long = Строка { $line }: адрес слишком длинный.
bot-bc-flaw-button-address = Строка { $line }: адрес должен быть как https://example.org
bot-bc-flaw-button-host = Строка { $line }: адрес, в имени хоста которого нет точки, Telegram не откроет.
bot-bc-flaw-button-scheme = Строка { $line }: адрес должен начинаться с https://, http:// или tg://
bot-bc-flaw-file = Этот файл нельзя отправить дальше.
bot-bc-flaw-plan = Плана { $plan } нет.
bot-bc-flaw-days = Число дней — от 1 до 3 650.
bot-bc-flaw-tokens = Число токенов — не меньше 1.
bot-bc-flaw-people = Назовите от 1 до 10 000 человек по их Telegram id.
bot-bc-flaw-person = { $id } — не Telegram id.
bot-bc-flaw-over = Это время прошло. Выберите другое.
bot-bc-flaw-too-far = До этого времени больше года.
bot-bc-flaw-segment = Этого я не понимаю. Напишите так: <code>everyone</code>, <code>plans:vip,elite</code>, <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>language:ru</code>, <code>active_within:45</code>, <code>people:1001,1002</code>
bot-bc-flaw-time = Такого времени я не понимаю. Напишите так: <code>2026-12-01 18:00</code> (UTC)
bot-bc-flaw-album = Альбом разослать нельзя: пришлите одно фото или один документ.
bot-bc-flaw-kind = Такое сообщение разослать нельзя: пришлите текст, одно фото или один документ.

# Отправка

bot-bc-confirm =
    ⬆️ <b>Ровно такой</b> её получат <b>{ $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }</b>. Кому: { $segment }.
bot-bc-confirm-languages = Тексты: { $languages }, каждому свой.
bot-bc-confirm-when = Начало: { $time }; займёт около { $length }.
bot-bc-confirm-paid = Это стоит не больше <b>{ $stars ->
        [one] { $stars } звезды
       *[other] { $stars } звёзд
    }</b>.
bot-bc-confirm-type = Чтобы отправить, напишите число: <code>{ $number }</code>
bot-bc-wrong-number = Число другое. Ничего не отправлено. Чтобы отправить, напишите <code>{ $number }</code> — или вернитесь к черновику.
bot-bc-late = Это число дошло через много времени после того, как вы его отправили. Ничего не отправлено. Если всё ещё верно, напишите <code>{ $number }</code> снова.
bot-bc-other-number = За это время число изменилось. Ничего не отправлено.
bot-bc-nobody = Сейчас её никто не получит.
bot-bc-refused =
    ⚠️ Telegram не принимает сообщение { $language } и не примет ни для кого:
    { $why }
bot-bc-not-shown = Telegram не ответил. Попробуйте посмотреть ещё раз чуть позже.

# Ход

bot-bc-card = 📣 <b>Рассылка №{ $id }</b>: { $state }
bot-bc-card-to = Кому: { $segment } — { $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }
bot-bc-card-begins = Начало: { $time }
bot-bc-card-sent = Отправлено: <b>{ $count }</b>
bot-bc-card-unreachable = Недоступны: { $count }
bot-bc-card-failed = Не отправлено: { $count }
bot-bc-card-uncertain = Неизвестно: { $count }
bot-bc-card-unwanted = Уже не хотели: { $count }
bot-bc-card-left = Осталось: { $count }
bot-bc-card-retracted = Удалено: <b>{ $count }</b>
bot-bc-card-kept = Не удалось удалить: { $count }
bot-bc-card-rate = { $rate } в секунду, осталось около { $length }
bot-bc-card-waiting = осталось около { $length }
bot-bc-card-held = ⏳ До { $time } UTC ничего не отправляется: { $why }
bot-bc-card-trouble = ⚠️ { $why }
bot-bc-card-began = Начата { $time }
bot-bc-card-ended = Окончена { $time }
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
        [0] Больше никого не осталось.
        [one] Её не получит { $left } человек.
        [few] Её не получат { $left } человека.
       *[many] Её не получат { $left } человек.
    }
bot-bc-ask-cancel-scheduled = Отменить рассылку №{ $id }? Её никто не получит.
bot-bc-ask-throw-away = Выбросить черновик рассылки №{ $id }?
bot-bc-ask-retract =
    Удалить рассылку №{ $id } из { $count ->
        [one] { $count } чата
       *[other] { $count } чатов
    } и остановить её насовсем?
    Telegram даёт боту удалить то, что он отправил за последние 48 часов.
bot-bc-button-cancel-yes = Да, остановить
bot-bc-button-throw-away-yes = Да, выбросить
bot-bc-button-retract-yes = Да, удалить
bot-bc-button-no = Нет, назад
bot-bc-no-failures = Все, кому писали, её получили.
bot-bc-failures = Рассылка №{ $id }: { $count ->
        [one] { $count } человек, о котором
        [few] { $count } человека, о которых
       *[many] { $count } человек, о которых
    } неизвестно, что она дошла

# Прошлые

bot-bc-list = <b>Рассылки</b>
bot-bc-list-none =
    <b>Рассылки</b>

    Пока их нет.
bot-bc-button-older = Раньше ›
