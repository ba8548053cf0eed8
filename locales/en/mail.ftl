# Everything mails say. `$what` stands for words.

mail-greeting = Hello,
mail-greeting-name = Hello { $what },
mail-request-source = Requested from: { $what }, { $when }
mail-footer = NeuralBox Auth, { $what }. You’re getting this email because someone entered this address there. Replies aren’t monitored.

mail-confirm-subject = Confirm your email address
mail-confirm-before = Someone signed up for NeuralBox with this address. If that was you, confirm it, and you can sign in.
mail-confirm-button = Confirm address
mail-confirm-after = The link works once and expires in 24 hours. Got more than one of these emails? Each belongs to its own sign-up: compare the time and place below with yours. If this wasn’t you, ignore this email: no account is created unless you confirm.

mail-account-subject = You already have an account
mail-account-before = Someone tried to sign up for NeuralBox with this address. You already have an account, so nothing was changed.
mail-account-button = Sign in
mail-account-after = Can’t remember your password? Choose “Forgot your password?” on the sign-in page. If this wasn’t you, ignore this email: nothing was revealed.

mail-google-subject = You already have an account
mail-google-before = Someone asked NeuralBox for a new account or a new password for this address. You sign in with Google, so you have no password, and nothing was changed.
mail-google-button = Sign in with Google
mail-google-after = If this wasn’t you, ignore this email: nothing was revealed.

mail-reset-subject = Reset your password
mail-reset-before = Someone asked to reset the password of your NeuralBox account. If that was you, choose a new one.
mail-reset-button = Choose a new password
mail-reset-after = The link works once and expires in an hour. Changing your password signs you out everywhere. If this wasn’t you, ignore this email: your password stays the same.

mail-link-subject = Confirm your email address
mail-link-before = Someone signed in to NeuralBox says this address is theirs. If that was you, confirm it, and you can sign in with it.
mail-link-button = Confirm address
mail-link-after = The link works once, expires in 24 hours, and must be opened in a browser where you’re signed in. If this wasn’t you, ignore this email.

mail-changed-subject = Your password was changed
mail-changed-before = The password of your NeuralBox account was changed, and your other sessions were ended. If that was you, there’s nothing to do.
mail-changed-many = It was changed { $count } times; the latest change is described below.
mail-changed-button = This wasn’t me: choose a new password
mail-changed-after = If this wasn’t you, choose a new password now. That also signs out the person who changed it.
mail-added-subject = Sign-in method added to your account
mail-added-before = { $what } can now sign in to your NeuralBox account. If that was you, there’s nothing to do.
mail-removed-subject = Sign-in method removed from your account
mail-removed-before = { $what } can no longer sign in to your NeuralBox account. If that was you, there’s nothing to do.
mail-merged-subject = Another account was merged into yours
mail-merged-before = Account { $what } is now part of your NeuralBox account, with its keys and sign-in methods. If that was you, there’s nothing to do.
mail-leaving-subject = Your account will be deleted
mail-leaving-before = Your NeuralBox account will be deleted on { $what }. Its keys are off. Until then you can sign in and keep it.
mail-signed-in-subject = New sign-in to your account
mail-signed-in-before = Somebody signed in to your NeuralBox account from a new device or place. If that was you, there’s nothing to do.
mail-undo-button = This wasn’t me, undo it
mail-undo-after = If this wasn’t you, undo it within 7 days. That also signs everyone out of your account.
mail-security-button = Check your account
mail-security-after = If this wasn’t you, sign in, end the sessions you don’t recognize and change your password.

mail-key-expires-subject = Your API key expires soon
mail-key-expires-before = Your API key “{ $what }” expires soon and stops working then.
mail-key-expires-when = It expires on { $what }.
mail-key-expires-button = Extend or rotate the key
mail-key-expires-after = If your programs still use it, extend it, or rotate it and replace it there. If not, there’s nothing to do.
mail-key-expires-source = Sent because the key expires. Switch this off with /notify in the bot.
