//! Passwords of people who have an account: forgotten, chosen anew, changed.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{CredentialError, EmailTokenError, Refusal, Result};
use crate::domain::sign_in::email_tokens::MailRequester;
use crate::model::mail::MailKind;
use crate::model::session::SessionId;
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::password::Password;
use crate::store::mail_queue::AddMail;
use crate::store::sign_in::passwords::{WriteNewPassword, WriteResetPassword};
use crate::telemetry;

/// Whoever has chosen a password anew.
#[derive(Debug)]
pub struct PasswordReset {
    /// The address they sign in with.
    pub address: String,
    /// What their browser is to hold, so that guesses elsewhere do not count against it.
    pub device: String,
}

impl Domain {
    /// Sends whoever forgot the password of an address a link to choose another. The outcome is the same when there is no such
    /// account; then no mail is sent.
    pub async fn forgot_password(&self, email: &str, asker: MailRequester) -> Result<Email> {
        self.accepts_email()?;
        let email = Email::parse(email).map_err(|what| Refusal::field("email", what))?;
        self.inner.attempt_limits.mail(&email.subject(), asker.network, self.inner.env.clock.millis())?;
        let recipient = email.as_str().to_owned();
        self.add_mail(AddMail { errand: MailKind::Forgot, recipient, account: None, asked: self.asked(asker) }).await?;
        Ok(email)
    }

    /// Sets a new password by the link that was sent for it, once. Every session of the account ends. A password that may not be
    /// one spends nothing.
    pub async fn reset_password(&self, token: &str, password: &str, asker: MailRequester) -> Result<PasswordReset> {
        let (row, digest) = self.email_token(token, MailKind::Forgot).await?;
        let email = Email::parse(&row.address).ok();
        let new = chosen(password, row.name.as_deref().unwrap_or_default(), email.as_ref())?;
        let new = self.hash(new).await?;
        let reset = WriteResetPassword { digest, new, asked: self.asked(asker) };
        let address = self.inner.store.write(reset).await?.ok_or(EmailTokenError::Used)?;
        self.inner.mails.notify_one();
        telemetry::password("reset");
        Ok(PasswordReset { device: self.inner.device_cookies.mark(&address, self.rng()), address })
    }

    /// Whether the caller's account has a password, and the address they sign in with.
    pub async fn password_address(&self, caller: &SignedIn) -> Result<(Option<String>, bool)> {
        let identities = self.inner.store.identities(caller.account.id).await?;
        let address = identities.into_iter().find(|identity| identity.kind == "email");
        let has_password = self.inner.store.password(caller.account.id).await?.is_some();
        Ok((address.map(|identity| identity.label.unwrap_or(identity.subject)), has_password))
    }

    /// Changes the caller's password; every other session of theirs ends.
    pub async fn change_password(&self, caller: &SignedIn, old: &str, new: &str, asker: MailRequester) -> Result<()> {
        self.accepts_email()?;
        let account = &caller.account;
        let (address, _) = self.password_address(caller).await?;
        let email = address.and_then(|address| Email::parse(&address).ok());
        let new = chosen(new, &account.name, email.as_ref())?;
        let taken = self.inner.attempt_limits.current_password(account.id.0, self.inner.env.clock.millis())?;
        let kept = self.inner.store.password(account.id).await?;
        let is_right = self.compare(kept.as_deref(), Password::typed(old)).await;
        if !matches!(is_right, Ok(None)) {
            self.inner.attempt_limits.give_back(&taken);
        }
        let (Some(old), Some(_)) = (kept, is_right?) else {
            telemetry::password("wrong");
            return Err(Refusal::field("old_password", "is not your password").into());
        };
        let new = self.hash(new).await?;
        let but = caller.session.unwrap_or(SessionId(0));
        let change = WriteNewPassword { account: account.id, old, new, but, asked: self.asked(asker) };
        if !self.inner.store.write(change).await? {
            return Err(CredentialError::WrongPassword.into());
        }
        self.inner.mails.notify_one();
        telemetry::password("changed");
        Ok(())
    }
}

fn chosen(password: &str, name: &str, email: Option<&Email>) -> Result<Password> {
    Password::choose(password, name, email).map_err(|why| Refusal::field("password", why.message()).into())
}
