//! Passwords of existing accounts: forgot, reset, change.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{CredentialError, EmailTokenError, Error, Refusal, Result};
use crate::domain::sign_in::email_tokens::{MailRequester, ValidEmailToken};
use crate::model::accounts::identity::IdentityKey;
use crate::model::mail::MailKind;
use crate::model::session::SessionId;
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::password::Password;
use crate::store::mail_queue::AddMail;
use crate::store::sign_in::passwords::{WriteNewPassword, WriteResetPassword};
use crate::telemetry;

/// Result of a password reset.
#[derive(Debug)]
pub struct PasswordReset {
    /// Address the person signs in with.
    pub address: String,
    /// Device cookie for the browser: guesses from elsewhere do not count against it.
    pub device: String,
}

/// Address and password of an account.
#[derive(Clone, Debug)]
pub struct EmailSignIn {
    /// Address the person signs in with; `None` if no email identity is linked.
    pub address: Option<String>,
    /// True if the account has a password.
    pub has_password: bool,
}

impl Domain {
    /// Mails a reset link to an address. The outcome is the same if the address has no account; no mail is sent then.
    pub async fn forgot_password(&self, email: &str, requester: MailRequester) -> Result<Email> {
        self.accepts_email()?;
        let email = Email::parse(email).map_err(|what| Refusal::field("email", what))?;
        self.take_mail_attempt(&email.subject(), requester.network).await?;
        let recipient = email.as_str().to_owned();
        self.add_mail(AddMail {
            kind: MailKind::Forgot,
            recipient,
            account: None,
            request: self.mail_request(requester),
        })
        .await?;
        Ok(email)
    }

    /// Sets a new password by the link of a mail, once. Ends every session and open proof of the account, and disables the
    /// identities that are younger than the address until the owner confirms them. An unacceptable password does not spend
    /// the link.
    pub async fn reset_password(&self, token: &str, password: &str, requester: MailRequester) -> Result<PasswordReset> {
        let ValidEmailToken { row, digest } = self.email_token(token, MailKind::Forgot).await?;
        // The password is that of all addresses, older ones included.
        if let Some(account) = row.account_id {
            let own = IdentityKey::new("email", &row.address);
            self.require_power_over(account, &own, "email").await.map_err(unlinked_as_used)?;
        }
        let email = Email::parse(&row.address).ok();
        let new = chosen(password, row.name.as_deref().unwrap_or_default(), email.as_ref())?;
        let new = self.hash(new, requester.network).await?;
        let reset = WriteResetPassword { digest, new, request: self.mail_request(requester) };
        let address = self.inner.store.write(reset).await?.ok_or(EmailTokenError::Used)?;
        self.inner.mails.notify_one();
        telemetry::metrics::password_operations_total("reset");
        Ok(PasswordReset { device: self.inner.device_cookies.mark(&address, self.rng()), address })
    }

    /// Returns the caller's means of signing in by email.
    pub async fn email_sign_in(&self, caller: &SignedIn) -> Result<EmailSignIn> {
        let identities = self.inner.store.identities(caller.account.id).await?;
        let address = identities.into_iter().find(|identity| identity.kind == "email");
        let has_password = self.inner.store.password(caller.account.id).await?.is_some();
        let address = address.map(|identity| identity.label.unwrap_or(identity.subject));
        Ok(EmailSignIn { address, has_password })
    }

    /// Changes the caller's password and ends their other sessions.
    pub async fn change_password(
        &self,
        caller: &SignedIn,
        old: &str,
        new: &str,
        requester: MailRequester,
    ) -> Result<()> {
        self.accepts_email()?;
        self.require_recent_sign_in(caller)?;
        self.require_power_over(caller.account.id, &caller.identity, "email").await?;
        let account = &caller.account;
        let address = self.email_sign_in(caller).await?.address;
        let email = address.and_then(|address| Email::parse(&address).ok());
        let new = chosen(new, &account.name, email.as_ref())?;
        let (limits, millis) = (&self.inner.attempt_limits, self.inner.env.clock.millis());
        let permit = self.share_attempts(limits.password_change(account.id.0, millis)?).await?;
        let outcome = self.write_new_password(caller, old, new, requester).await;
        if outcome.is_err() {
            self.return_attempts(&permit).await;
        }
        outcome
    }

    async fn write_new_password(
        &self,
        caller: &SignedIn,
        old: &str,
        new: Password,
        requester: MailRequester,
    ) -> Result<()> {
        let (account, network) = (&caller.account, requester.network);
        let permit = self.inner.attempt_limits.current_password(account.id.0, self.inner.env.clock.millis())?;
        let permit = self.share_attempts(permit).await?;
        let stored = self.inner.store.password(account.id).await?;
        let is_right = self.compare(stored.as_deref(), Password::typed(old), network).await;
        if !matches!(is_right, Ok(None)) {
            self.return_attempts(&permit).await;
        }
        let (Some(old), Some(_)) = (stored, is_right?) else {
            telemetry::metrics::password_operations_total("wrong");
            return Err(Refusal::field("old_password", "is not your password").into());
        };
        let new = self.hash(new, network).await?;
        let but = caller.session.unwrap_or(SessionId(0));
        let change = WriteNewPassword { account: account.id, old, new, but, request: self.mail_request(requester) };
        if !self.inner.store.write(change).await? {
            return Err(CredentialError::WrongPassword.into());
        }
        self.inner.mails.notify_one();
        telemetry::metrics::password_operations_total("changed");
        Ok(())
    }
}

/// Checks a new password. The error names the field `password`.
pub(in crate::domain) fn chosen(password: &str, name: &str, email: Option<&Email>) -> Result<Password> {
    Password::choose(password, name, email).map_err(|why| Refusal::field("password", why.message()).into())
}

/// The address of a mailed link may have been unlinked since; the link is then invalid.
fn unlinked_as_used(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::ReauthenticationRequired) => EmailTokenError::Used.into(),
        error => error,
    }
}
