# What the bot says. Telegram's HTML; values are escaped before they get here.

bot-command-start = Menu, plan and balance
bot-command-signin = Open the dashboard
bot-command-profile = Your plan and balance
bot-command-keys = Your API keys
bot-command-newkey = Create an API key
bot-command-usage = Your usage
bot-command-sessions = Where you’re signed in
bot-command-plans = Plans and prices
bot-command-language = Language
bot-command-help = What I can do
bot-command-cancel = Cancel the current step

bot-button-keys = 🔑 My keys
bot-button-new-key = ➕ New key
bot-button-profile = 👤 Profile
bot-button-usage = 📊 Usage
bot-button-help = ℹ️ Help
bot-button-keys-back = ‹ Keys
bot-button-language = 🗣 Language
bot-button-menu = ‹ Menu
bot-button-profile-back = ‹ Profile
bot-button-more-keys = ⭐ More keys
bot-button-trial = { $days ->
    [one] 🎁 Try { $plan } for { $days } day free
   *[other] 🎁 Try { $plan } for { $days } days free
    }
bot-button-test-key = ▶️ Test it
bot-button-key = 🔑 Open the key
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

bot-newcomer =
    👋 Hi, <b>{ $name }</b>! Here you get keys for the NeuralBox API.

    1. Choose a plan
    2. Create a key
    3. Send your first request

bot-trial-started =
    🎁 You’re on <b>{ $plan }</b> until { $day }, free of charge.

    Nothing to cancel: after that you’re back on { $base }. Your keys pause then, and nothing is deleted. I’ll remind you before.

    Next: create your first key.

# What a stranger sees before Start: at most 512 and 120 characters
bot-about = NeuralBox: your plan, tokens and API keys in one chat. Create a key in seconds, see where it’s used, rotate or revoke it with a tap, and get warned about anything unusual. Tap Start.
bot-about-short = API keys, plan and balance for NeuralBox.

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
bot-profile-until = Until { $day }

bot-help =
    I help you manage your account and API keys.

    /keys — rename, rotate or revoke your keys
    /newkey <i>name</i> — create a key, shown once
    /signin — open the dashboard
    /usage — tokens and requests of the last 30 days
    /sessions — see where you’re signed in, and end sessions
    /apps — apps you signed in to, and their access
    /plans — plans, prices and packs of tokens
    /purchases — what you bought
    /support — ask a question
    /profile — your plan and balance
    /notify — choose your notifications
    /language — English or Russian
    /cancel — cancel the current step

    If you paste a key here by mistake, I’ll delete the message and offer to revoke the key.
bot-help-admin = <b>For admins</b>
bot-help-admin-people =
    /user <i>user</i> — account card; user is a Telegram ID, #account, @name, an email address or part of a name
    /plan <i>user plan [days]</i> — give someone a plan, or extend it
    /grant <i>user tokens [reason]</i> — give someone tokens; a negative number takes them back
    /ban <i>user [reason]</i>, /unban <i>user</i> — suspend an account, or lift the suspension
    /undo — take back your last action, within an hour
    /refund <i>[user] charge</i> — refund a payment
    /stats — statistics
bot-help-admin-broadcasts =
    /broadcast — new broadcast
    /broadcasts — drafts and progress

bot-keys = { $count ->
    [0] <b>You don’t have any API keys yet.</b>
    [one] <b>You’re using { $count } of { $limit } API keys.</b> Tap it to manage it.
   *[other] <b>You’re using { $count } of { $limit } API keys.</b> Tap one to manage it.
    }
bot-keys-waiting = { $count ->
    [0] <b>You don’t have any API keys yet.</b>
    [one] <b>You have { $count } API key.</b>
   *[other] <b>You have { $count } API keys.</b>
    }
bot-keys-no-access = Your { $plan } plan doesn’t include API access. Keys work once you upgrade.

bot-key =
    🔑 <b>{ $name }</b>
    <code>{ $masked }</code>

    Status: { $state }
    Created: { $made }
    Last used: { $used }
bot-key-expires = Expires: { $day }

bot-state-active = active
bot-state-disabled = paused (your plan has no API access)
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

    Everything that uses it stops working right away. This can’t be undone.
bot-revoked = Revoked. It no longer works.
bot-already-revoked = Already revoked.

bot-name-ask =
    What should the new key be called?

    Send a name of up to 64 characters, for example <i>laptop</i>.
bot-bad-name = A key name must be 1 to 64 characters, with no line breaks. Send another one, or /cancel.
bot-name-taken = You already have a key called <b>{ $name }</b>. Send another name, or /cancel.
bot-too-many-keys = { $limit ->
    [one] Your plan includes { $limit } key, and you already have it. Revoke it to create another.
   *[other] You’ve used all { $limit } keys of your plan. Revoke one to create another.
    }

bot-new-key =
    🔑 <b>{ $name }</b>

    <code>{ $key }</code>

    This is the only time you’ll see this key. Keep it somewhere safe: I’ll delete this message in 5 minutes.
bot-not-delivered = I couldn’t be sure the new key reached you, so I revoked it to keep you safe. Please create another one.
bot-deleted = Deleted.

# The first request with a key
bot-key-unused = not used yet
bot-key-ready =
    ✅ <b>{ $name }</b> is ready · <code>{ $masked }</code>

    <pre><code class="language-bash">{ $snippet }</code></pre>
bot-key-tested = ✅ Your key works: { $left } of { $limit } requests left this minute.
bot-key-not-used = Your key hasn’t made a request yet. Run the command above, then tap again.
bot-key-test-refused = ❌ Requests with this key are rejected. Its status: { $state }.

bot-pasted-key-own = That message contained your key <b>{ $name }</b> (<code>{ $masked }</code>).
bot-pasted-key-other = { $count ->
    [one] That message contained an API key that isn’t on your account.
   *[other] That message contained { $count } API keys that aren’t on your account.
    }
bot-pasted-key-more = { $count ->
    [one] It also contained { $count } more key of yours. Revoke it below.
   *[other] It also contained { $count } more keys of yours. Revoke them below.
    }
bot-pasted-key-gone = I deleted the message.
bot-pasted-key-there = I couldn’t delete the message: please delete it yourself.
bot-pasted-key-group-gone = A message here contained an API key. I deleted it. If the key is yours, message me privately and revoke it.
bot-pasted-key-group-there = A message here contains an API key, and I couldn’t delete it: please delete it. If the key is yours, message me privately and revoke it.
bot-pasted-key-revoke = The key still works. If anyone else may have seen it, revoke it.
bot-pasted-key-expired = That message contained your key <b>{ $name }</b> (<code>{ $masked }</code>). It has expired, so nobody can use it.
bot-pasted-key-revoked = That message contained your key <b>{ $name }</b> (<code>{ $masked }</code>). You already revoked it, so nobody can use it.
bot-pasted-key-replaced = That message contained the old key of <b>{ $name }</b>. It was replaced, so nobody can use it.
bot-pasted-key-paused = The key is paused by your plan and works again once you upgrade. If anyone else may have seen it, revoke it.
bot-pasted-key-mistyped = That looks like a NeuralBox key, but a character is wrong or missing. Copy it again from where you saved it.

bot-notice-key-posted =
    🔔 <b>Your key { $name } was posted in a group</b>

    Everyone there could see <code>{ $masked }</code>.
bot-notice-key-posted-there = I couldn’t delete the message: please delete it, or ask an admin of the group.
bot-notice-key-leaked =
    ⚠️ <b>Your key { $name } was found in public on GitHub.</b>

    I revoked it: <code>{ $masked }</code> no longer works for anyone, including your own programs.
bot-notice-found-at = Found here: { $url }
bot-notice-key-leaked-next = Create a new key for your programs, and keep it out of your code: anything that was public once lives on in copies.
bot-notice-refresh-token-reused =
    ⚠️ <b>Someone may have copied one of your sessions, so I ended it.</b>

    An old token from { $device } ({ $network }) was used again long after it had been replaced. If you restored that browser from a backup, it was you: just sign in again.

    If not, check your sessions and end any you don’t recognize: { $link }

bot-language-ask = Choose a language
bot-language-set = Language set to English.

bot-no-plan = Your <b>{ $plan }</b> plan doesn’t include API access.
bot-banned = This account is suspended. If you think this is a mistake, ask the operator of this service.
bot-no-such-key = You no longer have that key. Your keys: /keys
bot-no-such-person = No such user. Try a Telegram ID, #account, @name, an email address or part of a name.
bot-already-done = Already done.
bot-no-such-broadcast = That broadcast doesn’t exist.
bot-broadcast-state = This broadcast is <b>{ $state }</b>, so you can’t do that right now.
bot-broadcast-state-draft = a draft
bot-broadcast-state-scheduled = scheduled
bot-broadcast-state-preparing = being prepared
bot-broadcast-state-sending = being sent
bot-broadcast-state-paused = paused
bot-broadcast-state-done = done
bot-broadcast-state-cancelled = canceled
bot-broadcast-state-retracting = being retracted
bot-broadcast-state-retracted = retracted
bot-broadcast-changed = Someone else changed this draft. Check it and try again.
bot-other-recipients = { $recipients ->
    [0] Nobody would get it. Choose other recipients.
    [one] It now goes to <b>{ $recipients }</b> person. Confirm that number.
   *[other] It now goes to <b>{ $recipients }</b> people. Confirm that number.
}
bot-wait = { $seconds ->
    [one] Too many requests. Try again in { $seconds } second.
   *[other] Too many requests. Try again in { $seconds } seconds.
    }
bot-not-possible = I can’t do that. See /help.
bot-fault = Something went wrong on my side. Nothing was lost; please try again.
bot-unknown-command = I don’t know that command. See { $help }.
bot-chatter = I only understand commands and buttons. See /help.
bot-file = I don’t read files, photos or voice messages. If there’s a key in it, delete the message.
bot-canceled = Canceled.
bot-nothing-to-cancel = There’s nothing to cancel.
bot-stale = That button is from an older menu. Here’s the current one.
bot-group = I don’t show anything personal in groups. Message me privately.

bot-plan-usage =
    Usage: <code>/plan 1001 vip 30</code>
    User: a Telegram ID, #account, @name, an email address or part of a name. The plan someone has is extended. Without days, the plan has no end date.
    Plans: { $plans }
bot-plan-unknown = There’s no plan called { $plan }. Plans: { $plans }
bot-plan-set = { $name } (#{ NUMBER($number, useGrouping: "false") }) is now on <b>{ $plan }</b>.
bot-plan-set-until = { $name } (#{ NUMBER($number, useGrouping: "false") }) is now on <b>{ $plan }</b> until { $day }.

# Doors: signing in on the web, sessions, plans
bot-button-sign-in = 🌐 Dashboard
bot-button-sessions = 📱 Sessions
bot-button-plans = ⭐ Plans
bot-button-dashboard = 🌐 Open the dashboard
bot-button-not-me = 🚫 Not me
bot-button-end = ✖ End
bot-button-end-all = ✖ End all
bot-button-end-all-yes = Yes, end them all
bot-button-keep-all = No, keep them

bot-sign-in =
    🌐 <b>Open the dashboard</b>

    The button works once, for 2 minutes. Keep it to yourself: anyone who opens it is signed in as you.

bot-sign-in-request =
    🌐 <b>A browser wants to sign in as { $name }.</b>

    Browser: <b>{ $device }</b>
    Network: { $network }

    Which number does it show? Only answer if you see this number in your own browser. If someone sent you here, tap <i>Not me</i>: any other answer could let them in.
bot-sign-in-request-approved = ✅ Approved: <b>{ $device }</b>. Go back to your browser.
bot-sign-in-request-wrong =
    That’s not the number in the browser. Nobody was signed in, and the request is closed.

    If it’s your browser, start again there.
bot-sign-in-request-not-me =
    Good call. Nobody was signed in, and the request is closed.

    If someone sent you that link, they were trying to get into your account. You don’t need to do anything else.
bot-sign-in-request-unknown = That request doesn’t exist. Start again in your browser.
bot-sign-in-request-expired = That took longer than 2 minutes, so nobody was signed in. Start again in your browser.
bot-sign-in-request-refused = That request is closed, and nobody was signed in. If it was yours, start again in your browser.
bot-sign-in-request-used = That request was already answered. If it wasn’t you, check your sessions.

bot-sessions = { $count ->
    [0] <b>You aren’t signed in anywhere on the web.</b>
    [one] <b>You have { $count } active session.</b>
   *[other] <b>You have { $count } active sessions.</b>
    }
bot-session =
    { $number }. <b>{ $device }</b>, { $network }
    Signed in { $begun }, last active { $seen }
bot-sessions-more = { $count ->
    [one] And { $count } older session on the website.
   *[other] And { $count } older sessions on the website.
    }
bot-session-ended = Session ended.
bot-session-already-ended = Already ended.
bot-sessions-ask =
    <b>End all sessions?</b>

    You’ll need to sign in again in every browser. Your API keys keep working.
bot-sessions-ended = You’re signed out everywhere.

bot-plans = <b>Plans</b>
bot-plan-own = ✅ <b>{ $plan }</b> (your plan)
bot-plan-other = <b>{ $plan }</b>
bot-plan-until = Until { $day }
bot-plan-free = free
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

# A key's next secret, and its next name

bot-button-rename = ✏️ Rename
bot-button-rotate = 🔄 Rotate
bot-button-rotate-no = Cancel
bot-rotate-ask =
    Rotate <b>{ $name }</b> (<code>{ $masked }</code>)?

    You’ll get a new key. How long should the old one keep working while you switch over?
bot-grace-none = Stop it now
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

    This is the only time you’ll see this key. Keep it somewhere safe: I’ll delete this message in 5 minutes.
bot-rotated-grace = The old key keeps working for { $time }.
bot-rotated-done = ✅ <b>{ $name }</b> was rotated · <code>{ $masked }</code>
bot-renamed-done = ✅ Renamed to <b>{ $name }</b>.
bot-rotated-at-once = The old key no longer works.
bot-already-rotated = This key was already rotated. Here’s its current state.
bot-rotation-lost = I couldn’t be sure the new key reached you, so I canceled it. The old one keeps working for { $time }. Please rotate again.
bot-rotation-lost-at-once = I couldn’t be sure the new key reached you, so I canceled it, and the old one no longer works. Please rotate again.
bot-key-old-secret = Old key: works for { $time } more; last used: { $used }
bot-rename-ask =
    What should <b>{ $name }</b> be called?

    Send a new name of up to 64 characters.

# Warnings

bot-button-was-me = ✅ It was me
bot-button-was-not-me = 🚫 End session
bot-notice-signed-in =
    🔔 <b>New sign-in</b>

    { $device }, from { $network }
bot-sign-in-was-me = ✅ Got it, it was you.
bot-key-use-was-me = ✅ Got it: <b>{ $name }</b> is used by you in that network.
bot-sign-in-over = This session has already ended.
bot-sign-in-done =
    ✅ <b>{ $device }</b> is signed in

    Network: { $network }. If it wasn’t you, end the session.
bot-sign-in-ended =
    🚫 Session ended. That device is signed out.

    Check your other sessions: { $link }
bot-notice-key-created =
    🔔 <b>New key: { $name }</b>

    <code>{ $masked }</code> was created outside this chat. If it wasn’t you, revoke it and check your sessions.
bot-notice-key-rotated =
    🔔 <b>Your key { $name } was rotated</b>

    <code>{ $masked }</code> was created outside this chat. If it wasn’t you, revoke the key and check your sessions.
bot-notice-key-network =
    🔔 <b>Your key { $name } was used from a new network</b>

    <code>{ $masked }</code>, from { $network }. If that isn’t one of your programs, revoke the key.
bot-notice-rate-limited =
    🔔 <b>Many of your requests were rejected</b>

    { $limit ->
        [one] Your plan allows { $limit } request a minute,
       *[other] Your plan allows { $limit } requests a minute,
    } and { $count } more were rejected within one minute. One of your programs may be running out of control.
bot-notice-balance-low =
    🔔 <b>{ $left ->
        [one] { $left } token left
       *[other] { $left } tokens left
    }</b>

    That’s { $percent }% or less of this month’s { $monthly }. You get new ones on the 1st.
bot-notice-balance-empty =
    🔔 <b>You’ve used all your tokens</b>

    { $monthly ->
        [0] Plans with tokens: { $link }
       *[other] You get { $monthly } new ones on the 1st. Need more now? { $link }
    }
bot-notice-balance-short =
    🔔 <b>Not enough tokens for a request</b>

    { $left ->
        [one] You have { $left } token left.
       *[other] You have { $left } tokens left.
    } { $monthly ->
        [0] Plans with tokens: { $link }
       *[other] You get { $monthly } new ones on the 1st. Need more now? { $link }
    }
bot-notice-plan-ends =
    🔔 <b>Your { $plan } plan ends { $days ->
        [1] within a day
       *[other] in { $days } days
    }</b>
bot-notice-plan-keep = Nothing changes until { $day }. To keep it: { $link }
bot-notice-plan-then = You’re on { $next } from { $day }. To keep { $plan }: { $link }
bot-notice-plan-ended =
    🔔 <b>Your { $plan } plan has ended</b>

    You’re on { $base } now. Nothing was deleted: keys your plan doesn’t cover are paused. Renew: { $link }

# Notifications a person receives

bot-command-notify = Notifications
bot-button-preferences = 🔔 Notifications
bot-button-preferences-back = ‹ Notifications
bot-button-quiet = 🌙 Quiet hours
bot-category-sign-in = New sign-ins
bot-category-key = New keys
bot-category-network = Keys used from new networks
bot-category-key-expiry = Keys about to expire
bot-category-limit = Rejected requests
bot-category-balance = Token balance
bot-category-plan = Plan ending
bot-category-plan-news = Plan news
bot-category-product-news = Product news
bot-preferences =
    <b>Notifications</b>

    Tap to turn on or off. I always tell you about leaked keys, copied sessions and service changes.

    Quiet hours: { $hours }
bot-quiet-none = off
bot-quiet =
    <b>Quiet hours:</b> { $hours }

    During quiet hours, whatever can wait arrives later, and the rest arrives silently.

    Your clock should show <b>{ $clock }</b> ({ $zone }). If it doesn’t, adjust it here.

# What admins do

bot-command-user = Account card
bot-command-plan = Change someone’s plan
bot-command-grant = Give someone tokens
bot-command-ban = Suspend an account
bot-command-unban = Lift a suspension
bot-command-undo = Take back your last action
bot-command-stats = Statistics
bot-button-yes = Confirm
bot-button-no = Cancel
bot-button-card = ‹ Card
bot-button-plan = 📋 Plan
bot-button-ban = ⛔ Ban
bot-button-tokens = 🎁 Tokens
bot-button-message = ✉️ Message
bot-button-send = Send
bot-button-replace = Replace
bot-button-replace-instead = Replace instead: until { $day }
bot-button-undo-action = ↩️ Undo
bot-button-open-card = Open the card
bot-button-admin = 🛠 Admin
bot-button-find = 🔎 Find someone
bot-button-more-people = More ›
bot-button-stats = 📊 Statistics
bot-button-broadcasts = 📣 Broadcasts
bot-button-new-broadcast = ✏️ New broadcast
bot-button-unban = Lift ban
bot-button-plan-for-good = { $plan }, no end date
bot-button-plan-for-days = { $plan }, { $days } days
bot-admin =
    🛠 <b>Admin</b>

    Every action is recorded. Your last one can be taken back with /undo for an hour.
bot-find-ask =
    🔎 <b>Who are you looking for?</b>

    Send a Telegram ID, #account, @name, an email address or part of a name.
bot-found = 🔎 People with <b>{ $query }</b> in their name:
bot-found-none = 🔎 Nobody has <b>{ $query }</b> in their name.
bot-found-none-yet = 🔎 Nobody among the newest accounts has <b>{ $query }</b> in their name. Older accounts are next.
bot-user-card =
    <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })
    { $ways }

    Plan: <b>{ $plan }</b>
    Balance: <b>{ $tokens }</b>
    Keys: { $keys } · Sessions: { $sessions }
    Joined { $made } · Last seen: { $seen }
bot-user-until = Plan ends on { $day }
bot-user-banned = ⛔ Banned since { $day }
bot-user-unreachable = 🔇 Can’t be messaged
bot-plan-with-end = { $plan } until { $day }
bot-no-end-date = no end date
bot-audit-plan = { $day } plan: { $was } → { $became } ({ $by })
bot-audit-tokens = { $day } tokens: { $was } → { $became } ({ $by })
bot-audit-banned = { $day } suspended ({ $by })
bot-audit-unbanned = { $day } suspension lifted ({ $by })
bot-audit-message = { $day } message ({ $by })
bot-audit-reason = — { $reason }
bot-audit-operator = operator
bot-user-plans = Choose a plan for <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }). Current plan: { $plan }.
bot-ask-plan = Put <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) on <b>{ $plan }</b> with no end date? Current plan: { $now }.
bot-ask-plan-until = Put <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) on <b>{ $plan }</b> until { $day }? Current plan: { $now }.
bot-ask-plan-longer = Extend <b>{ $plan }</b> for <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }): { $was } → { $day }?
bot-ask-plan-shorter = { $days ->
    [one] ⚠️ This is shorter: <b>{ $plan }</b> now runs until { $was } and would end on { $day }, { $days } day earlier.
   *[other] ⚠️ This is shorter: <b>{ $plan }</b> now runs until { $was } and would end on { $day }, { $days } days earlier.
    }
bot-ask-plan-ends-now = { $days ->
    [one] ⚠️ <b>{ $plan }</b> now runs until { $was } and would end right away, { $days } day earlier.
   *[other] ⚠️ <b>{ $plan }</b> now runs until { $was } and would end right away, { $days } days earlier.
    }
bot-ask-plan-smaller = ⚠️ <b>{ $plan }</b> is a smaller plan than <b>{ $old }</b>.
bot-ask-plan-no-end = ⚠️ <b>{ $plan }</b> has no end date now.
bot-ask-plan-keys = { $keys ->
    [one] ⚠️ { $keys } key will be paused.
   *[other] ⚠️ { $keys } keys will be paused.
    }
bot-ask-grant =
    Give <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) { $tokens ->
        [one] <b>{ $tokens } token</b>
       *[other] <b>{ $tokens } tokens</b>
    }?
    Balance: { $before } → { $after }
    Reason: { $reason }
bot-ask-take =
    Take back { $tokens ->
        [one] <b>{ $tokens } token</b>
       *[other] <b>{ $tokens } tokens</b>
    } from <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })?
    Balance: { $before } → { $after }
    Reason: { $reason }
bot-grant-ask =
    🎁 <b>How many tokens for { $name }</b> (#{ NUMBER($number, useGrouping: "false") })?

    Send a number, and a reason if you like: <i>5000 a talk</i>. A negative number takes tokens back.
bot-grant-again = Send a number such as <i>5000</i>, <i>5 000</i>, <i>5k</i> or <i>-200</i>, and a reason if you like.
bot-message-ask =
    ✉️ <b>What should { $name }</b> (#{ NUMBER($number, useGrouping: "false") }) <b>read?</b>

    Send the text, with formatting if you like. You see it again before it is sent.
bot-message-again = Send a text of up to { $most } characters, without photos or files.
bot-ask-message = ✉️ Send this to <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })?
bot-ask-ban =
    Ban <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })?

    Their keys stop working and their sessions end right away, and they can’t sign in. Lifting the ban brings the keys back.
bot-ask-ban-why = To tell them why, send the reason now.
bot-ask-ban-reason = They’ll read: { $reason }
bot-ask-unban = Lift the ban on <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") })? Their keys will work again; they’ll have to sign in again.
bot-action-cancelled = Canceled. Nothing was changed.
bot-action-already-answered = Already answered.
bot-action-expired = This question is too old, so nothing was done. Send the command again if you still want it.
bot-granted =
    { $name } (#{ NUMBER($number, useGrouping: "false") }) received { $tokens ->
        [one] <b>{ $tokens } token</b>
       *[other] <b>{ $tokens } tokens</b>
    }. Balance: { $before } → { $after }
bot-taken =
    { $name } (#{ NUMBER($number, useGrouping: "false") }): { $tokens ->
        [one] <b>{ $tokens } token</b>
       *[other] <b>{ $tokens } tokens</b>
    } taken back. Balance: { $before } → { $after }
bot-message-done = ✉️ Your message to { $name } (#{ NUMBER($number, useGrouping: "false") }) is on its way. If it can’t be delivered, I’ll tell you.
bot-action-undone = ↩️ Undone.
bot-grant-usage =
    Usage: <code>/grant 1001 5000 a talk</code>
    User: a Telegram ID, #account, @name, an email address or part of a name. The number can be written as 5 000, 5,000 or 5k; a negative one takes tokens back. The reason appears in their token history.
bot-ban-usage =
    Usage: <code>/ban 1001 reason</code> or <code>/unban 1001</code>
    User: a Telegram ID, #account, @name, an email address or part of a name. They’re told the reason.
bot-admin-changed = The account has changed since I asked, so nothing was done. Check the card, then try again.
bot-admin-balance-low = { $balance ->
    [one] The balance is only <b>{ $balance } token</b>. Nothing was changed.
   *[other] The balance is only <b>{ $balance } tokens</b>. Nothing was changed.
    }
bot-admin-unreachable = I can’t write to this person: they haven’t started the bot, or blocked it.
bot-admin-nothing-to-undo = There’s nothing to undo: you haven’t done anything yet, or your last action can’t be taken back.
bot-admin-undo-expired = That was more than an hour ago, so it can’t be undone. Use the card instead.
bot-admin-already-undone = Already undone.
bot-admin-changed-since = It was changed again since, so it can’t be undone. Use the card instead.
bot-admin-tokens-spent = { $balance ->
    [one] The tokens are spent, so this can’t be undone. The balance is <b>{ $balance } token</b>.
   *[other] The tokens are spent, so this can’t be undone. The balance is <b>{ $balance } tokens</b>.
    }
bot-role-not-allowed = Your role, { $role }, doesn’t allow this.
bot-ban-done = ⛔ { $name } (#{ NUMBER($number, useGrouping: "false") }) is banned.
bot-unban-done = Ban lifted: { $name } (#{ NUMBER($number, useGrouping: "false") }).
bot-stats =
    <b>Accounts:</b> { $accounts }
    Banned: { $banned }
    Keys: { $keys } · Sessions: { $sessions }
bot-stats-periods = <b>Today · 7 days · 30 days</b>
bot-stats-new = New: { $day } · { $week } · { $month }
bot-stats-active = Active: { $day } · { $week } · { $month }
bot-stats-charged = Tokens used: { $day } · { $week } · { $month }
bot-stats-plan = { $plan }: { $count }

# Notices about actions of admins

bot-given-plan = 🎁 You’re on <b>{ $plan }</b> now.
bot-given-plan-until = 🎁 You’re on <b>{ $plan }</b> until { $day }.
bot-given-shorter-until = ℹ️ Your <b>{ $plan }</b> plan now ends on { $day }.
bot-given-less = ℹ️ Your plan is now <b>{ $plan }</b>.
bot-given-less-until = ℹ️ Your plan is now <b>{ $plan }</b>, until { $day }.
bot-given-paused = { $keys ->
    [one] { $keys } key is paused until your plan covers it again: { $names }
   *[other] { $keys } keys are paused until your plan covers them again: { $names }
    }
bot-given-tokens = { $tokens ->
    [one] 🎁 You received <b>{ $tokens } token</b>: { $reason }
   *[other] 🎁 You received <b>{ $tokens } tokens</b>: { $reason }
    }
bot-given-tokens-only = { $tokens ->
    [one] 🎁 You received <b>{ $tokens } token</b>.
   *[other] 🎁 You received <b>{ $tokens } tokens</b>.
    }
bot-taken-tokens = { $tokens ->
    [one] ℹ️ <b>{ $tokens } token</b> was taken back: { $reason }
   *[other] ℹ️ <b>{ $tokens } tokens</b> were taken back: { $reason }
    }
bot-taken-tokens-only = { $tokens ->
    [one] ℹ️ <b>{ $tokens } token</b> was taken back.
   *[other] ℹ️ <b>{ $tokens } tokens</b> were taken back.
    }
bot-notice-banned = ⛔ <b>Your account is suspended.</b> Your keys don’t work.
bot-notice-banned-reason = Reason: { $reason }
bot-notice-banned-contact = Questions? { $contact }
bot-notice-unbanned = ✅ <b>Your account is active again.</b> Your keys work.
bot-notice-message = ✉️ <b>Message from the team</b>
bot-notice-undelivered = 🔔 Your message to { $name } (#{ NUMBER($number, useGrouping: "false") }) couldn’t be delivered.
bot-notice-undelivered-waits = 🔔 Your message to { $name } (#{ NUMBER($number, useGrouping: "false") }) couldn’t be delivered: they blocked the bot. If they come back within three days, they’ll get it.

# After a long absence

bot-too-late =
    I was offline. You sent <code>{ $command }</code> on { $when }, and I didn’t run it.

    If you still want it, send it again.

# When Telegram holds us up, and when people hurry

bot-deferred = ⏳ Telegram delayed my reply.
bot-deferred-secret = It contained a secret, so I didn’t keep it. Please ask again.
bot-throttled =
    That was too many messages at once. I handled the first ones and skipped the rest.

    Wait ten seconds, then send what’s missing. If a skipped message contained an API key, delete it yourself.
bot-throttled-tap = Too fast. Wait ten seconds, then tap again.

# Usage
bot-usage =
    📊 <b>Usage of the last 30 days</b>

    🟦 Tokens · 🟩 Requests
bot-usage-none = <b>No usage in the last 30 days.</b> Tokens and requests of your keys appear here.
bot-usage-today = Today
bot-usage-week = 7 days
bot-usage-month = 30 days
bot-usage-line = { $period }: <b>{ $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }</b>, { $requests ->
        [one] { $requests } request
       *[other] { $requests } requests
    }
bot-usage-busiest = Busiest day: { $day }, { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }, { $requests ->
        [one] { $requests } request
       *[other] { $requests } requests
    }. Days are in UTC.
bot-key-limit = { $limit ->
    [one] Limit: { $left } of { $limit } request left this minute
   *[other] Limit: { $left } of { $limit } requests left this minute
}

# When keys expire
bot-button-expiry = 📅 Expiry
bot-button-extend = 📅 Extend
bot-button-key-back = ‹ Key
bot-expiry-never = No end
bot-expiry-days = { $count } d
bot-expiry-year = 1 y
bot-new-key-expiry =
    How long should <b>{ $name }</b> work?

    You can change this later.
bot-key-expiry-none = <b>{ $name }</b> has no end date.
bot-key-expiry-now = <b>{ $name }</b> expires on { $day }.
bot-key-expiry-over = <b>{ $name }</b> expired on { $day }.
bot-key-expiry-ask = How long should it work from now on?
bot-key-expiry-set = Expiry changed.
bot-notice-key-expires =
    🔔 <b>Your key { $name } expires { $days ->
        [1] within a day
       *[other] in { $days } days
    }</b>

    It stops working on { $day }. Extend it, or rotate it and replace it in your programs.
