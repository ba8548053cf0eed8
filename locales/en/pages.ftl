# Everything the web pages say. `$count` is a number, `$what` words.

# Around every page
page-skip = Skip to content
page-navigation = Main
page-sign-in-short = Sign in
page-sign-out = Sign out
page-save = Save
page-cancel = Cancel
page-copy = Copy
page-copied = Copied
page-try-again = Try again
page-open-bot = Open the bot in Telegram
page-see-plans = See plans
page-number = { $count }
page-tokens = { $count ->
    [one] { $count } token
   *[other] { $count } tokens
}
page-language-en = English
page-language-ru = Русский

# Times
page-just-now = just now
page-in-a-moment = in a moment
page-ago-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
page-ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
page-ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
page-ago-months = { $count ->
    [one] { $count } month ago
   *[other] { $count } months ago
}
page-ago-years = { $count ->
    [one] { $count } year ago
   *[other] { $count } years ago
}
page-in-minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
page-in-hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
page-in-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
page-in-months = { $count ->
    [one] in { $count } month
   *[other] in { $count } months
}
page-in-years = { $count ->
    [one] in { $count } year
   *[other] in { $count } years
}

# Sign in
page-sign-in = Sign in to NeuralBox
page-sign-in-lead = Your API keys, plan and sessions in one place.
page-sign-in-no-script = The Telegram button needs JavaScript. Signing in with the bot doesn’t.
page-sign-in-privacy = Telegram shares your name and Telegram ID with us. We never see your phone number or chats.
page-sign-in-email = Email and password
page-email = Email address
page-email-bad = Enter an email address, like ivan@example.com.
page-password-label = Password
page-password-hint = At least 8 characters. A few random words are easy to remember.
page-password-short = Use at least 8 characters.
page-password-long = Use at most 256 characters.
page-password-common = This is one of the first passwords anyone would try. Choose another one.
page-password-own = It contains your name or address, which is easy to guess. Choose another one.
page-forgot-link = Forgot your password?
page-register-link = Create an account
page-register = Create an account
page-register-short = Create account
page-register-lead = We’ll email you a link to confirm your address.
page-have-account = I already have an account
page-to-sign-in = Back to sign in
page-sent = Check your inbox
page-sent-register = If the address is right, an email is on its way. Open the link in it to confirm your address, then sign in.
page-sent-forgot = If there’s an account with that address, an email is on its way. Open the link in it to choose a new password.
page-sent-late = Nothing after a few minutes? Check your spam folder.
page-sent-again = Resend the email
page-verify = Confirm this address?
page-verify-as = The account will belong to
page-verify-only = Confirm only if you signed up yourself.
page-verify-password = Choose the password of your account. It replaces the one entered at sign-up.
page-verify-yes = Confirm
page-forgot = Forgot your password?
page-forgot-lead = Enter your address and we’ll email you a link to choose a new password.
page-forgot-send = Send link
page-reset = Choose a new password
page-reset-for = Account:
page-reset-ends = Changing your password signs you out everywhere. Sign-in methods added after this address are off until you confirm them under Security.
page-password = Change password
page-password-for = Account:
page-password-old = Current password
page-password-old-bad = That’s not your current password.
page-password-new = New password
page-password-ends = Changing your password signs you out everywhere else.
page-password-none = You don’t have a password yet. We’ll email you a link to set one.
page-password-no-email = Your account has no email address, so you sign in without a password. Add an address under Security to set one.
page-telegram-away = Telegram can’t be reached right now. Your account is fine; reload in a minute.

# Keys
page-keys = API keys
page-keys-lead = A key lets a program use the API as you. Keep it as safe as a password.
page-keys-how = How to use a key
page-keys-used = { $count } of { $of } { $of ->
    [one] key
   *[other] keys
}
page-keys-none = No keys yet. Create your first one.
page-keys-no-access = Your { $what } plan doesn’t include API access, so you can’t create or use keys.
page-keys-full = { $count ->
    [0] Your plan doesn’t include any keys.
    [one] Your plan includes { $count } key, and you already have it. Revoke it to create another.
   *[other] You’ve used all { $count } keys of your plan. Revoke one you don’t need.
}
page-key = Key
page-key-new = + Generate New Key
page-key-generate = Create key
page-key-name = Name
page-key-name-example = laptop
page-key-name-hint = Where you’ll use it, so you know which key to revoke later.
page-key-name-bad = Use 1 to 64 characters, with no line breaks.
page-key-name-taken = You already have a key called “{ $what }”. Choose another name.
page-key-life = Expiration
page-key-life-never = Never
page-key-life-days = { $count ->
    [one] In { $count } day
   *[other] In { $count } days
}
page-key-life-bad = Choose when the key expires.
page-key-made = “{ $what }” is ready
page-key-once = Copy your key now. You won’t be able to see it again.
page-key-safe = Never put it in a web page, an app or a public repository. If it leaks, revoke it.
page-snippet = Your first request
page-key-saved = I’ve saved it
page-key-created = Created
page-key-used = Last used
page-key-never-used = Never
page-key-expires = Expires
page-key-expired = Expired
page-key-rename = Rename
page-key-rename-label = Rename “{ $what }”
page-key-rotate = Rotate
page-key-rotate-label = Rotate “{ $what }”
page-key-rotated = New key for “{ $what }”
page-key-old-works = The old key stops working
page-key-revoke = Revoke
page-key-revoke-label = Revoke “{ $what }”
page-key-state-active = Active
page-key-state-disabled = Paused
page-key-state-expired = Expired
page-key-state-revoked = Revoked
page-revoke = Revoke a key
page-revoke-question = Revoke “{ $what }”?
page-revoke-say = Every program that uses this key stops working right away. This can’t be undone.
page-revoke-yes = Revoke key
page-revoke-no = Keep it
page-rotate = Rotate a key
page-rotate-question = Rotate “{ $what }”?
page-rotate-say = The key keeps its name and history. You get a new value; the old one stops working when you choose.
page-rotate-grace = When should the old key stop working?
page-rotate-hint = Leave enough time to update all your programs. If someone else may know the old key, choose “Right away”.
page-rotate-yes = Rotate key
page-grace-none = Right away
page-grace-hour = In 1 hour
page-grace-day = In 1 day
page-grace-week = In 7 days
page-rotated-grace = The old key keeps working for the time you chose.
page-rotated-at-once = The old key no longer works.

# Sessions
page-sessions = Sessions
page-sessions-lead = Where you’re signed in. End any session you don’t recognize.
page-sessions-end-others = End all other sessions
page-session-this = This session
page-session-begun = Signed in
page-session-seen = Last active
page-session-end = End
page-session-end-label = End the session on { $what }

# Profile
page-profile = Profile
page-profile-about = Account
page-profile-account = Account number
page-profile-plan = Plan
page-profile-balance = Tokens
page-profile-change = Name and language
page-profile-name = Name
page-profile-name-bad = Use 1 to 128 characters, with no line breaks.
page-profile-language = Language

# Plans
page-billing = Plans
page-billing-balance = Your balance:
page-billing-until = Your plan ends
page-plan-ends = ends
page-plan-own = Current plan
page-plan-free = No cost
page-plan-stars = { $count ->
    [one] { $count } Star a month
   *[other] { $count } Stars a month
}
page-plan-api = API access
page-plan-no-api = No API access
page-plan-tokens = { $count ->
    [one] { $count } token a month
   *[other] { $count } tokens a month
}
page-plan-requests = { $count ->
    [one] { $count } request a minute
   *[other] { $count } requests a minute
}
page-plan-keys = { $count ->
    [one] { $count } key
   *[other] { $count } keys
}
page-ledger = Token history
page-ledger-none = No changes yet.
page-ledger-change = Change
page-ledger-balance = Balance after
page-ledger-when = When
page-ledger-welcome = Welcome tokens
page-ledger-allowance = Monthly tokens
page-ledger-charge = API request
page-ledger-grant = From the team
page-ledger-correction = Correction
page-ledger-older = Older
page-ledger-newest = Back to newest

# Docs
page-docs = API docs
page-docs-english = The documentation is in English.
page-docs-contents = Contents
page-docs-language = Language of the examples
page-docs-search = Search the API docs
page-docs-search-hint = Call, field, code
page-docs-search-button = Find
page-docs-search-start = Enter part of a path, a field or an error code.
page-docs-search-nothing = Nothing found for “{ $what }”. Try a shorter word.
page-docs-search-found = { $count ->
    [one] { $count } result
   *[other] { $count } results
}

# What was just done
page-done-already-created = This key was already created and shown. If you didn’t save it, revoke it and create another.
page-done-already-rotated = This key was already rotated, and the new one was shown. If you didn’t save it, rotate it again.
page-done-expiry-changed = Expiry changed.
page-key-expiry = Expiry
page-key-expiry-label = Expiry of “{ $what }”
page-key-expiry-question = How long should “{ $what }” work?
page-key-expiry-say = The time counts from now. An expired key works again.
page-done-renamed = Key renamed.
page-done-revoked = Key revoked. Requests using it are now rejected.
page-done-saved = Saved.
page-done-session-ended = Session ended.
page-done-others-ended = You’re now signed in only here.
page-done-confirmed = Your address is confirmed. Sign in to continue.
page-done-password-set = Password changed. Sign in with the new one.
page-done-password-changed = Password changed. You’re now signed in only here.

# What went wrong
page-error-home = Go to the home page
page-error-request = Request ID:
page-problem-other = Something went wrong
page-problem-other-say = Please try again.
page-problem-login_state = This sign-in didn’t start here
page-problem-login_state-say = It took longer than ten minutes, or it started in another browser. Sign in again.
page-problem-login_forged = We couldn’t verify this sign-in
page-problem-login_forged-say = It wasn’t signed by Telegram. Sign in again.
page-problem-login_stale = This sign-in has expired
page-problem-login_stale-say = Telegram’s confirmation is only valid for a few minutes. Sign in again.
page-problem-login_future = The clocks don’t match
page-problem-login_future-say = Telegram’s confirmation is dated in the future. Try again in a minute.
page-problem-login_used = This sign-in was already used
page-problem-login_used-say = Each one works once. Sign in again.
page-problem-account_suspended = This account is suspended
page-problem-account_suspended-say = If you think this is a mistake, contact the operator of this service.
page-problem-malformed = We couldn’t read the form
page-problem-malformed-say = Go back, reload the page and send it again.
page-problem-invalid_fields = Some fields aren’t valid
page-problem-invalid_fields-say = Go back, reload the page and send it again.
page-problem-unsupported_media_type = We couldn’t read the form
page-problem-unsupported_media_type-say = Go back, reload the page and send it again.
page-problem-payload_too_large = That’s too large
page-problem-payload_too_large-say = A form can be up to 64 KiB.
page-problem-foreign_origin = This request came from another website
page-problem-foreign_origin-say = For your safety, only our own pages can do this. Nothing was changed. Open the page here and try again.
page-problem-path_not_found = Page not found
page-problem-path_not_found-say = It may have moved, or there’s a typo in the address.
page-problem-method_not_allowed = This page can’t be opened that way
page-problem-method_not_allowed-say = Start again from the home page.
page-problem-key_not_found = Key not found
page-problem-key_not_found-say = It was revoked, or it isn’t yours.
page-problem-session_not_found = Session not found
page-problem-session_not_found-say = It already ended, or it isn’t yours.
page-problem-busy = We’re overloaded right now
page-problem-busy-say = Nothing was changed. Try again in a few seconds.
page-problem-unavailable = Temporarily unavailable
page-problem-unavailable-say = Nothing was changed. Try again in a few seconds.
page-problem-internal = Something went wrong on our side
page-problem-internal-say = Try again. If it keeps happening, send us the request ID.

# Doors: sign-in by the bot, and by a link from the chat
page-or = or
page-sign-in-bot = Sign in with the bot
page-sign-in-bot-start = Sign in with the bot
page-sign-in-bot-lead = Open the bot in Telegram. It asks which number you see here: tap the same one.
page-sign-in-bot-number = Your number
page-sign-in-bot-command = Telegram on another device? Send this to @{ $what }:
page-sign-in-bot-waits = This page continues automatically once you answer. The number is valid for 2 minutes.
page-sign-in-bot-again = Check now
page-sign-in-bot-back = Sign in another way
page-sign-in-link = Sign in
page-sign-in-link-as = Sign in as
page-sign-in-link-lead = The bot made this link for you, and it works once. If someone else sent it to you, don’t use it: you’d be signed in to their account.
page-sign-in-link-here = This browser is signed in as
page-sign-in-link-ends = That session will end.
page-problem-sign_in_unknown = This sign-in link doesn’t work
page-problem-sign_in_unknown-say = It’s incomplete or too old. Get a new one from the bot with /signin, or sign in here.
page-problem-sign_in_expired = The 2 minutes are up
page-problem-sign_in_expired-say = Nobody was signed in. Start again.
page-problem-sign_in_refused = Sign-in declined
page-problem-sign_in_refused-say = Another number or “Not me” was tapped in Telegram. Nobody was signed in. Start again.
page-problem-sign_in_used = This sign-in was already used
page-problem-sign_in_used-say = Each one works once. Start again.
page-problem-telegram_unavailable = Telegram can’t be reached right now
page-problem-telegram_unavailable-say = Your account is fine. Try again in a minute.
page-problem-rate_limit_exceeded = Too many attempts

# Doors: Google and "Log in with Telegram"
page-sign-in-google = Sign in with Google
page-sign-in-telegram-login = Log in with Telegram
page-google-privacy = Google shares your name and email address with us.
page-problem-google_off = Google sign-in is turned off here
page-problem-google_off-say = Sign in another way.
page-problem-google_unavailable = Google isn’t responding
page-problem-google_unavailable-say = Nobody was signed in. Try again in a few seconds, or sign in another way.
page-problem-google_nonsense = Something went wrong with Google sign-in
page-problem-google_nonsense-say = Nobody was signed in. Sign in another way, or try again later.
page-problem-google_code_refused = Google didn’t accept this sign-in
page-problem-google_code_refused-say = It took too long, or it was already used. Sign in with Google again.
page-problem-google_unproven = We couldn’t verify Google’s answer
page-problem-google_unproven-say = It wasn’t meant for us, or it’s out of date. Sign in with Google again.
page-problem-telegram_login_off = “Log in with Telegram” is turned off here
page-problem-telegram_login_off-say = Sign in another way.
page-problem-telegram_login_unavailable = Telegram isn’t responding
page-problem-telegram_login_unavailable-say = Nobody was signed in. Try again in a few seconds, or sign in another way.
page-problem-telegram_login_nonsense = Something went wrong with Telegram sign-in
page-problem-telegram_login_nonsense-say = Nobody was signed in. Sign in another way, or try again later.
page-problem-telegram_login_code_refused = Telegram didn’t accept this sign-in
page-problem-telegram_login_code_refused-say = It took too long, or it was already used. Log in with Telegram again.
page-problem-telegram_login_unproven = We couldn’t verify Telegram’s answer
page-problem-telegram_login_unproven-say = It wasn’t meant for us, or it’s out of date. Log in with Telegram again.
page-problem-rate_limit_exceeded-say = There were too many attempts from your network or for this address. Try again in a few minutes.
page-problem-wrong_password = Wrong email or password
page-problem-wrong_password-say = If you’ve just signed up, confirm your address first: check your inbox for our email.
page-problem-email_disabled = Email sign-in is turned off
page-problem-email_disabled-say = This service doesn’t send email. Sign in another way.
page-problem-mail_link_unknown = This link doesn’t work
page-problem-mail_link_unknown-say = It’s incomplete or too old. Open it exactly as it appears in the email, or request a new one.
page-problem-mail_link_expired = This link has expired
page-problem-mail_link_expired-say = Request a new one.
page-problem-mail_link_used = This link was already used
page-problem-mail_link_used-say = Each link works once. If you’ve already confirmed your address, sign in; if not, request a new link.

page-usage = Usage
page-usage-lead = Tokens and requests of the last 30 days. Days are in UTC.
page-usage-none = No usage in the last 30 days.
page-usage-see = Usage by key and day
page-usage-by-key = By key
page-usage-by-day = By day
page-usage-key = Key
page-usage-no-key = Without a key
page-usage-all = All
page-usage-day = Day
page-usage-today = Today
page-usage-week = 7 days
page-usage-month = 30 days
page-usage-sum = { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }, { $requests ->
        [one] { $requests } request
       *[other] { $requests } requests
    }
