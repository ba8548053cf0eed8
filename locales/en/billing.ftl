# Buying: plans, packs of tokens, purchases, renewal, and whom to ask. In chat (bot-) and on the pages (page-).

bot-command-purchases = Your purchases
bot-command-support = Ask a question
bot-command-paysupport = Help with a payment
bot-command-terms = Terms of use
bot-command-refund = Refund a payment

bot-button-support = 💬 Support
bot-button-paysupport = 💳 Help with a payment
bot-button-terms = 📄 Terms
bot-button-read-terms = 📄 Read the terms
bot-button-purchases = 🧾 My purchases

bot-support =
    <b>Support</b>

    Write to { $contact }. Include your account number, #{ NUMBER($number, useGrouping: "false") }, but never an API key.
bot-support-none =
    <b>Support</b>

    The operator of this service hasn’t published a contact. Ask where you got the link to this bot, and include your account number, #{ NUMBER($number, useGrouping: "false") }. Never send anyone an API key.
bot-support-stranger =
    <b>Support</b>

    Write to { $contact }.
bot-support-stranger-none =
    <b>Support</b>

    The operator of this service hasn’t published a contact. Ask where you got the link to this bot.
bot-paysupport =
    <b>Help with a payment</b>

    Something wrong with a payment, or want a refund? Write to { $contact } and include the date and amount: you’ll find both under My purchases.

    Telegram’s own support can’t help with purchases made here.
bot-paysupport-none =
    <b>Help with a payment</b>

    The operator of this service hasn’t published a contact. Ask where you got the link to this bot, and include the date and amount: you’ll find both under My purchases.

    Telegram’s own support can’t help with purchases made here.
bot-terms =
    <b>Terms of use</b>

    Plans renew every 30 days until you cancel. After canceling, you keep the plan until it ends. Token packs are paid once. Payments are in Telegram Stars.

    The full terms: { $link }
bot-terms-unsold =
    <b>Terms of use</b>

    Nothing is sold here at the moment.

    The full terms: { $link }
bot-banned-contact = This account is suspended. If you think this is a mistake, write to { $contact }.

# Terms
page-terms = Terms of use
page-terms-lead = The terms of this service, in plain words.
page-terms-use = Account and API keys
page-terms-use-keys = An API key acts in your name. Keep it secret, and revoke it if anyone else may have seen it.
page-terms-use-account = Your account is yours alone. Accounts that harm others or get around limits can be suspended.
page-terms-plans = Plans and tokens
page-terms-plans-renew = A plan is paid in Telegram Stars for 30 days and renews every 30 days at the same price, until you cancel.
page-terms-plans-cancel = You can cancel anytime, in the bot or on the billing page. You keep the plan until the end of the paid period. If a renewal fails, the plan continues for at most 3 days.
page-terms-plans-upgrade = A larger plan starts right away. What’s left of the paid one is credited in days, by price.
page-terms-packs = A pack of tokens is paid once. Its tokens don’t expire at the end of the month.
page-terms-unsold = Nothing is sold here at the moment. Plans and tokens are assigned by the operator.
page-terms-refunds = Refunds
page-terms-refunds-ask = For a refund, write to the contact below, and include the date and amount of the payment. Telegram’s own support can’t help with purchases made here.
page-terms-refunds-effect = A refunded pack takes back its unspent tokens. A refunded plan ends right away.
page-terms-data = Your data
page-terms-data-kept = We store what’s needed to sign you in, check your keys and account for your purchases. Payments are handled by Telegram; we never see your card.
page-terms-data-yours = You can download all your data and delete your account under Security.
page-contact = Contact
page-contact-say = Questions, payments, refunds:
page-contact-none = The operator of this service hasn’t published a contact. Ask where you found this service.

# Plans and packs in chat
bot-button-buy-plan = ⭐ { $title } · { $stars ->
    [one] { $stars } Star
   *[other] { $stars } Stars
}
bot-button-buy-pack = 🪙 { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
} · { $stars ->
    [one] { $stars } Star
   *[other] { $stars } Stars
}
bot-button-pay = ⭐ Pay { $stars ->
    [one] { $stars } Star
   *[other] { $stars } Stars
}
bot-button-packs = 🪙 More tokens
bot-button-plans-back = ‹ Plans
bot-button-packs-back = ‹ Token packs
bot-button-again = 🔁 Try again
bot-offers = Here’s what would help:
bot-plans-given-by = Plans are assigned by { $contact }.
bot-plans-given = Plans are assigned by the operator of this service.
bot-plan-renews = Renews on { $day } for { $stars ->
    [one] { $stars } Star
   *[other] { $stars } Stars
}
bot-plan-ends = Ends on { $day }; renewal is off
bot-plan-overdue = The renewal failed. The plan continues until { $day } at most
bot-plan-then = then { $plan } for { $days ->
    [one] { $days } more day
   *[other] { $days } more days
}
bot-plan-then-on = then { $plan }
bot-plan-for-sites = Its tokens are for websites and apps where you sign in with NeuralBox. It has no API keys.
bot-plan-price = { $stars ->
    [one] { $stars } Star for 30 days
   *[other] { $stars } Stars for 30 days
}. Renews every 30 days until you cancel; you can cancel anytime.
bot-plan-starts = It starts right away, and paused keys work again.
bot-plan-starts-no-keys = It starts right away.
bot-plan-credit = What’s left of your paid { $plan } plan counts as { $days ->
    [one] { $days } extra day
   *[other] { $days } extra days
} of { $next }.
bot-packs =
    🪙 <b>Token packs</b>

    Paid once. The tokens are added right away and don’t expire at the end of the month.

    Your balance: <b>{ $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }</b>
bot-pack =
    🪙 <b>{ $title }</b>

    { $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }, paid once. You get { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    } right away; they don’t expire at the end of the month.
bot-no-such-product = That isn’t for sale any more. Here’s what there is now.

# The subscription
bot-button-cancel-renewal = Cancel renewal
bot-button-cancel-renewal-yes = Yes, cancel renewal
bot-button-cancel-renewal-no = No, keep it
bot-button-resume-renewal = Resume renewal
bot-cancel-renewal-ask =
    Cancel the renewal of <b>{ $plan }</b>?

    You keep { $plan } until { $day }, then you’re on { $base }. You can resume until then.
bot-renewal-cancelled =
    ✅ <b>Renewal is off.</b>

    { $plan } stays until { $day }. Nothing more will be charged.
bot-renewal-resumed =
    ✅ <b>Renewal is on.</b>

    { $plan } renews on { $day } for { $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }.
bot-renewal-allowed =
    ▶️ <b>One more step, in Telegram.</b>

    Open Telegram’s Settings › My Stars, choose { $plan } under Subscriptions and renew it there: { $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    } on { $day }. Telegram leaves this step to you.

# Purchases
bot-purchases = 🧾 <b>Your purchases</b>
bot-purchases-none =
    🧾 <b>You haven’t bought anything yet.</b>

    Payments appear here with their date and amount.
bot-purchase-line = { $day } · <b>{ $title }</b> · { $stars ->
    [one] { $stars } Star
   *[other] { $stars } Stars
}
bot-purchase-line-refunded = { $day } · <b>{ $title }</b> · { $stars ->
    [one] { $stars } Star
   *[other] { $stars } Stars
} · refunded
bot-button-older = Older ›
bot-button-newest = ‹ Newest

# Refunds by admins
bot-button-user-purchases = 🧾 Purchases
bot-button-refund = ↩️ { $title } · { $day }
bot-button-refund-yes = ↩️ Yes, refund
bot-refund-usage =
    Usage: <code>/refund CHARGE</code> or <code>/refund 1001 CHARGE</code>
    CHARGE is Telegram’s ID of the payment. Easier: /user, then Purchases.
bot-refund-other = This payment isn’t from that person. Nothing was refunded.
bot-user-purchases = 🧾 <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): purchases. Tap one to refund it.
bot-user-purchases-none = 🧾 <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) hasn’t bought anything.
bot-refund-ask-plan =
    Refund <b>{ $title }</b> ({ $day }, { $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }) to account #{ NUMBER($number, useGrouping: "false") }?

    The plan ends right away, and its renewal is off.
bot-refund-ask-pack =
    Refund <b>{ $title }</b> ({ $day }, { $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }) to account #{ NUMBER($number, useGrouping: "false") }?

    Its unspent tokens are taken back.
bot-refund-done = ↩️ Refunded: <b>{ $title }</b>, { $stars ->
    [one] { $stars } Star
   *[other] { $stars } Stars
}, account #{ NUMBER($number, useGrouping: "false") }.
bot-refund-queued = ⏳ Telegram is unavailable. The refund of <b>{ $title }</b> ({ $stars ->
    [one] { $stars } Star
   *[other] { $stars } Stars
}, account #{ NUMBER($number, useGrouping: "false") }) follows as soon as it’s back.

# Billing page
page-billing-plan = Your plan
page-billing-renews = Renews for { $count ->
    [one] { $count } Star
   *[other] { $count } Stars
}
page-billing-off = Renewal is off. Your plan ends
page-billing-overdue = The renewal failed: check your Stars in Telegram. Your plan ends
page-billing-then = Then { $plan } for { $days ->
    [one] { $days } more day
   *[other] { $days } more days
}.
page-billing-then-on = Then { $plan }.
page-billing-cancel = Cancel renewal
page-billing-resume = Resume renewal
page-billing-given-by = Plans are assigned by
page-billing-given = Plans are assigned by the operator of this service.
page-billing-telegram = Plans are paid in Telegram Stars. Connect your Telegram first, so that what you buy lands on this account:
page-billing-telegram-connect = Connect Telegram
page-plan-for-sites = For websites and apps where you sign in with NeuralBox
page-plan-get = Get { $what }
page-plan-credit = { $days ->
    [one] What’s left of your plan adds { $days } day.
   *[other] What’s left of your plan adds { $days } days.
}
page-packs = Token packs
page-packs-say = Paid once. The tokens are added right away and don’t expire at the end of the month.
page-pack-stars = { $count ->
    [one] { $count } Star
   *[other] { $count } Stars
}
page-pack-tokens = { $count ->
    [one] { $count } token
   *[other] { $count } tokens
}
page-pack-buy = Buy
page-pack-buy-label = Buy “{ $what }”
page-purchases = Purchases
page-purchases-none = You haven’t bought anything yet.
page-purchase-price = Price
page-purchase-state = Status
page-purchase-state-paid = Paid
page-purchase-state-refunded = Refunded
page-purchase-when = Date
page-billing-help = Questions about a payment?
page-billing-help-say = Write to
page-cancel-renewal = Cancel renewal
page-cancel-renewal-question = Cancel the renewal of { $what }?
page-cancel-renewal-say = You keep the plan until the end of the paid period. You can resume until then.
page-cancel-renewal-then = After that you’re on
page-cancel-renewal-yes = Cancel renewal
page-cancel-renewal-no = Keep it
page-done-renewal-cancelled = Renewal is off. Nothing more will be charged.
page-done-renewal-resumed = Renewal is on.
page-done-renewal-allowed = One more step: in Telegram, open Settings › My Stars and renew the subscription there.

# Receipts
bot-receipt-plan =
    ✅ <b>You’re on { $plan } until { $day }</b>

    Paid: { $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }. It renews every 30 days until you cancel.
    Payment: <code>{ $charge }</code>
bot-receipt-renewed =
    🔄 <b>{ $plan } was renewed until { $day }</b>

    Paid: { $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }.
    Payment: <code>{ $charge }</code>
bot-receipt-pack =
    ✅ <b>+{ $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }</b>

    Paid: { $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }. Balance: { $balance }.
    Payment: <code>{ $charge }</code>
bot-receipt-refunded =
    ↩️ <b>Refunded: { $title }</b>

    { $stars ->
        [one] { $stars } Star was returned to you.
       *[other] { $stars } Stars were returned to you.
    } { $taken ->
        [0] What it paid for has ended.
        [one] { $taken } unspent token was taken back.
       *[other] { $taken } unspent tokens were taken back.
    }
bot-receipt-renewal-failed =
    ⚠️ <b>Telegram couldn’t renew { $plan }</b>

    The plan continues until { $day } at most. Add Stars in Telegram, or pay again here.

# What went wrong with a purchase
page-problem-key_limit_reached = All keys of your plan are in use
page-problem-key_limit_reached-say = Revoke a key you don’t need, or get a plan with more keys. Nothing was changed.
page-problem-insufficient_plan = Your plan doesn’t include API access
page-problem-insufficient_plan-say = Nothing was changed or deleted. Your keys work again with a plan that includes API access.
page-problem-product_not_sold = This isn’t for sale
page-problem-product_not_sold-say = Nothing was ordered. Open Plans to see what there is now.
page-problem-better_plan = You already have this plan or a better one
page-problem-better_plan-say = Nothing was ordered.
page-problem-already_subscribed = You’re already subscribed to this plan
page-problem-already_subscribed-say = Nothing was ordered. It renews by itself.
page-problem-telegram_required = Connect Telegram first
page-problem-telegram_required-say = Plans are paid in Telegram Stars. Connect Telegram under Security, then try again.
page-problem-payments_unavailable = Telegram isn’t responding
page-problem-payments_unavailable-say = Nothing was changed. Try again in a minute.
page-problem-refused_by_telegram = Telegram didn’t accept this
page-problem-refused_by_telegram-say = Nothing was changed. You can also cancel or renew the subscription in Telegram: Settings › My Stars.
page-problem-no_subscription = There’s no subscription to change
page-problem-no_subscription-say = It has ended, or another one replaced it. Open Plans to see the present one.
page-problem-purchase_not_found = Purchase not found
page-problem-purchase_not_found-say = Nothing was changed.
page-problem-already_refunded = Already refunded
page-problem-already_refunded-say = Nothing was changed.
page-problem-trial_not_offered = There’s no free trial at the moment
page-problem-trial_not_offered-say = Open Plans to see what there is.
page-problem-trial_used = The free trial isn’t available to you
page-problem-trial_used-say = You’ve had it already, or you have this plan or a better one.
