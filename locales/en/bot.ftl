# What the bot says. Telegram's HTML; values are escaped before they get here.

bot-command-start = Menu, plan and balance
bot-command-signin = Open the website signed in
bot-command-profile = Your plan and balance
bot-command-keys = Your API keys
bot-command-newkey = Make an API key
bot-command-sessions = Where you are signed in
bot-command-plans = Plans and prices
bot-command-language = Language
bot-command-help = What I can do

bot-button-keys = 🔑 My keys
bot-button-new-key = ➕ New key
bot-button-profile = 👤 Profile
bot-button-help = ℹ️ Help
bot-button-keys-back = ‹ Keys
bot-button-language = 🗣 Language
bot-button-menu = ‹ Menu
bot-button-revoke = 🗑 Revoke
bot-button-revoke-yes = Yes, revoke it
bot-button-keep = No, keep it
bot-button-cancel = Cancel
bot-button-copy = 📋 Copy the key
bot-button-saved = ✅ Saved — delete now
bot-button-open = Open the chat

bot-menu =
    Hello, <b>{ $name }</b>!

    Plan: <b>{ $plan }</b>
    Balance: <b>{ $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }</b>

bot-profile =
    <b>{ $name }</b>
    Account #{ NUMBER($number, useGrouping: "false") }

    Plan: <b>{ $plan }</b>, { $rate ->
        [one] { $rate } request a minute
       *[other] { $rate } requests a minute
    }
    Balance: <b>{ $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }</b>
bot-profile-until = Paid until { $day }

bot-help =
    I look after your account and your API keys.

    /keys — your keys: rename, rotate or revoke them
    /newkey <i>name</i> — a new key, shown once
    /signin — open the website, signed in
    /sessions — where you are signed in; end what you do not know
    /plans — what plans there are
    /profile — your plan and balance
    /notify — what I tell you of, and when
    /language — English or Russian
    /cancel — never mind

    Paste a key here by mistake, and I delete the message and offer to revoke the key.
bot-help-admin =
    <b>For admins</b>
    /user <i>user</i> — a person's card; the user is a Telegram id, #account, @name or an e-mail address
    /plan <i>user plan [days]</i> — give someone a plan
    /grant <i>user tokens [reason]</i> — give someone tokens
    /stats — how many of everything
    /broadcast — tell many people something
    /broadcasts — drafts, and how broadcasts go

bot-keys = { $count ->
    [0] <b>You have no API keys yet.</b>
    [one] <b>You have { $count } API key</b> of { $limit }. Tap it to see more.
   *[other] <b>You have { $count } API keys</b> of { $limit }. Tap one to see more.
    }
bot-keys-waiting = { $count ->
    [0] <b>You have no API keys yet.</b>
    [one] <b>You have { $count } API key.</b>
   *[other] <b>You have { $count } API keys.</b>
    }
bot-keys-no-access = Your plan, { $plan }, has no API access: keys do not work until you upgrade.

bot-key =
    🔑 <b>{ $name }</b>
    <code>{ $masked }</code>

    State: { $state }
    Made: { $made }
    Last used: { $used }
bot-key-expires = Expires: { $day }

bot-state-active = works
bot-state-disabled = waits for a plan with API access
bot-state-expired = expired
bot-state-revoked = revoked

bot-never = never
bot-ago-now = just now
bot-ago-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
    }
bot-ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
    }
bot-ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
    }

bot-revoke-ask =
    Revoke <b>{ $name }</b> (<code>{ $masked }</code>)?

    Whatever uses it stops working at once. This cannot be undone.
bot-revoked = Revoked. It works no more.
bot-revoked-before = It was revoked already.

bot-name-ask =
    What should the new key be called?

    Send me a name of up to 64 characters, for example <i>laptop</i>.
bot-bad-name = A key's name has 1 to 64 characters and no line breaks. Send me another one, or /cancel.
bot-name-taken = You have a key called <b>{ $name }</b> already. Send me another name, or /cancel.
bot-too-many-keys = { $limit ->
    [one] Your plan allows { $limit } key, and you have it. Revoke it in /keys first.
   *[other] Your plan allows { $limit } keys, and you have them all. Revoke one in /keys first.
    }

bot-new-key =
    🔑 <b>{ $name }</b>

    <code>{ $key }</code>

    This is the only time you see this key. Keep it somewhere safe: I delete this message in 5 minutes.
bot-not-delivered = I could not be sure that the new key reached you, so I revoked it to keep you safe. Please make another one.
bot-deleted = Deleted.

bot-rescued-own = That message held your key <b>{ $name }</b> (<code>{ $masked }</code>).
bot-rescued-other = { $count ->
    [one] That message held an API key that is not one of yours.
   *[other] That message held { $count } API keys that are not yours.
    }
bot-rescued-more = { $count ->
    [one] And { $count } more of your keys was in it. Revoke it below.
   *[other] And { $count } more of your keys were in it. Revoke them below.
    }
bot-rescued-gone = I deleted it.
bot-rescued-there = I could not delete it: please do.
bot-rescued-revoke = If anyone else may have seen the key, revoke it.

bot-notice-key-leaked =
    ⚠️ <b>Your key { $name } was found in public on GitHub.</b>

    I revoked it: <code>{ $masked }</code> works no more, neither for whoever found it nor for your own programs.
bot-notice-found-at = Found here: { $url }
bot-notice-key-leaked-next = Make a new key for your programs, and keep it out of your code: what was once public stays in copies.
bot-notice-refresh-token-reused =
    ⚠️ <b>Someone may have copied a sign-in of yours, so I ended it.</b>

    An old token of { $device } ({ $network }) was used again, long after its time. If you brought back that browser from a backup, it was you: just sign in again.

    If not, look whether you know all your sessions, and end the others: { $link }

bot-language-ask = Which language should I speak?
bot-language-set = I speak English now.

bot-no-plan =
    Your plan, <b>{ $plan }</b>, has no API access.

    Upgrade here: { $link }
bot-banned = This account is suspended. Write to support if you think this is a mistake.
bot-no-such-key = You have no such key any more. Here are the others: /keys
bot-no-such-person = I know nobody like that. Try their Telegram id, #account, @name or e-mail address.
bot-already-done = That was done before.
bot-no-such-broadcast = There is no such broadcast.
bot-broadcast-state = The broadcast is <b>{ $state }</b>: this cannot be done to it now.
bot-broadcast-state-draft = a draft
bot-broadcast-state-scheduled = scheduled
bot-broadcast-state-preparing = being prepared
bot-broadcast-state-sending = going out
bot-broadcast-state-paused = paused
bot-broadcast-state-done = done
bot-broadcast-state-cancelled = cancelled
bot-broadcast-state-retracting = being taken back
bot-broadcast-state-retracted = taken back
bot-broadcast-changed = Somebody changed the draft in the meantime. Look at it again, and repeat what you want.
bot-other-recipients = { $recipients ->
    [0] It would reach nobody. Choose other people.
    [one] It reaches <b>{ $recipients }</b> person now. Confirm that number.
   *[other] It reaches <b>{ $recipients }</b> people now. Confirm that number.
}
bot-wait = { $seconds ->
    [one] Too much at once. Try again in { $seconds } second.
   *[other] Too much at once. Try again in { $seconds } seconds.
    }
bot-not-possible = I cannot do that. /help lists what I can do.
bot-fault = Something broke on my side. Nothing is lost; please try again.
bot-unknown-command = I do not know that command. { $help } lists those I know.
bot-chatter = I understand commands and buttons. /help lists what I can do.
bot-stale = That button is from an older menu. Here is the present one.
bot-group = I show nothing personal in groups. Write to me in our private chat.

bot-plan-usage =
    Like this: <code>/plan 1001 vip 30</code>
    The person is a Telegram id, #account, @name or an e-mail address; without days it is for good.
    Plans: { $plans }
bot-plan-unknown = There is no plan called { $plan }. There are: { $plans }
bot-plan-set = { $name } (#{ NUMBER($number, useGrouping: "false") }) has the plan <b>{ $plan }</b> now.
bot-plan-set-until = { $name } (#{ NUMBER($number, useGrouping: "false") }) has the plan <b>{ $plan }</b> now, until { $day }.

# Doors: signing in on the web, sessions, plans
bot-button-sign-in = 🌐 Website
bot-button-sessions = 📱 Sessions
bot-button-plans = ⭐ Plans
bot-button-dashboard = 🌐 Open, signed in
bot-button-not-me = 🚫 Not me
bot-button-end = ✖ End
bot-button-end-all = ✖ End all
bot-button-end-all-yes = Yes, end them all
bot-button-keep-all = No, keep them
bot-button-upgrade = ⭐ Change plan

bot-sign-in =
    🌐 <b>Open the website, signed in</b>

    The button works once, for 2 minutes. Keep it to yourself: whoever opens it is signed in as you.

bot-request =
    🌐 <b>A browser asks to sign in as { $name }.</b>

    Browser: <b>{ $device }</b>
    Network: { $network }

    Which number does it show? Answer only if you see this number in your own browser. If somebody sent you here, tap <i>Not me</i>: any other answer may let them in.
bot-request-approved = ✅ <b>{ $device }</b> is being signed in. Go back to your browser.
bot-request-wrong =
    That is not the browser’s number. Nobody was signed in, and the request is over.

    If the browser is yours, begin again there.
bot-request-not-me =
    Good. Nobody was signed in, and the request is over.

    If somebody sent you that link, they wanted to get into your account. You need not do anything else.
bot-request-unknown = There is no such request. Begin again in your browser.
bot-request-expired = That took longer than 2 minutes, so nobody was signed in. Begin again in your browser.
bot-request-refused = That request is over, and nobody was signed in by it. Begin again in your browser if it was yours.
bot-request-used = That request was answered already. If it was not by you, look at your sessions.

bot-sessions = { $count ->
    [0] <b>You are not signed in anywhere on the web.</b>
    [one] <b>You have { $count } open session.</b>
   *[other] <b>You have { $count } open sessions.</b>
    }
bot-session =
    { $number }. <b>{ $device }</b>, { $network }
    Signed in { $begun }, last seen { $seen }
bot-sessions-more = { $count ->
    [one] And { $count } older one, which the website shows.
   *[other] And { $count } older ones, which the website shows.
    }
bot-session-ended = The session is over.
bot-session-ended-before = It was over already.
bot-sessions-ask =
    <b>End all sessions?</b>

    Every browser has to sign in again. Your API keys go on working.
bot-sessions-ended = You are signed out everywhere.

bot-plans = <b>Plans</b>
bot-plan-own = ✅ <b>{ $plan }</b>, yours
bot-plan-other = <b>{ $plan }</b>
bot-plan-until = Yours until { $day }
bot-plan-free = free of charge
bot-plan-stars = { $count ->
    [one] { $count } Star a month
   *[other] { $count } Stars a month
    }
bot-plan-rate = { $count ->
    [one] { $count } request a minute
   *[other] { $count } requests a minute
    }
bot-plan-tokens = { $count ->
    [one] { $count } token a month
   *[other] { $count } tokens a month
    }
bot-plan-keys = { $count ->
    [one] API access with { $count } key
   *[other] API access with up to { $count } keys
    }
bot-plan-no-api = No API access
bot-plans-upgrade = You can change your plan on the website. Keys you had before come back with a plan that has API access.

# A key's next secret, and its next name

bot-button-rename = ✏️ Rename
bot-button-rotate = 🔄 Rotate
bot-button-rotate-no = No, leave it
bot-rotate-ask =
    Give <b>{ $name }</b> (<code>{ $masked }</code>) a new secret?

    How long should the present one work on, so that your programs can change over?
bot-grace-none = Stop it at once
bot-grace-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
    }
bot-grace-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
    }
bot-grace-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
    }
bot-rotated =
    🔄 <b>{ $name }</b>

    <code>{ $key }</code>

    This is the only time you see this secret. Keep it somewhere safe: I delete this message in 5 minutes.
bot-rotated-grace = The old one works on for { $time }.
bot-rotated-at-once = The old one works no more.
bot-rotated-before = That secret has been replaced already. Here is the key as it is now.
bot-rotation-lost = I could not be sure that the new secret reached you, so it is void. Your old one works on for { $time }: please rotate the key once more.
bot-rotation-lost-at-once = I could not be sure that the new secret reached you, so it is void, and the old one works no more. Please rotate the key once more.
bot-key-old-secret = Its old secret works on for { $time }; last used: { $used }
bot-rename-ask =
    What should <b>{ $name }</b> be called from now on?

    Send me a name of up to 64 characters.

# Warnings

bot-button-was-me = ✅ It was me
bot-button-was-not-me = 🚫 End session
bot-notice-signed-in =
    🔔 <b>New sign-in</b>

    { $device }, from { $network }
bot-sign-in-was-me = ✅ You said that it was you.
bot-sign-in-over = This session is over already.
bot-sign-in-ended =
    🚫 Ended: whoever it was is signed out.

    Look whether you know your other sessions: { $link }
bot-notice-key-created =
    🔔 <b>New key: { $name }</b>

    <code>{ $masked }</code> was made outside of this chat. If it was not you, revoke it, and look through your sessions.
bot-notice-key-rotated =
    🔔 <b>Your key { $name } has a new secret</b>

    <code>{ $masked }</code> was made outside of this chat. If it was not you, revoke the key, and look through your sessions.
bot-notice-key-network =
    🔔 <b>Your key { $name } is used from a new network</b>

    <code>{ $masked }</code>, from { $network }. If that is none of your programs, revoke the key.
bot-notice-rate-limited =
    🔔 <b>Many of your requests are refused</b>

    { $limit ->
        [one] Your plan allows { $limit } request a minute,
       *[other] Your plan allows { $limit } requests a minute,
    } and { $count } beyond that were refused within a minute. Perhaps a program of yours is running wild.
bot-notice-balance-low =
    🔔 <b>{ $left ->
        [one] { $left } token is left
       *[other] { $left } tokens are left
    }</b>

    That is { $percent } % of the month's { $monthly } or less. The next ones come on the first of the month.
bot-notice-balance-empty =
    🔔 <b>Your tokens are used up</b>

    { $monthly ->
        [0] A plan with tokens: { $link }
       *[other] The next { $monthly } come on the first of the month. A larger plan: { $link }
    }
bot-notice-balance-short =
    🔔 <b>Your tokens did not reach for a request</b>

    { $left ->
        [one] { $left } token is left.
       *[other] { $left } tokens are left.
    } { $monthly ->
        [0] A plan with tokens: { $link }
       *[other] The next { $monthly } come on the first of the month. A larger plan: { $link }
    }
bot-notice-plan-ends =
    🔔 <b>Your plan { $plan } ends { $days ->
        [1] within a day
       *[other] in { $days } days
    }</b>

    Until { $day } nothing changes. To go on with it: { $link }
bot-notice-plan-ended =
    🔔 <b>Your plan { $plan } has ended</b>

    You have the plan { $base } now. Nothing of yours is deleted: keys that it does not allow wait. To go on: { $link }

# What a person is told of

bot-command-notify = What I tell you of
bot-button-notify = 🔔 Notifications
bot-button-notify-back = ‹ Notifications
bot-button-quiet = 🌙 Quiet hours
bot-category-sign-in = New sign-ins
bot-category-key = New keys
bot-category-network = Keys on new networks
bot-category-limit = Refused requests
bot-category-balance = Token balance
bot-category-plan = End of the plan
bot-category-plan-news = News of plans
bot-category-product-news = What is new
bot-notify =
    <b>What I tell you of</b>

    Tap to switch. Leaked keys, copied sign-ins and what becomes of the service I tell you of in any case.

    Quiet hours: { $hours }
bot-quiet-none = none
bot-quiet =
    <b>Quiet hours:</b> { $hours }

    In quiet hours, what can wait waits, and what cannot makes no sound.

    Your clock shows <b>{ $clock }</b> ({ $zone }). If it does not, put it right here.

# What admins do

bot-command-user = A person's card
bot-command-plan = Give someone a plan
bot-command-grant = Give someone tokens
bot-command-stats = How many of everything
bot-button-yes = Yes, do it
bot-button-no = No
bot-button-card = ‹ Card
bot-button-plan = 📋 Plan
bot-button-ban = ⛔ Ban
bot-button-unban = Lift the ban
bot-button-plan-for-good = { $plan } for good
bot-button-plan-for-days = { $plan }, { $days } days
bot-user-usage =
    Like this: <code>/user 1001</code>
    The person is a Telegram id, #account, @name or an e-mail address.
bot-user-card =
    <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })
    { $ways }

    Plan: <b>{ $plan }</b>
    Balance: <b>{ $tokens }</b>
    Keys: { $keys } · Sessions: { $sessions }
    Since { $made } · Last seen: { $seen }
bot-user-until = The plan ends on { $day }
bot-user-banned = ⛔ Banned since { $day }
bot-user-unreachable = 🔇 Cannot be written to
bot-trail-plan = { $day } plan: { $was } → { $became } ({ $by })
bot-trail-tokens = { $day } tokens: { $was } → { $became } ({ $by })
bot-trail-ban = { $day } account: { $was } → { $became } ({ $by })
bot-trail-operator = operator
bot-user-plans = Which plan should <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) have? It is { $plan } now.
bot-ask-plan = Give <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) the plan <b>{ $plan }</b> for good? It is { $now } now.
bot-ask-plan-until = Give <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) the plan <b>{ $plan }</b> until { $day }? It is { $now } now.
bot-ask-grant =
    Give <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) { $tokens ->
        [one] <b>{ $tokens } token</b>
       *[other] <b>{ $tokens } tokens</b>
    }?
    Balance: { $before } → { $after }
    Reason: { $reason }
bot-ask-ban =
    Ban <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })?

    Their keys stop at once, their sessions end, and they cannot sign in. Lifting the ban brings the keys back.
bot-ask-unban = Lift the ban on <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })? Their keys work again; they have to sign in anew.
bot-act-dropped = Nothing was changed.
bot-act-before = That was answered before.
bot-act-too-late = That was asked too long ago, and nothing was done. Ask again if it is still right.
bot-granted =
    { $name } (#{ NUMBER($number, useGrouping: "false") }) got { $tokens ->
        [one] <b>{ $tokens } token</b>
       *[other] <b>{ $tokens } tokens</b>
    }. Balance: { $before } → { $after }
bot-grant-usage =
    Like this: <code>/grant 1001 5000 a talk</code>
    The person is a Telegram id, #account, @name or an e-mail address; the reason stands in their ledger.
bot-ban-done = ⛔ { $name } (#{ NUMBER($number, useGrouping: "false") }) is banned.
bot-unban-done = The ban on { $name } (#{ NUMBER($number, useGrouping: "false") }) is lifted.
bot-stats =
    <b>Accounts:</b> { $accounts }, { $newcomers } of them new today
    Active today: { $active }
    Banned: { $banned }
    Keys: { $keys } · Sessions: { $sessions }
    Tokens charged today: { $charged }
bot-stats-plan = { $plan }: { $count }

# After a long absence

bot-too-late =
    I was away. You sent <code>{ $command }</code> on { $day } at { $time } (UTC), and I have not done it.

    If you still want it, send it again.

# When Telegram holds us up, and when people hurry

bot-late = ⏳ Telegram held up my answer.
bot-late-secret = It was for your eyes only, so I did not keep it. Please ask me once more.
bot-too-fast =
    That was too much at once. I have taken the first messages; whatever came after them I passed over.

    Wait ten seconds, then send what is missing. If one of them held an API key, delete that message yourself.
bot-too-fast-tap = Too much at once. Wait ten seconds, then tap again.
