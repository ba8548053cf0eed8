# What happened to an account: in chat and on the pages

event-signed-in-widget = Signed in with Telegram
event-signed-in-miniapp = Signed in from a Mini App
event-signed-in-bot = Signed in by the bot, with a number
event-signed-in-link = Signed in by a link from the chat
event-signed-in-email = Signed in with e-mail
event-signed-in-google = Signed in with Google
event-signed-in-telegram = Signed in by Log in with Telegram
event-failed-widget = A sign-in with Telegram failed
event-failed-miniapp = A sign-in from a Mini App failed
event-failed-bot = A sign-in by the bot was refused
event-failed-link = A sign-in by a link failed
event-failed-email = A sign-in with e-mail failed
event-failed-google = A sign-in with Google failed
event-failed-telegram = A sign-in by Log in with Telegram failed
event-more-sign-ins-failed = { $count ->
    [one] { $count } more sign-in failed that day
   *[other] { $count } more sign-ins failed that day
}
event-signed-out = Signed out
event-session-ended = Ended the session on { $what }
event-other-sessions-ended = { $count ->
    [one] Ended { $count } other session
   *[other] Ended { $count } other sessions
}
event-refresh-token-reused = A copied sign-in was used, and the session ended
event-key-created = Made the key “{ $what }”
event-key-renamed = Renamed a key to “{ $what }”
event-key-rotated = Rotated the key “{ $what }”
event-key-revoked = Revoked the key “{ $what }”
event-key-leaked = The key “{ $what }” was found in public and revoked
event-linked = Added a way in: { $what }
event-unlinked = Took a way in away: { $what }
event-merged = Joined account #{ NUMBER($account, useGrouping: "false") } to this one, with { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
}
event-profile-changed = Changed the name
event-password-changed = Changed the password
event-address-changed = Changed the e-mail address to { $what }
event-plan-changed = Got the plan { $what }
event-plan-changed-until = Got the plan { $what } until { $day }
event-tokens-granted = { $count ->
    [one] Got { $count } token
   *[other] Got { $count } tokens
}
event-banned = The account was suspended
event-unbanned = The account was opened again
event-exported = Downloaded all data
event-deletion-scheduled = Asked for deletion on { $day }
event-deletion-cancelled = Kept the account after all
event-other = Something this version has no words for
event-by-person = you, on the web
event-by-bot = you, in chat
event-by-visitor = someone not signed in
event-by-admin = an admin
event-by-operator = the operator
event-by-github = GitHub
event-by-system = automatic

# In chat

bot-button-ways = 🚪 Ways in
bot-button-activity = 📜 Activity
bot-button-leave = 🗑 Delete account
bot-button-unlink = ✖ Remove
bot-button-unlink-yes = Yes, remove it
bot-button-add-way = ➕ Add a way in
bot-button-security = Open the security page
bot-button-leave-yes = Yes, delete my account
bot-button-keep-account = Keep my account
bot-ways = 🚪 <b>Ways into your account</b>
bot-way = { $kind }: <b>{ $what }</b>
bot-add-way =
    Another Telegram account, an e-mail address or Google is added on the website. This button signs you in there, once, within 2 minutes.

    Do not forward it.
bot-unlink-ask =
    Remove { $kind } <b>{ $what }</b> as a way into your account?

    Whoever comes by it then starts with a new, empty account. You can add it again later.
bot-way-gone = Removed: { $what }
bot-way-last = That is the only way into your account. Add another one first.
bot-way-missing = That way is not there any more.
bot-way-closed = That leads into another account, which is suspended or to be deleted. Nothing was changed.
bot-activity = 📜 <b>What happened lately</b>
bot-event = <i>{ $when } · { $place }</i>
bot-activity-all = All of the last 180 days: { $link }
bot-leave-ask =
    🗑 <b>Delete your account?</b>

    Your keys stop and your sessions end at once. You have 7 days to think again: write to me or sign in, and you can keep it. On { $day } it is deleted, with its keys and tokens, for good.
bot-leaving =
    🗑 <b>Your account will be deleted on { $day }.</b>

    Its keys are off. If you keep it, they work again.
bot-leaving-other = This account is to be deleted, and its keys are off.
bot-kept = Your account stays, and your keys work again.
bot-request-join =
    🔗 <b>Join your account to another one?</b>

    { $device }, from { $network }, is signed in as <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) and says that this Telegram account ({ $own }) belongs to the same person.

    Only if <b>you</b> asked for this just now: tap the number that your browser shows. Whoever holds that account would get your keys and tokens.
bot-request-join-approved = ✅ Confirmed for <b>{ $device }</b>. Go back to your browser: it shows both accounts before anything is joined.
bot-notice-linked =
    🔔 <b>A way into your account was added</b>

    { $kind }: { $what }

    Not you? Remove it, and end the sessions you do not know.
bot-notice-unlinked =
    🔔 <b>A way into your account was removed</b>

    { $kind }: { $what }
bot-notice-merged =
    🔔 <b>Two accounts are one now</b>

    Account #{ NUMBER($account, useGrouping: "false") } became part of this one, with its keys, tokens and ways in.
bot-notice-deletion-scheduled =
    🔔 <b>Your account will be deleted on { $day }</b>

    Its keys are off. You can keep it until then.

# On the pages

page-security = Security
page-ways = Ways in
page-ways-lead = Whoever holds one of these gets into your account.
page-unlink-short = Remove
page-unlink-label = Remove { $what }
page-join-start = Add a Telegram account
page-add-google = Add a Google account
page-activity = Activity
page-activity-lead = What happened to your account within the last 180 days.
page-activity-none = Nothing yet.
page-activity-open = See the activity
page-activity-who = By
page-activity-network = Network
page-activity-when = When
page-security-activity = Sign-ins, failed attempts, keys, ways in, plans: what was done, when, and from where.
page-security-sessions = Where you are signed in
page-export = Your data
page-export-say = Everything kept about you, as one JSON file. Keys are in it without their secrets.
page-export-get = Download your data
page-delete = Delete account
page-security-delete = Your keys stop at once. You have 7 days to think again.
page-delete-begin = Delete my account…
page-join = Add a Telegram account
page-join-lead = Open the bot with that Telegram account and tap the number below. If it has an account of its own here, you see both before anything is joined.
page-back-to-security = Back to security
page-unlink = Remove a way in
page-unlink-question = Remove { $what }?
page-unlink-say = { $what } then leads into your account no more. Whoever comes by it starts with a new, empty account.
page-unlink-yes = Remove it
page-unlink-no = Keep it
page-again-say = For this you must have signed in within the last 15 minutes. Sign in again; you come back here.
page-again = Sign in again
page-merge = One account of two
page-merge-lead = Both accounts are yours. If you join them, everything of the second goes to the first, and its sessions end. Keys of both work on. This cannot be undone.
page-merge-stays = This account stays
page-merge-goes = This one becomes part of it
page-merge-way = Way in
page-merge-becomes = What you will have
page-merge-rule = The better plan stays; of two that are the same, the one that ends later. What is left of the other plan ends. Keys of the same name get a number.
page-merge-yes = Join them
page-merge-no = Leave both as they are
page-delete-question = Delete your account?
page-delete-say = It will be deleted on { $what }.
page-delete-now = At once: your keys stop, and you are signed out everywhere.
page-delete-week = For 7 days: sign in again, here or in chat, and you can keep it; your keys then work again.
page-delete-kept = After that: account, ways in, keys, sessions and activity are gone, and your tokens with them. The ledger is kept for accounting, under a number that leads to nobody.
page-delete-yes = Delete my account
page-delete-no = Keep my account
page-leaving = Your account is to be deleted
page-leaving-on = Your account will be deleted on { $what }
page-leaving-say = Your keys are off. If you keep it, everything is as it was. It is deleted
page-leaving-keep = Keep my account
page-done-linked = The way in is added.
page-done-unlinked = The way in is removed.
page-done-merged = The two accounts are one now.
page-done-merge-dropped = Both accounts stay as they are.
page-done-kept = Your account stays, and your keys work again.
page-problem-account_leaving = Your account is to be deleted
page-problem-account_leaving-say = You have 7 days to think again: sign in, and you can keep it.
page-problem-other_account_closed = That account is closed
page-problem-other_account_closed-say = This leads into another account, which is suspended or to be deleted. Nothing was changed.
page-problem-last_identity = The only way in
page-problem-last_identity-say = This is the only way into your account. Add another one first.
page-problem-sign_in_again = Sign in again
page-problem-sign_in_again-say = For this you must have signed in within the last 15 minutes. Sign out, sign in, and try again.
page-problem-merge_over = That is over
page-problem-merge_over-say = The offer was answered, its ten minutes are over, or an account has changed. Add the other account again.
page-add-email = Add an e-mail address
page-add-email-send = Send a link
page-add-email-bad = This is not an e-mail address.
page-add-email-to = Whoever reads its mails will get into the account of { $what }.
page-add-email-yes = Add it
page-done-mail-sent = A link is on its way to that address. Open it in this browser.
