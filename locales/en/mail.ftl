# Everything mails say. `$what` stands for words.

mail-hello = Hello,
mail-hello-name = Hello { $what },
mail-whence = Asked for from: { $what }
mail-footer = NeuralBox Auth, { $what }. This mail was sent because somebody gave this address there. Nobody reads answers to it.

mail-confirm-subject = Confirm your e-mail address
mail-confirm-before = Somebody registered at NeuralBox with this address. If it was you, confirm that the address is yours; then you can sign in.
mail-confirm-button = Confirm the address
mail-confirm-after = The link is good for 24 hours, once. If it was not you, do nothing: without your confirmation there is no account. Do not confirm for anybody else, or they will know the password of an account in your name.

mail-account-subject = You already have an account
mail-account-before = Somebody registered at NeuralBox with this address. You have an account with it already, so nothing was changed.
mail-account-button = Sign in
mail-account-after = If you do not remember your password, choose “Forgot your password?” on the page. If it was not you, do nothing: whoever it was has learned nothing.

mail-google-subject = You already have an account
mail-google-before = Somebody asked for an account, or for a new password, at NeuralBox with this address. You sign in there with Google, so there is no password, and nothing was changed.
mail-google-button = Sign in with Google
mail-google-after = If it was not you, do nothing: whoever it was has learned nothing.

mail-reset-subject = Choose a new password
mail-reset-before = Somebody says that they forgot the password of your NeuralBox account. If it was you, choose a new one.
mail-reset-button = Choose a new password
mail-reset-after = The link is good for an hour, once. All your sessions end when the password changes. If it was not you, do nothing: your password stays as it is.

mail-link-subject = Confirm your e-mail address
mail-link-before = Somebody who is signed in at NeuralBox says that this address is theirs. If it was you, confirm it; then you can sign in with it.
mail-link-button = Confirm the address
mail-link-after = The link is good for 24 hours, once, in a browser in which you are signed in. If it was not you, do nothing.

mail-changed-subject = Your password was changed
mail-changed-before = The password of your NeuralBox account was changed, and your other sessions were ended. If it was you, there is nothing to do.
mail-changed-button = That was not me: choose a new password
mail-changed-after = If it was not you, choose a new password at once. Whoever changed it is signed out by that.
