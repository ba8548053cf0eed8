# Payments in Telegram Stars: answers before a payment, receipts, refusals, activity.

# Before a payment, shown in Telegram's payment window.
bot-checkout-unknown = This invoice is no longer valid. Nothing was charged. Open the plans in the bot and try again.
bot-checkout-expired = This invoice is too old. Nothing was charged. Open the plans in the bot and try again.
bot-checkout-paid = This invoice has already been paid. Nothing was charged again.
bot-checkout-price = The price has changed. Nothing was charged. Open the plans in the bot to see the new one.
bot-checkout-not-sold = This is no longer sold. Nothing was charged.
bot-checkout-other-person = This invoice belongs to another account. Nothing was charged. Open the plans in your own chat with the bot.
bot-checkout-banned = Your account is suspended. Nothing was charged.
bot-checkout-deletion = Your account is scheduled for deletion. Nothing was charged. Cancel the deletion first.
bot-checkout-better-plan = You already have this plan or a better one. Nothing was charged.
bot-checkout-subscribed = You’re already subscribed to this plan. Nothing was charged.
bot-checkout-other-payment = Another plan is being paid right now. Nothing was charged. Wait a minute and try again.
bot-checkout-unavailable = Something isn’t working right now. Nothing was charged. Please try again in a minute.
bot-checkout-late = Telegram stopped waiting for my answer, so this payment didn’t go through. If no receipt follows within a minute, nothing was charged: try again.

# Why something cannot be bought, cancelled or given back.
bot-purchase-not-sold = This isn’t sold.
bot-purchase-better-plan = You already have this plan or a better one.
bot-purchase-subscribed = You’re already subscribed to this plan.
bot-purchase-telegram-required = Stars are paid in Telegram. Link your Telegram account first.
bot-purchase-telegram-unavailable = Telegram isn’t answering. Nothing was changed. Please try again in a minute.
bot-purchase-telegram-refused = Telegram didn’t accept this. Nothing was changed.
bot-purchase-no-subscription = You have no subscription that could be changed.
bot-purchase-not-found = There’s no such purchase.
bot-purchase-refunded = This purchase has already been refunded.
bot-purchase-no-trial = There’s no free trial at the moment.
bot-purchase-trial-used = The free trial is for people who haven’t had it and don’t have this plan.

activity-bought = Bought { $what } for { $stars ->
    [one] { $stars } Star
   *[other] { $stars } Stars
}
activity-refunded = { $what } refunded: { $stars ->
    [one] { $stars } Star
   *[other] { $stars } Stars
}
activity-renewal-cancelled = Renewal of { $what } canceled
activity-renewal-resumed = Renewal of { $what } resumed
activity-renewal-failed = Telegram couldn’t renew { $what }
activity-trial-started = Free trial of { $what } started

page-ledger-purchase = Tokens bought
page-ledger-refund = Purchase refunded
