//! Links in mails: whoever opens one reads the mails of its address.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{NoMailLink, Refusal, Result};
use crate::model::mail::Errand;
use crate::model::network::Network;
use crate::model::session::Origin;
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::text::language::Language;
use crate::store::mail_queue::{AddMail, Asked};
use crate::store::sign_in::email_tokens::MailLinkRow;

/// Who asks for something that ends in a mail, and from where.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The browser or program, and its network, for people to read.
    pub origin: Origin,
    /// The network, for whoever counts.
    pub network: Network,
    /// What they speak.
    pub language: Language,
}

/// A link in a mail as whoever opens it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLink {
    /// The address that it was sent to.
    pub address: String,
    /// What the person is called, or wants to be.
    pub name: String,
}

/// Proof that a signed-in person reads the mails of an address, not spent yet.
#[derive(Clone, Debug)]
pub struct ProvenAddress {
    /// The address.
    pub email: Email,
    /// The SHA-256 of the link's token: with it the proof is spent ([`crate::store::sign_in::email_tokens`]).
    pub digest: Vec<u8>,
}

impl Domain {
    /// Whether there are e-mail accounts.
    #[must_use]
    pub fn sends_mails(&self) -> bool {
        self.parts.rules.mails
    }

    /// Whether there are e-mail accounts: without them, asking for one would be in vain.
    pub fn takes_mails(&self) -> Result<()> {
        if self.sends_mails() { Ok(()) } else { Err(Refusal::MailOff.into()) }
    }

    /// Whom a link that confirms an address is for. Looking spends nothing: programs look at links too.
    pub async fn confirm_link(&self, token: &str) -> Result<MailLink> {
        self.look_at_link(token, Errand::Register).await
    }

    /// Whose password a link lets somebody choose anew.
    pub async fn reset_link(&self, token: &str) -> Result<MailLink> {
        self.look_at_link(token, Errand::Forgot).await
    }

    async fn look_at_link(&self, token: &str, errand: Errand) -> Result<MailLink> {
        let (row, _) = self.mail_link(token, errand).await?;
        Ok(MailLink { address: row.label.unwrap_or(row.address), name: row.name.unwrap_or_default() })
    }

    /// Sends a mail to an address that a signed-in person says is theirs, with a link that proves it.
    pub async fn ask_to_link_address(&self, caller: &SignedIn, email: &Email, asker: Asker) -> Result<()> {
        self.takes_mails()?;
        self.parts.tries.mail(&email.subject(), asker.network, self.parts.nature.clock.millis())?;
        let (recipient, account) = (email.as_str().to_owned(), Some(caller.account.id));
        self.add_mail(AddMail { errand: Errand::Link, recipient, account, asked: self.asked(asker) }).await
    }

    /// The address that such a link proves to be the caller's. Looking spends nothing.
    pub async fn proven_address(&self, caller: &SignedIn, token: &str) -> Result<ProvenAddress> {
        let (row, digest) = self.mail_link(token, Errand::Link).await?;
        if row.account_id != Some(caller.account.id) {
            return Err(NoMailLink::Unknown.into());
        }
        let email = Email::parse(&row.address).map_err(|_| NoMailLink::Unknown)?;
        Ok(ProvenAddress { email, digest })
    }

    /// A link that is good, and the digest of its token.
    pub(in crate::domain) async fn mail_link(&self, token: &str, errand: Errand) -> Result<(MailLinkRow, Vec<u8>)> {
        self.takes_mails()?;
        let digest = OneTimeToken::parse(token).ok_or(NoMailLink::Unknown)?.digest();
        let row = self.parts.store.mail_link(&digest, errand).await?.ok_or(NoMailLink::Unknown)?;
        if row.used_at.is_some() {
            return Err(NoMailLink::Used.into());
        }
        if row.expires_at <= self.now() {
            return Err(NoMailLink::Expired.into());
        }
        Ok((row, digest))
    }

    pub(in crate::domain) fn asked(&self, Asker { origin, language, .. }: Asker) -> Asked {
        Asked { origin, language, now: self.now() }
    }

    /// Keeps a mail, and tells whoever sends them.
    pub(in crate::domain) async fn add_mail(&self, mail: AddMail) -> Result<()> {
        self.parts.store.write(mail).await?;
        self.parts.mails.notify_one();
        Ok(())
    }
}
