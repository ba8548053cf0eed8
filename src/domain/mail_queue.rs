//! Mails: what people are sent.
//!
//! A mail is stored in the transaction of what it is about, taken in hand with a lease, sent, and then forgotten. Whoever dies in
//! between leaves it to be sent once more when the lease is over. What stands in its link is made at the moment of sending: until
//! then there is no secret at all, and after it only the recipient has it. Every try has a link of its own, so that a mail that did
//! arrive although nobody said so is as good as the next.

use std::sync::PoisonError;
use std::time::Duration;

use futures::future::try_join_all;

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::model::mail::{MailId, MailKind, RESET_LIFETIME_SECS, VERIFY_LIFETIME_SECS};
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::text::language::Language;
use crate::store::mail_queue::{LeaseMails, LeasedMail, MailRecipient, RecordMailResult};
use crate::store::sign_in::email_tokens::AddEmailToken;

pub use crate::store::mail_queue::MailSource;
use crate::telemetry;

/// How long it is tried to send a mail, in seconds.
const RETRY_FOR_SECS: i64 = 3 * 86_400;
/// The shortest and the longest wait before the next try, in seconds.
const MIN_BACKOFF_SECS: i64 = 10;
const MAX_BACKOFF_SECS: i64 = 1800;
/// After how long an instance looks by itself whether there is something to send: another one may have stored it, or died.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// A mail that is due, in our hand.
#[derive(Debug)]
pub struct DueMail {
    /// The address.
    pub recipient: String,
    /// In which language.
    pub language: Language,
    /// What it says.
    pub letter: MailMessage,
    ticket: MailAttempt,
}

impl DueMail {
    /// Its number, for the log.
    #[must_use]
    pub const fn id(&self) -> MailId {
        self.ticket.id
    }
}

/// What a mail says. Those with a token are one secret each: they go to their recipient and nowhere else.
#[derive(Debug)]
pub enum MailMessage {
    /// Confirm the address, and you have an account.
    Confirm {
        /// What whoever registered wants to be called.
        name: String,
        /// From where they did.
        whence: MailSource,
        /// What stands in the link.
        token: OneTimeToken,
    },
    /// Somebody registered with this address, which has an account.
    HaveAccount {
        /// What its owner is called; nothing if they come by Google.
        name: Option<String>,
        /// From where somebody registered.
        whence: MailSource,
    },
    /// Choose a new password.
    Reset {
        /// What the person is called.
        name: String,
        /// From where somebody asked.
        whence: MailSource,
        /// What stands in the link.
        token: OneTimeToken,
    },
    /// Confirm that the address is yours, to add it to your account.
    Link {
        /// What the person is called.
        name: String,
        /// From where they asked.
        whence: MailSource,
        /// What stands in the link.
        token: OneTimeToken,
    },
    /// Your password was changed.
    Changed {
        /// What the person is called.
        name: String,
        /// From where it was.
        whence: MailSource,
    },
}

impl MailMessage {
    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> MailKind {
        match self {
            Self::Confirm { .. } | Self::HaveAccount { .. } => MailKind::Register,
            Self::Reset { .. } => MailKind::Forgot,
            Self::Link { .. } => MailKind::Link,
            Self::Changed { .. } => MailKind::Changed,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct MailAttempt {
    id: MailId,
    attempt: i64,
    age: i64,
}

/// How it went with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailResult {
    /// The server took it.
    Yes,
    /// The server will never take it.
    Never,
    /// Not now, or perhaps not: again later.
    NotNow,
}

impl Domain {
    /// Returns when there may be something to send: at once when this instance stored it, else after a short while.
    pub async fn wait_for_mails(&self) {
        let _ = tokio::time::timeout(POLL_INTERVAL, self.inner.mails.notified()).await;
    }

    /// Takes in hand what is due, at most that many.
    pub async fn lease_mails(&self, limit: i64) -> Result<Vec<DueMail>> {
        if !self.inner.store.has_due_mails(self.now()).await? {
            return Ok(Vec::new());
        }
        let taken = self.inner.store.write(LeaseMails { limit, now: self.now() }).await?;
        let due = try_join_all(taken.into_iter().map(|taken| self.write_letter(taken))).await?;
        Ok(due.into_iter().flatten().collect())
    }

    /// What a mail says, now that it is about to be sent. One of a newer version's kind is left to that.
    async fn write_letter(&self, taken: LeasedMail) -> Result<Option<DueMail>> {
        let ticket = MailAttempt { id: taken.id, attempt: taken.attempts, age: self.now().since(taken.created_at) };
        let Some(errand) = MailKind::parse(&taken.errand) else {
            self.settle_post(ticket, MailResult::NotNow).await?;
            return Ok(None);
        };
        let addressee = self.inner.store.mail_recipient(taken.id).await?;
        let chosen = addressee.as_ref().and_then(|one| Language::from_tag(one.owner_language.as_deref()?));
        let language = chosen.or_else(|| Language::from_tag(&taken.language)).unwrap_or_default();
        let letter = match addressee {
            Some(addressee) => self.letter(errand, &taken, addressee).await?,
            None => None,
        };
        let Some(letter) = letter else {
            telemetry::mail(errand.as_str(), "nobody");
            self.put_away(ticket, None).await?;
            return Ok(None);
        };
        Ok(Some(DueMail { recipient: taken.recipient, language, letter, ticket }))
    }

    /// Nothing is written to an address of which nobody forgot a password.
    async fn letter(&self, errand: MailKind, taken: &LeasedMail, to: MailRecipient) -> Result<Option<MailMessage>> {
        let whence = taken.origin.clone();
        let about = (errand, taken);
        Ok(match (errand, to.owner, to.owner_name) {
            (MailKind::Register, Some(_), name) => Some(MailMessage::HaveAccount { name, whence }),
            (MailKind::Register | MailKind::Forgot, None, _) if to.by_google => {
                Some(MailMessage::HaveAccount { name: None, whence })
            }
            (MailKind::Register, None, _) => match to.registered_name {
                Some(name) => Some(MailMessage::Confirm { name, whence, token: self.mint(about, None).await? }),
                None => None,
            },
            (MailKind::Forgot, Some(owner), Some(name)) => {
                Some(MailMessage::Reset { name, whence, token: self.mint(about, Some(owner)).await? })
            }
            (MailKind::Link, Some(owner), Some(name)) => {
                Some(MailMessage::Link { name, whence, token: self.mint(about, Some(owner)).await? })
            }
            (MailKind::Changed, Some(_), Some(name)) => Some(MailMessage::Changed { name, whence }),
            (MailKind::Forgot | MailKind::Link | MailKind::Changed, ..) => None,
        })
    }

    /// Makes what stands in a link, and keeps its digest.
    async fn mint(&self, (errand, mail): (MailKind, &LeasedMail), account: Option<AccountId>) -> Result<OneTimeToken> {
        let token = OneTimeToken::new(self.rng());
        let lifetime = if errand == MailKind::Forgot { RESET_LIFETIME_SECS } else { VERIFY_LIFETIME_SECS };
        let link = AddEmailToken {
            digest: token.digest(),
            errand,
            address: mail.recipient.to_ascii_lowercase(),
            registration: mail.registration_id,
            account,
            expires_at: self.now().plus(lifetime),
        };
        self.inner.store.write(link).await?;
        Ok(token)
    }

    /// Says how it went with a mail in hand.
    pub async fn record_mail_result(&self, due: &DueMail, posted: MailResult) -> Result<()> {
        self.settle_post(due.ticket, posted).await
    }

    async fn settle_post(&self, ticket: MailAttempt, posted: MailResult) -> Result<()> {
        let again = match posted {
            MailResult::NotNow if ticket.age < RETRY_FOR_SECS => Some(wait(ticket.attempt)),
            MailResult::Yes => None,
            MailResult::Never | MailResult::NotNow => {
                tracing::warn!(mail = %ticket.id, attempts = ticket.attempt, "a mail could not be sent, and is given up");
                None
            }
        };
        self.put_away(ticket, again).await
    }

    async fn put_away(&self, MailAttempt { id, attempt, .. }: MailAttempt, again: Option<i64>) -> Result<()> {
        let again_at = again.map(|seconds| self.now().plus(seconds));
        self.inner.store.write(RecordMailResult { id, attempt, again_at }).await?;
        Ok(())
    }

    /// Notes what is wrong with the mail server; nothing, if it works.
    pub fn set_mail_server_error(&self, trouble: Option<String>) {
        *self.inner.mail_server_error.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// What is wrong with the mail server, as far as it was noticed.
    pub(super) fn mail_server_error(&self) -> Option<String> {
        self.inner.mail_server_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Longer after each try: 10 s, 20 s, 40 s … half an hour.
fn wait(attempt: i64) -> i64 {
    let doublings = u32::try_from(attempt.clamp(1, 20) - 1).unwrap_or_default();
    (MIN_BACKOFF_SECS << doublings).min(MAX_BACKOFF_SECS)
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn each_wait_is_longer() {
        let waits: Vec<_> = (1..11).map(wait).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800]);
        assert_eq!((wait(0), wait(i64::MAX)), (10, 1800));
    }
}
