//! Email tokens: one-time tokens in mailed links. Opening a link proves that the person reads the mail of its address.

use subtle::ConstantTimeEq;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{EmailTokenError, Refusal, Result};
use crate::model::mail::MailKind;
use crate::model::network::Network;
use crate::model::session::RequestSource;
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::text::language::Language;
use crate::store::mail_queue::{AddMail, MailRequest};
use crate::store::sign_in::email_tokens::EmailTokenRow;

/// Origin and language of a request that leads to a mail.
#[derive(Clone, Debug)]
pub struct MailRequester {
    /// Device and network, shown in the mail.
    pub source: RequestSource,
    /// Network the request is counted for.
    pub network: Network,
    /// Language of the mail.
    pub language: Language,
}

/// Link of a mail, as the person opening it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailToken {
    /// Address the mail was sent to.
    pub address: String,
    /// Name of the person, given at registration or stored in the account.
    pub name: String,
    /// Person who chooses the password of a registration.
    pub password: PasswordChoice,
}

/// Person who chooses the password that a confirmed registration gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordChoice {
    /// The one who opened the link.
    Reader,
    /// The one who registered, because this is the same browser.
    Registrant,
}

impl From<EmailTokenRow> for EmailToken {
    fn from(row: EmailTokenRow) -> Self {
        let (address, name) = (row.label.unwrap_or(row.address), row.name.unwrap_or_default());
        Self { address, name, password: PasswordChoice::Reader }
    }
}

/// Proof, not spent yet, that a signed-in person reads the mail of an address.
#[derive(Clone, Debug)]
pub struct VerifiedEmail {
    /// Proven address.
    pub email: Email,
    /// SHA-256 of the link's token; spends the proof ([`crate::store::sign_in::email_tokens`]).
    pub digest: Vec<u8>,
}

/// Link that is neither used nor expired.
pub(in crate::domain) struct ValidEmailToken {
    pub(in crate::domain) row: EmailTokenRow,
    /// Digest of its token, by which it is spent.
    pub(in crate::domain) digest: Vec<u8>,
}

impl ValidEmailToken {
    /// True if one of `secrets` belongs to the browser that registered.
    pub(in crate::domain) fn is_of_browser(&self, secrets: &[&str]) -> bool {
        let Some(expected) = self.row.browser_digest.as_deref() else { return false };
        let mut digests = secrets.iter().filter_map(|secret| OneTimeToken::parse(secret)).map(|secret| secret.digest());
        digests.any(|digest| expected.ct_eq(&digest).into())
    }
}

impl Domain {
    /// Returns true if email accounts are enabled.
    #[must_use]
    pub fn sends_email(&self) -> bool {
        self.inner.settings.mails
    }

    /// Refuses if email accounts are disabled.
    pub fn accepts_email(&self) -> Result<()> {
        if self.sends_email() { Ok(()) } else { Err(Refusal::EmailDisabled.into()) }
    }

    /// Returns the addressee of a verification link, for the browser with these secrets of registrations. Spends nothing,
    /// because programs open links too.
    pub async fn verify_link(&self, token: &str, browser: &[&str]) -> Result<EmailToken> {
        let link = self.email_token(token, MailKind::Register).await?;
        let is_same = link.is_of_browser(browser);
        let password = if is_same { PasswordChoice::Registrant } else { PasswordChoice::Reader };
        Ok(EmailToken { password, ..link.row.into() })
    }

    /// Returns the owner of the password that a link resets. Spends nothing.
    pub async fn reset_link(&self, token: &str) -> Result<EmailToken> {
        Ok(self.email_token(token, MailKind::Forgot).await?.row.into())
    }

    /// Mails a link that proves the caller reads this address.
    pub async fn request_address_link(&self, caller: &SignedIn, email: &Email, requester: MailRequester) -> Result<()> {
        self.accepts_email()?;
        self.require_recent_sign_in(caller)?;
        let (limits, millis) = (&self.inner.attempt_limits, self.inner.env.clock.millis());
        let permit = self.share_attempts(limits.mail_of_account(caller.account.id.0, millis)?).await?;
        if let Err(error) = self.take_mail_attempt(&email.subject(), requester.network).await {
            self.return_attempts(&permit).await;
            return Err(error);
        }
        let (recipient, account) = (email.as_str().to_owned(), Some(caller.account.id));
        self.add_mail(AddMail { kind: MailKind::Link, recipient, account, request: self.mail_request(requester) }).await
    }

    /// Returns the address that a link proves to be the caller's. Spends nothing.
    pub async fn verified_address(&self, caller: &SignedIn, token: &str) -> Result<VerifiedEmail> {
        let ValidEmailToken { row, digest } = self.email_token(token, MailKind::Link).await?;
        if row.account_id != Some(caller.account.id) {
            return Err(EmailTokenError::Unknown.into());
        }
        let email = Email::parse(&row.address).map_err(|_| EmailTokenError::Unknown)?;
        Ok(VerifiedEmail { email, digest })
    }

    /// Returns the link of a token if it is valid.
    pub(in crate::domain) async fn email_token(&self, token: &str, kind: MailKind) -> Result<ValidEmailToken> {
        self.accepts_email()?;
        let digest = OneTimeToken::parse(token).ok_or(EmailTokenError::Unknown)?.digest();
        let row = self.inner.store.email_token(&digest, kind).await?.ok_or(EmailTokenError::Unknown)?;
        if row.used_at.is_some() {
            return Err(EmailTokenError::Used.into());
        }
        if row.expires_at <= self.now() {
            return Err(EmailTokenError::Expired.into());
        }
        Ok(ValidEmailToken { row, digest })
    }

    pub(in crate::domain) fn mail_request(&self, MailRequester { source, language, .. }: MailRequester) -> MailRequest {
        MailRequest { source, language, now: self.now() }
    }

    /// Queues a mail and wakes the sender.
    pub(in crate::domain) async fn add_mail(&self, mail: AddMail) -> Result<()> {
        self.inner.store.write(mail).await?;
        self.inner.mails.notify_one();
        Ok(())
    }
}
