//! Links in mails: whoever opens one reads the mails of its address.

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

/// Who asks for something that ends in a mail, and from where.
#[derive(Clone, Debug)]
pub struct MailRequester {
    /// The browser or program, and its network, for people to read.
    pub origin: RequestSource,
    /// The network, for whoever counts.
    pub network: Network,
    /// What they speak.
    pub language: Language,
}

/// A link in a mail as whoever opens it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailToken {
    /// The address that it was sent to.
    pub address: String,
    /// What the person is called, or wants to be.
    pub name: String,
}

/// Proof that a signed-in person reads the mails of an address, not spent yet.
#[derive(Clone, Debug)]
pub struct VerifiedEmail {
    /// The address.
    pub email: Email,
    /// The SHA-256 of the link's token: with it the proof is spent ([`crate::store::sign_in::email_tokens`]).
    pub digest: Vec<u8>,
}

impl Domain {
    /// Whether there are e-mail accounts.
    #[must_use]
    pub fn sends_email(&self) -> bool {
        self.inner.settings.mails
    }

    /// Whether there are e-mail accounts: without them, asking for one would be in vain.
    pub fn accepts_email(&self) -> Result<()> {
        if self.sends_email() { Ok(()) } else { Err(Refusal::EmailDisabled.into()) }
    }

    /// Whom a link that confirms an address is for. Looking spends nothing: programs look at links too.
    pub async fn verify_link(&self, token: &str) -> Result<EmailToken> {
        self.peek_email_token(token, MailKind::Register).await
    }

    /// Whose password a link lets somebody choose anew.
    pub async fn reset_link(&self, token: &str) -> Result<EmailToken> {
        self.peek_email_token(token, MailKind::Forgot).await
    }

    async fn peek_email_token(&self, token: &str, errand: MailKind) -> Result<EmailToken> {
        let (row, _) = self.email_token(token, errand).await?;
        Ok(EmailToken { address: row.label.unwrap_or(row.address), name: row.name.unwrap_or_default() })
    }

    /// Sends a mail to an address that a signed-in person says is theirs, with a link that proves it.
    pub async fn request_address_link(&self, caller: &SignedIn, email: &Email, asker: MailRequester) -> Result<()> {
        self.accepts_email()?;
        self.inner.attempt_limits.mail(&email.subject(), asker.network, self.inner.env.clock.millis())?;
        let (recipient, account) = (email.as_str().to_owned(), Some(caller.account.id));
        self.add_mail(AddMail { errand: MailKind::Link, recipient, account, asked: self.asked(asker) }).await
    }

    /// The address that such a link proves to be the caller's. Looking spends nothing.
    pub async fn verified_address(&self, caller: &SignedIn, token: &str) -> Result<VerifiedEmail> {
        let (row, digest) = self.email_token(token, MailKind::Link).await?;
        if row.account_id != Some(caller.account.id) {
            return Err(EmailTokenError::Unknown.into());
        }
        let email = Email::parse(&row.address).map_err(|_| EmailTokenError::Unknown)?;
        Ok(VerifiedEmail { email, digest })
    }

    /// A link that is good, and the digest of its token.
    pub(in crate::domain) async fn email_token(
        &self,
        token: &str,
        errand: MailKind,
    ) -> Result<(EmailTokenRow, Vec<u8>)> {
        self.accepts_email()?;
        let digest = OneTimeToken::parse(token).ok_or(EmailTokenError::Unknown)?.digest();
        let row = self.inner.store.email_token(&digest, errand).await?.ok_or(EmailTokenError::Unknown)?;
        if row.used_at.is_some() {
            return Err(EmailTokenError::Used.into());
        }
        if row.expires_at <= self.now() {
            return Err(EmailTokenError::Expired.into());
        }
        Ok((row, digest))
    }

    pub(in crate::domain) fn asked(&self, MailRequester { origin, language, .. }: MailRequester) -> MailRequest {
        MailRequest { origin, language, now: self.now() }
    }

    /// Keeps a mail, and tells whoever sends them.
    pub(in crate::domain) async fn add_mail(&self, mail: AddMail) -> Result<()> {
        self.inner.store.write(mail).await?;
        self.inner.mails.notify_one();
        Ok(())
    }
}
