# What happened to an account: in chat and on the pages

identity-email = Email

activity-signed-in-widget = Signed in with Telegram
activity-signed-in-miniapp = Signed in from a Mini App
activity-signed-in-bot = Signed in with the bot
activity-signed-in-link = Signed in with a link from the bot
activity-signed-in-email = Signed in with email
activity-signed-in-google = Signed in with Google
activity-signed-in-telegram = Signed in with “Log in with Telegram”
activity-failed-widget = Failed sign-in with Telegram
activity-failed-miniapp = Failed sign-in from a Mini App
activity-failed-bot = Sign-in with the bot was declined
activity-failed-link = Failed sign-in with a link
activity-failed-email = Failed sign-in with email
activity-failed-google = Failed sign-in with Google
activity-failed-telegram = Failed sign-in with “Log in with Telegram”
activity-more-sign-ins-failed = { $count ->
    [one] { $count } more failed sign-in that day
   *[other] { $count } more failed sign-ins that day
}
activity-signed-out = Signed out
activity-session-ended = Ended a session: { $what }
activity-other-sessions-ended = { $count ->
    [one] Ended { $count } other session
   *[other] Ended { $count } other sessions
}
activity-refresh-token-reused = Session ended: its sign-in may have been copied
activity-key-created = Created key “{ $what }”
activity-key-expiry-changed = Changed when the key “{ $what }” expires
activity-key-renamed = Renamed a key to “{ $what }”
activity-key-rotated = Rotated key “{ $what }”
activity-key-revoked = Revoked key “{ $what }”
activity-key-leaked = Key “{ $what }” was found in public and revoked
activity-linked = Added a sign-in method: { $what }
activity-unlinked = Removed a sign-in method: { $what }
activity-merged = Merged account #{ NUMBER($account, useGrouping: "false") } into this one, with { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
}
activity-profile-changed = Updated the profile
activity-password-changed = Changed the password
activity-password-removed = Removed a password that was never used
activity-identity-disabled = Disabled a sign-in method after a password reset: { $what }
activity-identity-confirmed = Confirmed a sign-in method: { $what }
activity-address-changed = Changed the email address to { $what }
activity-plan-changed = Plan changed to { $what }
activity-plan-changed-until = Plan changed to { $what } until { $day }
activity-tokens-granted = { $count ->
    [one] Received { $count } token
   *[other] Received { $count } tokens
}
activity-tokens-taken = { $count ->
    [one] { $count } token taken back
   *[other] { $count } tokens taken back
}
activity-banned = Account suspended
activity-unbanned = Suspension lifted
activity-exported = Downloaded account data
activity-deletion-scheduled = Scheduled account deletion for { $day }
activity-deletion-cancelled = Canceled account deletion
activity-other = Other activity
activity-by-person = you, on the web
activity-by-bot = you, in chat
activity-by-visitor = someone who wasn’t signed in
activity-by-admin = an admin
activity-by-operator = the operator
activity-by-github = GitHub
activity-by-app = an app
activity-by-system = automatic

# In chat

bot-button-identities = 🚪 Sign-in methods
bot-button-activity = 📜 Activity
bot-button-delete-account = 🗑 Delete account
bot-button-unlink = ✖ Remove
bot-button-unlink-yes = Yes, remove it
bot-button-add-identity = ➕ Add a sign-in method
bot-button-security = Open security settings
bot-button-delete-account-yes = Yes, delete my account
bot-button-keep-account = Keep my account
bot-identities = 🚪 <b>Sign-in methods</b>
bot-identity = { $kind }: <b>{ $what }</b>
bot-add-identity =
    You can add another Telegram account, an email address or Google on the website. This button signs you in there. It works once, for 2 minutes.

    Don’t forward it.
bot-unlink-ask =
    Remove { $kind } <b>{ $what }</b> from your sign-in methods?

    Signing in with it will open a new, empty account instead of yours. You can add it back later.
bot-identity-removed = Removed: { $what }
bot-identity-too-new = This Telegram account was added less than 7 days ago, so it can’t remove an older sign-in method. Use the older one.
bot-identity-last = This is your only sign-in method. Add another one first.
bot-identity-off = Off until you confirm it on the website
bot-identity-disabled = This Telegram account was switched off as a sign-in method after a password reset. Sign in on the website with your email, open Security, and confirm it there.
bot-identity-protected = The password was reset with this address in the last seven days. For now, you can remove it only on the website, signed in by email.
bot-identity-not-found = This sign-in method was already removed.
bot-identity-other-closed = This belongs to another account, which is suspended or being deleted. Nothing was changed.
bot-activity = 📜 <b>Recent activity</b>
bot-activity-line = <i>{ $when } · { $place }</i>
bot-activity-all = Everything from the last 180 days: { $link }
bot-delete-account-ask =
    🗑 <b>Delete your account?</b>

    Your keys stop working and you’re signed out everywhere right away. You have 7 days to change your mind: message me or sign in, and you can keep the account. On { $day } the account, its keys and its tokens are deleted for good.
bot-deletion-scheduled =
    🗑 <b>Your account will be deleted on { $day }.</b>

    Your keys are off. If you keep the account, they’ll work again.
bot-deletion-scheduled-other = This account is scheduled for deletion, and its keys are off.
bot-deletion-cancelled = Deletion canceled. Your keys work again.
bot-sign-in-request-link =
    🔗 <b>Merge your account into another one?</b>

    { $device } (network { $network }) is signed in as <b>{ $name }</b> (#{ NUMBER($number, useGrouping: "false") }) and says this Telegram account ({ $own }) belongs to the same person.

    Tap the number shown in your browser, but only if <b>you</b> asked for this just now. The owner of that account would get your keys and tokens.
bot-sign-in-request-link-approved = ✅ Confirmed for <b>{ $device }</b>. Go back to your browser: you’ll see both accounts before anything is merged.
bot-button-undo = ↩️ Undo: it wasn’t me
bot-undone = ↩️ <b>Undone</b>. Everyone is signed out of your account.
bot-undo-restored = Restored: { $what }
bot-undo-removed = Removed: { $what }
bot-undone-next =
    Sign in again, then check your keys and revoke those you don’t recognize. If somebody knew your password, change it.
bot-undo-expired = This was already undone, or it can’t be undone anymore.
bot-identity-in-use = This sign-in method is in use by another account. Contact support.
bot-notice-password-changed =
    🔔 <b>Your password was changed</b>

    From { $device }, network { $network }. Other sessions were ended.

    Wasn’t you? Choose a new password by email and end any sessions you don’t recognize.
bot-notice-linked =
    🔔 <b>Sign-in method added</b>

    { $kind }: { $what }

    Wasn’t you? Remove it and end any sessions you don’t recognize.
bot-notice-unlinked =
    🔔 <b>Sign-in method removed</b>

    { $kind }: { $what }
bot-notice-merged =
    🔔 <b>Accounts merged</b>

    Account #{ NUMBER($account, useGrouping: "false") } is now part of this one, with its keys, tokens and sign-in methods.
bot-notice-deletion-scheduled =
    🔔 <b>Your account will be deleted on { $day }</b>

    Your keys are off. You can keep the account until then.

# On the pages

page-security = Security
page-identities = Sign-in methods
page-identities-lead = Anyone who can use one of these can sign in as you.
page-unlink-short = Remove
page-identities-disabled = Your password was reset by email. Methods added after that address are off until you confirm them. Confirm the ones that are yours, and remove the rest.
page-identity-disabled = Off since the password reset
page-identity-confirm = Confirm
page-identity-confirm-label = Confirm { $what }
page-unlink-label = Remove { $what }
page-link-telegram-start = Add a Telegram account
page-add-google = Add a Google account
page-activity = Activity
page-activity-lead = Everything that happened in your account in the last 180 days.
page-activity-none = No activity yet.
page-activity-open = View activity
page-activity-who = By
page-activity-network = Network
page-activity-when = When
page-security-activity = Sign-ins, failed attempts, keys, sign-in methods and plan changes: what happened, when and from where.
page-security-sessions = Where you’re signed in
page-export = Your data
page-export-say = Everything we store about you, in one JSON file. Your keys are listed, but not their values.
page-export-get = Download your data
page-delete = Delete account
page-security-delete = Your keys stop working right away. You have 7 days to change your mind.
page-delete-begin = Delete my account…
page-link-telegram = Add a Telegram account
page-link-telegram-lead = Open the bot from that Telegram account and tap the number below. If it already has an account here, you’ll see both before anything is merged.
page-back-to-security = Back to Security
page-unlink = Remove a sign-in method
page-unlink-question = Remove { $what }?
page-unlink-say = Signing in with { $what } will open a new, empty account instead of yours.
page-unlink-yes = Remove
page-unlink-no = Keep it
page-reauthenticate-say = To do this, you need to have signed in within the last 15 minutes. Sign in again and you’ll come right back here.
page-reauthenticate = Confirm it’s you
page-merge = Merge two accounts
page-merge-lead = Both accounts are yours. If you merge them, everything in the second moves to the first except its sign-up and monthly tokens, and the second is signed out everywhere. Keys from both keep working. This can’t be undone.
page-merge-stays = Account you keep
page-merge-goes = Account merged into it
page-merge-identity = Sign-in method
page-merge-becomes = After the merge
page-merge-forfeited = Tokens you lose
page-merge-rule = Sign-up and monthly tokens stay with their account; granted and bought ones move. You keep the better plan. If both are the same, you keep the one that ends later; time left on the other is lost. Keys with the same name get a number.
page-merge-yes = Merge accounts
page-merge-no = Keep them separate
page-delete-question = Delete your account?
page-delete-say = Your account will be deleted on { $what }.
page-delete-now = Right away: your keys stop working, and you’re signed out everywhere.
page-delete-week = For 7 days: sign in here or message the bot to keep your account. Your keys will work again.
page-delete-retained = After that: your account, sign-in methods, keys, sessions, activity and tokens are gone. We keep billing records without your name.
page-delete-yes = Delete my account
page-delete-no = Keep my account
page-deletion-scheduled = Your account will be deleted
page-deletion-scheduled-on = Your account will be deleted on { $what }
page-deletion-scheduled-say = Your keys are off. If you keep the account, everything goes back to normal. It will be deleted
page-deletion-scheduled-cancel = Keep my account
page-done-linked = Sign-in method added.
page-done-undone = Undone. Everyone was signed out. Sign in again, then check your keys.
page-problem-undo_expired = This can’t be undone anymore
page-problem-undo_expired-say = It was already undone, or it’s more than 7 days old.
page-problem-identity_in_use = This sign-in method is in use
page-problem-identity_in_use-say = Another account uses it now. Contact support.
page-undo = Undo the change?
page-undo-restores = Restored: { $what }
page-undo-say = Sign-in methods added since then are removed, and everyone is signed out of your account. Then sign in again and check your keys.
page-undo-yes = Undo and sign everyone out
page-done-identity-confirmed = Confirmed. You can sign in with it again.
page-done-unlinked = Sign-in method removed.
page-done-merged = Accounts merged.
page-done-merge-dropped = Nothing was merged.
page-done-deletion-cancelled = Deletion canceled. Your keys work again.
page-problem-deletion_scheduled = This account will be deleted
page-problem-deletion_scheduled-say = You have 7 days to change your mind: sign in, and you can keep it.
page-problem-other_account_closed = That account isn’t available
page-problem-other_account_closed-say = This belongs to another account, which is suspended or being deleted. Nothing was changed.
page-problem-identity_disabled = This sign-in method is off
page-problem-identity_disabled-say = It was switched off after a password reset. Sign in with your email and confirm it under Security.
page-problem-identity_protected = This address can’t be removed yet
page-problem-identity_protected-say = The password was reset with this address in the last seven days. For now, it can be removed only when you’re signed in by email.
page-problem-address_unproven = You already have an account
page-problem-address_unproven-say = Sign in with your email and password, or choose “Forgot your password?”. Then add Google under Security.
page-problem-last_identity = Your only sign-in method
page-problem-last_identity-say = This is the only way you can sign in. Add another one first.
page-problem-reauth_required = Sign in again
page-problem-reauth_required-say = To do this, you need to have signed in within the last 15 minutes.
page-problem-telegram_sign_in_required = Sign in with Telegram
page-problem-telegram_sign_in_required-say = Admin pages need a sign-in with your Telegram account.
page-problem-identity_too_new = This sign-in method is too new
page-problem-identity_too_new-say = It was added less than 7 days ago, after another one. Use the older one to remove it, change its password or merge the account.
page-reauthenticated = You’re signed in
page-reauthenticated-say = Pick up where you left off: { $what }.
page-reauthenticated-yes = Continue
page-upstream-link = Add this account?
page-upstream-link-say = You’re back from { $what }.
page-upstream-link-to = Anyone who can sign in to your account there will be able to sign in here as { $what }.
page-problem-merge_offer_expired = This merge is no longer available
page-problem-merge_offer_expired-say = It was already answered, it’s more than ten minutes old, or one of the accounts has changed. Add the other account again.
page-add-email = Add an email address
page-add-email-send = Send link
page-add-email-bad = Enter an email address, like ivan@example.com.
page-add-email-to = Anyone who can read mail sent to this address will be able to sign in as { $what }.
page-add-email-yes = Add address
page-done-mail-sent = We sent a link to that address. Open it in this browser.

date-day =
    { $day } { $month ->
        [jan] Jan
        [feb] Feb
        [mar] Mar
        [apr] Apr
        [may] May
        [jun] Jun
        [jul] Jul
        [aug] Aug
        [sep] Sep
        [oct] Oct
        [nov] Nov
       *[dec] Dec
    } { NUMBER($year, useGrouping: "false") }
date-time = { $date }, { $time } { $zone }
