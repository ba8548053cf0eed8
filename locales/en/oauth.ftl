# Pages on which a person lets an app or a device sign them in. `$what` are words.

# Scopes, as what an app may do
oauth-scope-openid = Know that it’s you, by your account number
oauth-scope-profile = See your name, username, language, plan and Telegram ID
oauth-scope-email = See your email address
oauth-scope-offline_access = Stay connected when you’re away, until you cut it off
oauth-scope-keys-read = See your API keys: their names and when they were used, not their secrets
oauth-scope-keys-write = Create, rename, rotate and revoke your API keys, without asking you to sign in again
oauth-scope-usage-read = See your token balance and usage

# Consent
page-consent = Let an app sign you in
page-consent-question = Sign in to { $what }?
page-consent-host = You’ll continue to { $what }.
page-consent-device-host = You’ll continue to a program on this device. Allow it only if you started it yourself, just now.
page-consent-can = It will be able to
page-consent-resource = For use at { $what }
page-consent-as = You’re signed in as
page-consent-allow = Allow
page-consent-deny = Cancel
page-consent-switch = Use another account
page-consent-later = You can cut the app off at any time: on the Security page, or with /apps in the bot.

# Return to a website that opened a window
page-window-return = Back to the website
page-window-return-wait = You’re done here. This window closes now.
page-window-return-lost = If it stays open, close it and return to { $what }. If nothing happens there, press the sign-in button again.

# Devices
page-device = Connect a device
page-device-lead = Enter the code that the device or program shows.
page-device-code = Code
page-device-code-hint = Eight letters, for example WDJB-MJHT
page-device-next = Continue
page-device-question = Let { $what } sign in as you?
page-device-caution = Continue only if you started this yourself, just now. If someone sent you the link or the code, choose “It wasn’t me”: they would get into your account.
page-device-from = Asked from
page-device-can = It will be able to
page-device-number = Which number does the device show?
page-device-number-label = The device shows { $what }
page-device-deny = It wasn’t me
page-device-approved = Device connected
page-device-approved-say = Return to the device: it continues automatically. You can cut it off at any time, on the Security page or with /apps in the bot.
page-device-denied = Nothing was connected
page-device-denied-say = The request is closed for good. If it was yours, start again on the device.

# Signing out for an app
page-app-sign-out = Sign out?
page-app-sign-out-say = An app asks to sign you out of NeuralBox in this browser. Apps you let stay connected are not affected.
page-app-signed-out = You’re signed out
page-app-signed-out-say = This browser is no longer signed in to NeuralBox. The app may still be: sign out there, too.
page-app-sign-out-stay = Stay signed in

# What went wrong
page-problem-client_unknown = We don’t know this app
page-problem-client_unknown-say = It isn’t registered here, or it was turned off. Tell the people who run the app.
page-problem-redirect_uri_not_registered = We won’t send you there
page-problem-redirect_uri_not_registered-say = The app asked us to send you to an address that isn’t registered for it. Tell the people who run the app. The address:
page-problem-redirect_uri_missing-say = The app didn’t say where to send you afterwards. Tell the people who run the app.
page-problem-authorize_request_expired = This sign-in has expired
page-problem-authorize_request_expired-say = It took longer than ten minutes, or it was already answered. Return to the app and sign in again.
page-problem-authorize_other_browser = This sign-in started in another browser
page-problem-authorize_other_browser-say = For your safety, it only works where it began. Return to the app and sign in from this browser.
page-problem-consent_stale = This page is out of date
page-problem-consent_stale-say = It was already answered, or you’ve since signed in as someone else. Return to the app and sign in again.
page-problem-device_code_unknown = This code doesn’t work
page-problem-device_code_unknown-say = Check it and try again. Each code works once, for ten minutes: if this one is older, start again on the device.
page-problem-device_number_wrong = That’s another number
page-problem-device_number_wrong-say = Nothing was connected, and the request is closed for good. If it was yours, start again on the device.
page-problem-device_too_many_tries = Too many wrong codes
page-problem-device_too_many_tries-say = Try again in ten minutes.
page-problem-insufficient_scope = The app may not do this
page-problem-insufficient_scope-say = You haven’t allowed it.
