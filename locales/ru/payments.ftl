# Оплата звёздами Telegram: ответы перед оплатой, чеки, отказы, события.

# Перед оплатой, видны в окне оплаты Telegram.
bot-checkout-unknown = Этот счёт уже не действует. Ничего не списано. Откройте тарифы в боте и попробуйте ещё раз.
bot-checkout-expired = Этот счёт устарел. Ничего не списано. Откройте тарифы в боте и попробуйте ещё раз.
bot-checkout-paid = Этот счёт уже оплачен. Повторно ничего не списано.
bot-checkout-price = Цена изменилась. Ничего не списано. Новая цена — в тарифах в боте.
bot-checkout-not-sold = Это больше не продаётся. Ничего не списано.
bot-checkout-other-person = Этот счёт выставлен другому аккаунту. Ничего не списано. Откройте тарифы в своём чате с ботом.
bot-checkout-banned = Ваш аккаунт заблокирован. Ничего не списано.
bot-checkout-deletion = Ваш аккаунт будет удалён. Ничего не списано. Сначала отмените удаление.
bot-checkout-better-plan = У вас уже есть этот тариф или лучше. Ничего не списано.
bot-checkout-subscribed = У вас уже есть подписка на этот тариф. Ничего не списано.
bot-checkout-other-payment = Прямо сейчас оплачивается другой тариф. Ничего не списано. Подождите минуту и попробуйте ещё раз.
bot-checkout-unavailable = Сейчас что-то не работает. Ничего не списано. Попробуйте через минуту.
bot-checkout-late = Telegram не дождался моего ответа, и оплата не прошла. Если чек не придёт в течение минуты, ничего не списано: попробуйте ещё раз.

# Почему нельзя купить, отменить или вернуть.
bot-purchase-not-sold = Это не продаётся.
bot-purchase-better-plan = У вас уже есть этот тариф или лучше.
bot-purchase-subscribed = У вас уже есть подписка на этот тариф.
bot-purchase-telegram-required = Звёздами платят в Telegram. Сначала привяжите аккаунт Telegram.
bot-purchase-telegram-unavailable = Telegram не отвечает. Ничего не изменено. Попробуйте через минуту.
bot-purchase-telegram-refused = Telegram не принял запрос. Ничего не изменено.
bot-purchase-no-subscription = У вас нет подписки, которую можно изменить.
bot-purchase-not-found = Такой покупки нет.
bot-purchase-refunded = Деньги за эту покупку уже возвращены.
bot-purchase-no-trial = Пробного периода сейчас нет.
bot-purchase-trial-used = Пробный период — для тех, у кого его ещё не было и нет этого тарифа.

activity-bought = Куплено: { $what } за { $stars ->
    [one] { $stars } звезду
    [few] { $stars } звезды
   *[many] { $stars } звёзд
}
activity-refunded = Возврат за { $what }: { $stars ->
    [one] { $stars } звезда
    [few] { $stars } звезды
   *[many] { $stars } звёзд
}
activity-renewal-cancelled = Продление тарифа { $what } отменено
activity-renewal-resumed = Продление тарифа { $what } возобновлено
activity-renewal-failed = Telegram не смог продлить тариф { $what }
activity-trial-started = Начат пробный период: { $what }

page-ledger-purchase = Покупка токенов
page-ledger-refund = Возврат покупки
