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
page-see-plans = See the plans
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
page-sign-in-lead = API keys, plan and sessions in one place.
page-sign-in-no-script = Telegram’s button needs JavaScript. The bot does not.
page-sign-in-privacy = Telegram tells us your name and your Telegram id. We never see your phone number or your chats.
page-by-email = With e-mail and password
page-email = E-mail address
page-email-bad = That is no e-mail address like ivan@example.com.
page-password-label = Password
page-password-hint = At least 8 characters. A few words together are easy to remember.
page-password-short = At least 8 characters, please.
page-password-long = At most 256 characters, please.
page-password-common = That is one of the passwords that everybody tries first. Choose another.
page-password-own = Your name or address is in it, and everybody tries that first. Choose another.
page-forgot-link = Forgot your password?
page-register-link = Create an account
page-register = Create an account
page-register-short = Create the account
page-register-lead = You get a mail to confirm your address.
page-have-account = I have an account already
page-to-sign-in = To the sign-in page
page-sent = Look into your mail
page-sent-register = If the address is right, a mail is on its way to you. Open its link to confirm the address; after that you can sign in.
page-sent-forgot = If there is an account with that address, a mail is on its way to you. Open its link to choose a new password.
page-sent-late = Nothing there after some minutes? Look into the spam folder, too.
page-sent-again = Ask once more
page-verify = Confirm this address?
page-verify-as = The account will belong to
page-verify-only = Confirm only if you registered yourself. For anybody else you would open an account whose password they know.
page-verify-yes = Confirm
page-forgot = Forgot your password?
page-forgot-lead = Tell us your address, and you get a link to choose a new one.
page-forgot-send = Send me a link
page-reset = Choose a new password
page-reset-for = For
page-reset-ends = All your sessions end when the password changes.
page-password = Change the password
page-password-for = For signing in with
page-password-old = Your password now
page-password-old-bad = That is not your password.
page-password-new = The new password
page-password-ends = Your other sessions end when the password changes.
page-password-none = You have not chosen a password yet. You get a link for that by mail.
page-password-no-email = You sign in without a password: there is no e-mail address in your account.
page-telegram-away = Telegram cannot be reached right now. Nothing is wrong with your account; reload in a minute.

# Keys
page-keys = API keys
page-keys-lead = A key lets a program use the API as you. Keep it like a password.
page-keys-how = How to use a key
page-keys-used = { $count } of { $of } { $of ->
    [one] key
   *[other] keys
}
page-keys-none = No keys yet.
page-keys-no-access = Your plan, { $what }, has no API access: keys can be neither made nor used.
page-keys-full = { $count ->
    [0] Your plan allows no keys.
    [one] Your plan allows { $count } key, and you have it. Revoke it to make another.
   *[other] Your plan allows { $count } keys, and you have them all. Revoke one you do not need.
}
page-key = Key
page-key-new = + Generate New Key
page-key-generate = Generate key
page-key-name = Name
page-key-name-example = laptop
page-key-name-hint = What will use it, so that you know which one to revoke.
page-key-name-bad = Use 1 to 64 characters, and no line breaks.
page-key-name-taken = You have a key called “{ $what }” already. Choose another name.
page-key-life = Expires
page-key-life-never = Never
page-key-life-days = { $count ->
    [one] In { $count } day
   *[other] In { $count } days
}
page-key-life-bad = Choose when the key expires.
page-key-made = “{ $what }” is ready
page-key-once = Copy the key now. It is shown this once: we keep only its fingerprint.
page-key-safe = Never put it in a web page, an app or a public repository. If it gets out, revoke it.
page-key-saved = I have saved it
page-key-created = Created
page-key-used = Last used
page-key-never-used = Never
page-key-expires = Expires
page-key-expired = Expired
page-key-rename = Rename
page-key-rename-label = Rename “{ $what }”
page-key-rotate = Rotate
page-key-rotate-label = Give “{ $what }” a new secret
page-key-rotated = “{ $what }” has a new secret
page-key-old-works = The old secret stops working
page-key-revoke = Revoke
page-key-revoke-label = Revoke “{ $what }”
page-key-state-active = Active
page-key-state-disabled = Disabled by plan
page-key-state-expired = Expired
page-key-state-revoked = Revoked
page-revoke = Revoke a key
page-revoke-question = Revoke “{ $what }”?
page-revoke-say = Every program that uses this key stops working at once. This cannot be undone.
page-revoke-yes = Revoke key
page-revoke-no = Keep it
page-rotate = Rotate a key
page-rotate-question = A new secret for “{ $what }”?
page-rotate-say = The key keeps its name and its history; only the secret changes.
page-rotate-grace = How long the old secret works on
page-rotate-hint = Long enough to bring the new one to all your programs. If somebody else may know the old one, choose the first.
page-rotate-yes = Make a new secret
page-grace-none = Not at all
page-grace-hour = 1 hour
page-grace-day = 1 day
page-grace-week = 7 days
page-rotated-grace = The old one works on until its time is over.
page-rotated-at-once = The old one works no more.

# Sessions
page-sessions = Sessions
page-sessions-lead = Where you are signed in. End whatever you do not recognise.
page-sessions-end-others = End all others
page-session-this = This one
page-session-begun = Signed in
page-session-seen = Last seen
page-session-end = End
page-session-end-label = End the session on { $what }

# Profile
page-profile = Profile
page-profile-about = Account
page-profile-account = Number
page-profile-plan = Plan
page-profile-balance = Tokens
page-profile-change = Name and language
page-profile-name = Name
page-profile-name-bad = Use 1 to 128 characters, and no line breaks.
page-profile-language = Language

# Plans
page-billing = Plans
page-billing-balance = Your balance:
page-billing-until = Your plan ends
page-plan-ends = ends
page-plan-own = Yours
page-plan-free = Free of charge
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
page-ledger = Your tokens
page-ledger-none = Nothing has changed your balance yet.
page-ledger-change = Tokens
page-ledger-balance = Balance after
page-ledger-when = When
page-ledger-welcome = Welcome
page-ledger-allowance = Your plan’s tokens for the month
page-ledger-charge = API request
page-ledger-grant = From the team
page-ledger-older = Older
page-ledger-newest = Back to the newest
page-upgrade = Change your plan
page-upgrade-say = Write to the bot; plans are paid in Telegram Stars. Keys you had before come back with a plan that has API access.

# Docs
page-docs = API docs
page-docs-english = The documentation is in English.

# What was just done
page-done-made-before = That key was made already, and was shown then. If you did not save it, revoke it and generate another.
page-done-rotated-before = That secret was replaced already, and the new one was shown then. If you did not save it, rotate the key once more.
page-done-renamed = The key has its new name.
page-done-revoked = The key is revoked. No request with it passes any more.
page-done-saved = Saved.
page-done-session-ended = The session is over.
page-done-others-ended = You are signed in here only.
page-done-confirmed = Your address is confirmed. Sign in with it now.
page-done-password-set = You have a new password. Sign in with it now.
page-done-password-changed = You have a new password, and are signed in here only.

# What went wrong
page-error-home = Go to the start page
page-error-request = Request:
page-problem-other = That did not work
page-problem-other-say = Please try again.
page-problem-login_state = This sign-in did not start here
page-problem-login_state-say = It took longer than ten minutes, or it began in another browser. Sign in again.
page-problem-login_forged = Telegram did not sign this
page-problem-login_forged-say = What arrived here is not what Telegram sent. Sign in again.
page-problem-login_stale = That took too long
page-problem-login_stale-say = Telegram’s answer is only good for a few minutes. Sign in again.
page-problem-login_future = The clocks disagree
page-problem-login_future-say = Telegram’s answer comes from the future. Sign in again in a minute.
page-problem-login_used = This sign-in was used before
page-problem-login_used-say = Each answer of Telegram is good once. Sign in again.
page-problem-account_suspended = This account is suspended
page-problem-account_suspended-say = Write to support if you think this is a mistake.
page-problem-malformed = That form cannot be read
page-problem-malformed-say = Go back, reload the page and send it again.
page-problem-invalid_fields = Something in the form is not as it must be
page-problem-invalid_fields-say = Go back, reload the page and send it again.
page-problem-unsupported_media_type = That form cannot be read
page-problem-unsupported_media_type-say = Go back, reload the page and send it again.
page-problem-payload_too_large = That is too much
page-problem-payload_too_large-say = A form here has at most 64 KiB.
page-problem-foreign_origin = This came from another website
page-problem-foreign_origin-say = For your safety, only our own pages can do that. Nothing was changed. Open the page here and try again.
page-problem-unknown_path = There is nothing here
page-problem-unknown_path-say = The page was moved, or the address is mistyped.
page-problem-wrong_method = This address does something else
page-problem-wrong_method-say = Go to the start page, and on from there.
page-problem-key_not_found = There is no such key
page-problem-key_not_found-say = It was revoked, or it is not yours.
page-problem-session_not_found = There is no such session
page-problem-session_not_found-say = It is over already, or it is not yours.
page-problem-busy = Too much at once
page-problem-busy-say = More work is waiting than we can do soon. Nothing was changed. Try again in a few seconds.
page-problem-unavailable = Something we depend on does not answer
page-problem-unavailable-say = Nothing was changed. Try again in a few seconds.
page-problem-internal = Something broke on our side
page-problem-internal-say = Try again. If it stays, tell us the number of the request.

# Doors: sign-in by the bot, and by a link from the chat
page-or = or
page-by-bot = Sign in with the bot
page-by-bot-start = Sign in with the bot
page-by-bot-lead = Open the bot in Telegram. It asks which number you see here; tap the same one.
page-by-bot-number = Your number
page-by-bot-command = Telegram is on another device? Send @{ $what } this:
page-by-bot-waits = This page goes on by itself when you have answered. It waits for 2 minutes.
page-by-bot-again = Look now
page-by-bot-back = Sign in another way
page-by-link = Sign in
page-by-link-as = Sign in as
page-by-link-lead = The bot made this link for you. It works once. If somebody sent it to you, do not use it: you would be in their account.
page-by-link-here = This browser is signed in as
page-by-link-ends = That session will end.
page-problem-sign_in_unknown = There is no such sign-in
page-problem-sign_in_unknown-say = The link is incomplete, or too old. Get a new one from the bot with /signin, or sign in here.
page-problem-sign_in_expired = The two minutes are over
page-problem-sign_in_expired-say = Nobody was signed in. Start again.
page-problem-sign_in_refused = The sign-in was refused
page-problem-sign_in_refused-say = Another number was tapped in Telegram, or “Not me”. Nobody was signed in. Start again.
page-problem-sign_in_used = This sign-in was used before
page-problem-sign_in_used-say = Each one works once. Start again.
page-problem-telegram_away = Telegram cannot be reached right now
page-problem-telegram_away-say = Nothing is wrong with your account. Try again in a minute.
page-problem-rate_limit_exceeded = Too many tries

# Doors: Google and "Log in with Telegram"
page-by-google = Sign in with Google
page-by-telegram-login = Log in with Telegram
page-google-privacy = Google tells us your name and your e-mail address.
page-problem-google_off = Signing in with Google is off here
page-problem-google_off-say = Sign in another way.
page-problem-google_away = Google does not answer
page-problem-google_away-say = Nobody was signed in. Try again in a few seconds, or sign in another way.
page-problem-google_nonsense = Google’s answer makes no sense
page-problem-google_nonsense-say = Nobody was signed in. Sign in another way, or try again later.
page-problem-google_code_refused = Google does not know this sign-in
page-problem-google_code_refused-say = It took too long, or it was used before. Sign in with Google again.
page-problem-google_unproven = Google’s answer proves nothing
page-problem-google_unproven-say = What arrived here is not for us, or not from now. Sign in with Google again.
page-problem-telegram_login_off = Logging in with Telegram this way is off here
page-problem-telegram_login_off-say = Sign in another way.
page-problem-telegram_login_away = Telegram does not answer
page-problem-telegram_login_away-say = Nobody was signed in. Try again in a few seconds, or sign in another way.
page-problem-telegram_login_nonsense = Telegram’s answer makes no sense
page-problem-telegram_login_nonsense-say = Nobody was signed in. Sign in another way, or try again later.
page-problem-telegram_login_code_refused = Telegram does not know this sign-in
page-problem-telegram_login_code_refused-say = It took too long, or it was used before. Log in with Telegram again.
page-problem-telegram_login_unproven = Telegram’s answer proves nothing
page-problem-telegram_login_unproven-say = What arrived here is not for us, or not from now. Log in with Telegram again.
page-problem-rate_limit_exceeded-say = There were too many tries from your network, or for this address. Try again in some minutes.
page-problem-wrong_password = That did not match
page-problem-wrong_password-say = The address or the password is not right, or the address is not confirmed yet: look for our mail.
page-problem-email_off = E-mail accounts are off
page-problem-email_off-say = This service sends no mails. Sign in another way.
page-problem-mail_link_unknown = There is no such link
page-problem-mail_link_unknown-say = It is incomplete, or too old. Open it as it stands in the mail, or ask for a new one.
page-problem-mail_link_expired = The time of this link is over
page-problem-mail_link_expired-say = Ask for a new one.
page-problem-mail_link_used = This link was used before
page-problem-mail_link_used-say = Each one works once. If you confirmed your address already, sign in; if not, ask for a new link.
