# Apps that people sign in to with our OAuth provider: in chat, on the security page and in the account activity

activity-app-authorized = Signed in to an app: { $what }
activity-app-cut-off = Access of an app ended: { $what }
activity-app-refresh-token-reused = Access of { $what } ended: its sign-in may have been copied

# In chat

bot-command-apps = Apps you signed in to
bot-button-apps = 🧩 Apps
bot-button-cut-off = ✖ Cut off
bot-button-end-access = ✖ End
bot-apps = { $count ->
    [0] <b>You haven’t signed in to any app with NeuralBox.</b>
    [one] <b>{ $count } app can use your account.</b>
   *[other] <b>{ $count } apps can use your account.</b>
    }
bot-app = { $number }. <b>{ $app }</b>
bot-app-on = { $number }. <b>{ $app }</b>, { $host }
bot-app-scope = • { $scope }
bot-app-since = Since { $day }
bot-app-used = Last used: { $used }
bot-apps-more = { $count ->
    [one] And { $count } more app on the website: { $link }
   *[other] And { $count } more apps on the website: { $link }
    }
bot-app-cut-off = { $app } no longer has access.
bot-app-already-cut-off = It no longer has access.
bot-app-ended =
    🚫 <b>{ $app }</b> is signed out

    It can’t use your account anymore. If you didn’t sign in there, check your sessions, too.
bot-app-ended-before = This sign-in has already ended.

bot-notice-app-signed-in =
    🔔 <b>Signed in to { $app }</b>

    From { $device }, network { $network }. Wasn’t you? End it.
bot-notice-app-key-created =
    🔔 <b>New key: { $name }</b>

    The app { $app } created <code>{ $masked }</code>. If you didn’t ask it to, revoke the key.
bot-notice-app-key-rotated =
    🔔 <b>Your key { $name } was rotated</b>

    The app { $app } created <code>{ $masked }</code>. If you didn’t ask it to, revoke the key.
bot-notice-app-refresh-token-reused =
    ⚠️ <b>Someone may have copied the sign-in of { $app }, so I ended it.</b>

    An old token was used again long after it had been replaced. If you restored the app from a backup, it was you: just sign in again there.

bot-device-request =
    🖥 <b>{ $app } wants to sign in as { $name }.</b>

    Asked from: { $device }, network { $network }

    It could then:
bot-device-request-ask = Which number does it show? Only answer if you started this yourself, just now. If someone sent you here, tap <i>Not me</i>: any other answer could let them in.
bot-device-approved = ✅ <b>{ $app }</b> is signed in. Go back to it.
bot-device-wrong =
    That’s not the number it shows. Nobody was signed in, and the request is closed.

    If it’s your device, start again there.
bot-device-unknown = This request doesn’t exist, or it’s over. Start again on your device.
bot-device-too-many-tries = Too many wrong codes. Wait ten minutes, then try again.

# On the pages

page-apps = Apps
page-apps-lead = Websites and programs that you signed in to with this account.
page-apps-none = You haven’t signed in to any app with this account.
page-app-since = Since
page-app-used = Last used
page-app-cut-off = Cut off
page-app-cut-off-label = Cut off { $what }
page-done-app-cut-off = That app no longer has access.
