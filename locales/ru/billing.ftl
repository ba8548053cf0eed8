# Покупки: тарифы, пакеты токенов, продление и контакт. В чате (bot-) и на страницах (page-).

bot-command-purchases = Ваши покупки
bot-command-support = Задать вопрос
bot-command-paysupport = Помощь с оплатой
bot-command-terms = Условия использования
bot-command-refund = Вернуть оплату

bot-button-support = 💬 Поддержка
bot-button-paysupport = 💳 Помощь с оплатой
bot-button-terms = 📄 Условия
bot-button-read-terms = 📄 Прочитать условия
bot-button-purchases = 🧾 Мои покупки

bot-support =
    <b>Поддержка</b>

    Напишите { $contact }. Укажите номер аккаунта: #{ NUMBER($number, useGrouping: "false") }. Никогда не присылайте API-ключ.
bot-support-none =
    <b>Поддержка</b>

    Владелец сервиса не указал контакт. Спросите там, где вы получили ссылку на бота, и назовите номер аккаунта: #{ NUMBER($number, useGrouping: "false") }. Никогда никому не присылайте API-ключ.
bot-support-stranger =
    <b>Поддержка</b>

    Напишите { $contact }.
bot-support-stranger-none =
    <b>Поддержка</b>

    Владелец сервиса не указал контакт. Спросите там, где вы получили ссылку на бота.
bot-paysupport =
    <b>Помощь с оплатой</b>

    Что-то не так с оплатой или нужен возврат? Напишите { $contact } и укажите дату и сумму: они есть в разделе «Мои покупки».

    Поддержка самого Telegram с покупками в этом боте не поможет.
bot-paysupport-none =
    <b>Помощь с оплатой</b>

    Владелец сервиса не указал контакт. Спросите там, где вы получили ссылку на бота, и назовите дату и сумму: они есть в разделе «Мои покупки».

    Поддержка самого Telegram с покупками в этом боте не поможет.
bot-terms =
    <b>Условия использования</b>

    Тарифы продлеваются каждые 30 дней, пока вы не отключите продление. После этого тариф действует до конца оплаченного срока. Пакеты токенов оплачиваются один раз. Оплата — звёздами Telegram.

    Полный текст: { $link }
bot-terms-unsold =
    <b>Условия использования</b>

    Сейчас здесь ничего не продаётся.

    Полный текст: { $link }
bot-banned-contact = Этот аккаунт заблокирован. Если вы считаете, что это ошибка, напишите { $contact }.

# Условия
page-terms = Условия использования
page-terms-lead = Условия этого сервиса простыми словами.
page-terms-use = Аккаунт и API-ключи
page-terms-use-keys = API-ключ действует от вашего имени. Храните его в тайне и отзовите, если его мог увидеть кто-то ещё.
page-terms-use-account = Аккаунт принадлежит только вам. Аккаунты, которые вредят другим или обходят ограничения, могут быть заблокированы.
page-terms-plans = Тарифы и токены
page-terms-plans-renew = Тариф оплачивается звёздами Telegram на 30 дней и продлевается каждые 30 дней по той же цене, пока вы не отключите продление.
page-terms-plans-cancel = Отключить продление можно в любой момент: в боте или на странице тарифов. Тариф действует до конца оплаченного срока. Если продление не удалось, тариф действует ещё не больше 3 дней.
page-terms-plans-upgrade = Более крупный тариф начинает действовать сразу. Остаток оплаченного тарифа засчитывается днями — по цене.
page-terms-packs = Пакет токенов оплачивается один раз. Его токены не сгорают в конце месяца.
page-terms-unsold = Сейчас здесь ничего не продаётся. Тарифы и токены назначает владелец сервиса.
page-terms-refunds = Возврат
page-terms-refunds-ask = Чтобы вернуть оплату, напишите по контакту ниже и укажите дату и сумму. Поддержка самого Telegram с покупками здесь не поможет.
page-terms-refunds-effect = При возврате пакета списываются его неизрасходованные токены. При возврате тарифа он сразу перестаёт действовать.
page-terms-data = Ваши данные
page-terms-data-kept = Мы храним то, что нужно для входа, проверки ключей и учёта покупок. Оплату проводит Telegram: данные вашей карты мы не видим.
page-terms-data-yours = В разделе «Безопасность» можно скачать все свои данные и удалить аккаунт.
page-contact = Контакт
page-contact-say = Вопросы, оплата, возврат:
page-contact-none = Владелец сервиса не указал контакт. Спросите там, где вы нашли этот сервис.

# Тарифы и пакеты в чате
bot-button-buy-plan = ⭐ { $title } · { $stars ->
    [one] { $stars } звезда
    [few] { $stars } звезды
   *[many] { $stars } звёзд
}
bot-button-buy-pack = 🪙 { $tokens ->
    [one] { $tokens } токен
    [few] { $tokens } токена
   *[many] { $tokens } токенов
} · { $stars ->
    [one] { $stars } звезда
    [few] { $stars } звезды
   *[many] { $stars } звёзд
}
bot-button-pay = ⭐ Оплатить: { $stars ->
    [one] { $stars } звезда
    [few] { $stars } звезды
   *[many] { $stars } звёзд
}
bot-button-packs = 🪙 Больше токенов
bot-button-plans-back = ‹ Тарифы
bot-button-packs-back = ‹ Пакеты токенов
bot-button-again = 🔁 Попробовать снова
bot-offers = Вот что поможет:
bot-plans-given-by = Тарифы назначает { $contact }.
bot-plans-given = Тарифы назначает владелец сервиса.
bot-plan-renews = Продлится { $day } за { $stars ->
    [one] { $stars } звезду
    [few] { $stars } звезды
   *[many] { $stars } звёзд
}
bot-plan-ends = Закончится { $day }, продление отключено
bot-plan-overdue = Продлить не удалось. Тариф действует самое позднее до { $day }
bot-plan-then = затем { $plan } ещё на { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
bot-plan-then-on = затем { $plan }
bot-plan-for-sites = Токены этого тарифа — для сайтов и приложений, в которые вы входите через NeuralBox. API-ключей в нём нет.
bot-plan-price = { $stars ->
    [one] { $stars } звезда за 30 дней
    [few] { $stars } звезды за 30 дней
   *[many] { $stars } звёзд за 30 дней
}. Продлевается каждые 30 дней; отключить продление можно в любой момент.
bot-plan-starts = Тариф начнёт действовать сразу, и приостановленные ключи снова заработают.
bot-plan-starts-no-keys = Тариф начнёт действовать сразу.
bot-plan-credit = Остаток оплаченного тарифа { $plan } добавит { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
} тарифа { $next }.
bot-packs =
    🪙 <b>Пакеты токенов</b>

    Оплачиваются один раз. Токены начисляются сразу и не сгорают в конце месяца.

    Ваш баланс: <b>{ $tokens ->
        [one] { $tokens } токен
        [few] { $tokens } токена
       *[many] { $tokens } токенов
    }</b>
bot-pack =
    🪙 <b>{ $title }</b>

    { $stars ->
        [one] { $stars } звезда
        [few] { $stars } звезды
       *[many] { $stars } звёзд
    }, один раз. Сразу будет начислено { $tokens ->
        [one] { $tokens } токен
        [few] { $tokens } токена
       *[many] { $tokens } токенов
    }; они не сгорают в конце месяца.
bot-no-such-product = Это больше не продаётся. Вот что есть сейчас.

# Подписка
bot-button-cancel-renewal = Отключить продление
bot-button-cancel-renewal-yes = Да, отключить
bot-button-cancel-renewal-no = Нет, оставить
bot-button-resume-renewal = Включить продление
bot-cancel-renewal-ask =
    Отключить продление тарифа <b>{ $plan }</b>?

    Тариф { $plan } действует до { $day }, затем будет { $base }. До этого дня продление можно включить снова.
bot-renewal-cancelled =
    ✅ <b>Продление отключено.</b>

    Тариф { $plan } действует до { $day }. Больше ничего не спишется.
bot-renewal-resumed =
    ✅ <b>Продление включено.</b>

    Тариф { $plan } продлится { $day } за { $stars ->
        [one] { $stars } звезду
        [few] { $stars } звезды
       *[many] { $stars } звёзд
    }.
bot-renewal-allowed =
    ▶️ <b>Остался один шаг в Telegram.</b>

    Откройте в Telegram «Настройки» › «Мои звёзды», выберите в подписках { $plan } и включите продление: { $stars ->
        [one] { $stars } звезда
        [few] { $stars } звезды
       *[many] { $stars } звёзд
    }, { $day }. Этот шаг Telegram оставляет вам.

# Покупки
bot-purchases = 🧾 <b>Ваши покупки</b>
bot-purchases-none =
    🧾 <b>Вы ещё ничего не покупали.</b>

    Здесь появятся платежи с датой и суммой.
bot-purchase-line = { $day } · <b>{ $title }</b> · { $stars ->
    [one] { $stars } звезда
    [few] { $stars } звезды
   *[many] { $stars } звёзд
}
bot-purchase-line-refunded = { $day } · <b>{ $title }</b> · { $stars ->
    [one] { $stars } звезда
    [few] { $stars } звезды
   *[many] { $stars } звёзд
} · возвращено
bot-button-older = Раньше ›
bot-button-newest = ‹ К новым

# Возврат администратором
bot-button-user-purchases = 🧾 Покупки
bot-button-refund = ↩️ { $title } · { $day }
bot-button-refund-yes = ↩️ Да, вернуть
bot-refund-usage =
    Формат: <code>/refund CHARGE</code> или <code>/refund 1001 CHARGE</code>
    CHARGE — номер платежа в Telegram. Проще: /user, затем «Покупки».
bot-refund-other = Это платёж другого человека. Ничего не возвращено.
bot-user-purchases = 🧾 <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): покупки. Нажмите на покупку, чтобы вернуть оплату.
bot-user-purchases-none = 🧾 <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): покупок нет.
bot-refund-ask-plan =
    Вернуть оплату: <b>{ $title }</b> ({ $day }, { $stars ->
        [one] { $stars } звезда
        [few] { $stars } звезды
       *[many] { $stars } звёзд
    }), аккаунт #{ NUMBER($number, useGrouping: "false") }?

    Тариф сразу перестанет действовать, продление отключится.
bot-refund-ask-pack =
    Вернуть оплату: <b>{ $title }</b> ({ $day }, { $stars ->
        [one] { $stars } звезда
        [few] { $stars } звезды
       *[many] { $stars } звёзд
    }), аккаунт #{ NUMBER($number, useGrouping: "false") }?

    Неизрасходованные токены будут списаны.
bot-refund-done = ↩️ Возвращено: <b>{ $title }</b>, { $stars ->
    [one] { $stars } звезда
    [few] { $stars } звезды
   *[many] { $stars } звёзд
}, аккаунт #{ NUMBER($number, useGrouping: "false") }.
bot-refund-queued = ⏳ Telegram недоступен. Возврат ({ $title }, { $stars ->
    [one] { $stars } звезда
    [few] { $stars } звезды
   *[many] { $stars } звёзд
}, аккаунт #{ NUMBER($number, useGrouping: "false") }) пройдёт, как только он заработает.

# Страница тарифов
page-billing-plan = Ваш тариф
page-billing-renews = Продлится за { $count ->
    [one] { $count } звезду
    [few] { $count } звезды
   *[many] { $count } звёзд
}
page-billing-off = Продление отключено. Тариф закончится
page-billing-overdue = Продлить не удалось: проверьте звёзды в Telegram. Тариф закончится
page-billing-then = Затем { $plan } ещё на { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}.
page-billing-then-on = Затем { $plan }.
page-billing-cancel = Отключить продление
page-billing-resume = Включить продление
page-billing-given-by = Тарифы назначает
page-billing-given = Тарифы назначает владелец сервиса.
page-billing-telegram = Тарифы оплачиваются звёздами Telegram. Сначала привяжите Telegram, чтобы покупка попала в этот аккаунт:
page-billing-telegram-connect = Привязать Telegram
page-plan-for-sites = Для сайтов и приложений, в которые вы входите через NeuralBox
page-plan-get = Подключить { $what }
page-plan-credit = { $days ->
    [one] Остаток вашего тарифа добавит { $days } день.
    [few] Остаток вашего тарифа добавит { $days } дня.
   *[many] Остаток вашего тарифа добавит { $days } дней.
}
page-packs = Пакеты токенов
page-packs-say = Оплачиваются один раз. Токены начисляются сразу и не сгорают в конце месяца.
page-pack-stars = { $count ->
    [one] { $count } звезда
    [few] { $count } звезды
   *[many] { $count } звёзд
}
page-pack-tokens = { $count ->
    [one] { $count } токен
    [few] { $count } токена
   *[many] { $count } токенов
}
page-pack-buy = Купить
page-pack-buy-label = Купить «{ $what }»
page-purchases = Покупки
page-purchases-none = Вы ещё ничего не покупали.
page-purchase-price = Цена
page-purchase-state = Статус
page-purchase-state-paid = Оплачено
page-purchase-state-refunded = Возвращено
page-purchase-when = Дата
page-billing-help = Вопросы об оплате?
page-billing-help-say = Напишите:
page-cancel-renewal = Отключение продления
page-cancel-renewal-question = Отключить продление тарифа { $what }?
page-cancel-renewal-say = Тариф действует до конца оплаченного срока. До этого продление можно включить снова.
page-cancel-renewal-then = Затем будет тариф
page-cancel-renewal-yes = Отключить продление
page-cancel-renewal-no = Оставить
page-done-renewal-cancelled = Продление отключено. Больше ничего не спишется.
page-done-renewal-resumed = Продление включено.
page-done-renewal-allowed = Остался один шаг: откройте в Telegram «Настройки» › «Мои звёзды» и включите продление там.

# Квитанции
bot-receipt-plan =
    ✅ <b>У вас тариф { $plan } до { $day }</b>

    Оплачено: { $stars ->
        [one] { $stars } звезда
        [few] { $stars } звезды
       *[many] { $stars } звёзд
    }. Тариф продлевается каждые 30 дней, пока вы не отключите продление.
    Платёж: <code>{ $charge }</code>
bot-receipt-renewed =
    🔄 <b>Тариф { $plan } продлён до { $day }</b>

    Оплачено: { $stars ->
        [one] { $stars } звезда
        [few] { $stars } звезды
       *[many] { $stars } звёзд
    }.
    Платёж: <code>{ $charge }</code>
bot-receipt-pack =
    ✅ <b>+{ $tokens ->
        [one] { $tokens } токен
        [few] { $tokens } токена
       *[many] { $tokens } токенов
    }</b>

    Оплачено: { $stars ->
        [one] { $stars } звезда
        [few] { $stars } звезды
       *[many] { $stars } звёзд
    }. Баланс: { $balance }.
    Платёж: <code>{ $charge }</code>
bot-receipt-refunded =
    ↩️ <b>Оплата возвращена: { $title }</b>

    { $stars ->
        [one] Вам вернулась { $stars } звезда.
        [few] Вам вернулись { $stars } звезды.
       *[many] Вам вернулось { $stars } звёзд.
    } { $taken ->
        [0] Оплаченное больше не действует.
        [one] Списан { $taken } неизрасходованный токен.
        [few] Списано { $taken } неизрасходованных токена.
       *[many] Списано { $taken } неизрасходованных токенов.
    }
bot-receipt-renewal-failed =
    ⚠️ <b>Telegram не смог продлить тариф { $plan }</b>

    Тариф действует самое позднее до { $day }. Пополните звёзды в Telegram или оплатите ещё раз здесь.

# Ошибки при покупке
page-problem-key_limit_reached = Все ключи вашего тарифа заняты
page-problem-key_limit_reached-say = Отзовите ненужный ключ или выберите тариф, где ключей больше. Ничего не изменилось.
page-problem-insufficient_plan = В вашем тарифе нет доступа к API
page-problem-insufficient_plan-say = Ничего не изменилось и не удалено. С тарифом, где есть доступ к API, ключи снова заработают.
page-problem-product_not_sold = Это не продаётся
page-problem-product_not_sold-say = Ничего не заказано. Что есть сейчас — в разделе «Тарифы».
page-problem-better_plan = У вас уже есть этот тариф или лучше
page-problem-better_plan-say = Ничего не заказано.
page-problem-already_subscribed = У вас уже есть подписка на этот тариф
page-problem-already_subscribed-say = Ничего не заказано. Подписка продлевается сама.
page-problem-telegram_required = Сначала привяжите Telegram
page-problem-telegram_required-say = Тарифы оплачиваются звёздами Telegram. Привяжите Telegram в разделе «Безопасность» и попробуйте ещё раз.
page-problem-payments_unavailable = Telegram не отвечает
page-problem-payments_unavailable-say = Ничего не изменилось. Попробуйте через минуту.
page-problem-refused_by_telegram = Telegram не принял запрос
page-problem-refused_by_telegram-say = Ничего не изменилось. Продлением можно управлять и в самом Telegram: «Настройки» › «Мои звёзды».
page-problem-no_subscription = Подписки, которую можно изменить, нет
page-problem-no_subscription-say = Она закончилась, или её заменила другая. Действующая — в разделе «Тарифы».
page-problem-purchase_not_found = Покупка не найдена
page-problem-purchase_not_found-say = Ничего не изменилось.
page-problem-already_refunded = Оплата уже возвращена
page-problem-already_refunded-say = Ничего не изменилось.
page-problem-trial_not_offered = Пробного периода сейчас нет
page-problem-trial_not_offered-say = Что есть — в разделе «Тарифы».
page-problem-trial_used = Пробный период вам недоступен
page-problem-trial_used-say = Он уже был, или у вас есть этот тариф либо лучше.
