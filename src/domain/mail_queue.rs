//! Mail queue, a transactional outbox of the mails people are sent.
//!
//! - A mail is stored in the transaction of the change it is about, leased, sent, and then deleted.
//! - If a process dies in between, the mail is sent again once the lease has expired.
//! - Mails that report an event are paced: one of a kind an hour to an address. Later events share the next one.
//! - The token of a link is created at the moment of sending. Before that no secret exists, and afterwards only the
//!   recipient has it.
//! - Every attempt has its own link. If an unconfirmed attempt arrived after all, its link works as well as the next
//!   one.

use std::sync::PoisonError;
use std::time::Duration;

use futures::future::try_join_all;

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::AccountId;
use crate::model::mail::{MailId, MailKind, RESET_LIFETIME_SECS, VERIFY_LIFETIME_SECS};
use crate::model::notices::notice::Notice;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::text::language::Language;
use crate::store::accounts::identity_undo::AddUndoToken;
use crate::store::mail_queue::{LeasedMail, MailRecipient, RecordMailResult, TakeMailTurn};
use crate::store::sign_in::email_tokens::AddEmailToken;

pub use crate::store::mail_queue::MailSource;
use crate::telemetry;

/// Time for which sending is retried, in seconds.
const RETRY_FOR_SECS: i64 = 3 * 86_400;
/// Shortest and longest wait before the next attempt, in seconds.
const MIN_BACKOFF_SECS: i64 = 10;
const MAX_BACKOFF_SECS: i64 = 1800;
/// Interval at which an instance checks the queue unprompted: another instance may have stored a mail, or died.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// A leased mail that is ready to send.
#[derive(Debug)]
pub struct DueMail {
    /// Address of the recipient.
    pub recipient: String,
    /// Language of the text.
    pub language: Language,
    /// Content of the mail.
    pub message: MailMessage,
    attempt: MailAttempt,
}

impl DueMail {
    /// Returns the id of the mail, for the log.
    #[must_use]
    pub const fn id(&self) -> MailId {
        self.attempt.id
    }
}

/// Content of a mail. A variant with a token is a secret: it goes to its recipient and nowhere else.
#[derive(Debug)]
pub enum MailMessage {
    /// Asks a new person to verify their address; the account is created then.
    Confirm {
        /// Name given at registration.
        name: String,
        /// Device and network of the registration.
        source: MailSource,
        /// Token of the link.
        token: OneTimeToken,
    },
    /// Says that an address which already has an account was used to register.
    HaveAccount {
        /// Name of the account's owner; `None` if the address is known from Google.
        name: Option<String>,
        /// Device and network of the registration.
        source: MailSource,
    },
    /// Offers to choose a new password.
    Reset {
        /// Name of the account's owner.
        name: String,
        /// Device and network of the request.
        source: MailSource,
        /// Token of the link.
        token: OneTimeToken,
    },
    /// Asks to confirm an address, to link it to an account.
    Link {
        /// Name of the account's owner.
        name: String,
        /// Device and network of the request.
        source: MailSource,
        /// Token of the link.
        token: OneTimeToken,
    },
    /// Reports that the password was changed.
    Changed {
        /// Name of the account's owner.
        name: String,
        /// Device, network and time of the change.
        source: MailSource,
        /// Number of changes since the mail before.
        times: i64,
    },
    /// Reports another event that concerns the security of the account.
    Security {
        /// Name of the account's owner.
        name: String,
        /// Device and network of the event.
        source: MailSource,
        /// The event.
        notice: Notice,
        /// Token of the link that undoes it, if the recipient may.
        undo: Option<OneTimeToken>,
    },
}

impl MailMessage {
    /// Returns the kind of the mail.
    #[must_use]
    pub const fn kind(&self) -> MailKind {
        match self {
            Self::Confirm { .. } | Self::HaveAccount { .. } => MailKind::Register,
            Self::Reset { .. } => MailKind::Forgot,
            Self::Link { .. } => MailKind::Link,
            Self::Changed { .. } => MailKind::Changed,
            Self::Security { .. } => MailKind::Security,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct MailAttempt {
    id: MailId,
    number: i64,
    age: i64,
}

/// Result of sending a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailResult {
    /// The server accepted it.
    Yes,
    /// The server refused it permanently.
    Never,
    /// Not accepted for now, or not known whether it was. Is retried.
    NotNow,
}

impl Domain {
    /// Returns when there may be mail to send: immediately if this instance stored it, otherwise after
    /// `POLL_INTERVAL`.
    pub async fn wait_for_mails(&self) {
        let _ = tokio::time::timeout(POLL_INTERVAL, self.inner.mails.notified()).await;
    }

    /// Leases the mails that are due, at most `limit`.
    pub async fn lease_mails(&self, limit: i64) -> Result<Vec<DueMail>> {
        let mails = self.inner.store.lease_mails(limit, self.now()).await?;
        let due = try_join_all(mails.into_iter().map(|mail| self.render_mail(mail))).await?;
        Ok(due.into_iter().flatten().collect())
    }

    /// Renders a mail just before it is sent. Leaves kinds of a newer version to that version.
    async fn render_mail(&self, mail: LeasedMail) -> Result<Option<DueMail>> {
        let attempt = MailAttempt { id: mail.id, number: mail.attempts, age: self.now().since(mail.created_at) };
        let Some(kind) = MailKind::parse(&mail.kind) else {
            self.settle_mail(attempt, MailResult::NotNow).await?;
            return Ok(None);
        };
        let recipient = self.inner.store.mail_recipient(mail.id).await?;
        let chosen = recipient.as_ref().and_then(|recipient| Language::from_tag(recipient.owner_language.as_deref()?));
        let language = chosen.or_else(|| Language::from_tag(&mail.language)).unwrap_or_default();
        let message = match recipient {
            Some(recipient) => self.message(kind, &mail, recipient).await?,
            None => None,
        };
        let message = if self.may_send(&mail, message.as_ref()).await? { message } else { None };
        let Some(message) = message else {
            telemetry::metrics::mail_deliveries_total(kind.as_str(), "nobody");
            self.record_mail_attempt(attempt, None).await?;
            return Ok(None);
        };
        Ok(Some(DueMail { recipient: mail.recipient, language, message, attempt }))
    }

    /// Limits the mails about an existing account: the owner did not ask for them, and each says the same. A retry has its
    /// turn already.
    async fn may_send(&self, mail: &LeasedMail, message: Option<&MailMessage>) -> Result<bool> {
        if mail.attempts > 1 || !matches!(message, Some(MailMessage::HaveAccount { .. })) {
            return Ok(true);
        }
        let address = mail.recipient.to_ascii_lowercase();
        Ok(self.inner.store.write(TakeMailTurn { address, subject: "have_account", now: self.now() }).await?)
    }

    /// Chooses the content. Nothing is sent to an address for which nobody forgot a password.
    async fn message(&self, kind: MailKind, mail: &LeasedMail, to: MailRecipient) -> Result<Option<MailMessage>> {
        let source = mail.source.clone();
        Ok(match (kind, to.owner, to.owner_name) {
            (MailKind::Register, Some(_), name) => Some(MailMessage::HaveAccount { name, source }),
            (MailKind::Register | MailKind::Forgot, None, _) if to.by_google => {
                Some(MailMessage::HaveAccount { name: None, source })
            }
            (MailKind::Register, None, _) => match to.registered_name {
                Some(name) => Some(MailMessage::Confirm { name, source, token: self.mint(kind, mail, None).await? }),
                None => None,
            },
            // A disabled address signs nobody in, so its password cannot be forgotten.
            (MailKind::Forgot, ..) if to.disabled => None,
            (MailKind::Forgot, Some(owner), Some(name)) => {
                Some(MailMessage::Reset { name, source, token: self.mint(kind, mail, Some(owner)).await? })
            }
            (MailKind::Link, Some(owner), Some(name)) => {
                Some(MailMessage::Link { name, source, token: self.mint(kind, mail, Some(owner)).await? })
            }
            (MailKind::Changed, Some(_), Some(name)) => Some(MailMessage::Changed { name, source, times: mail.times }),
            (MailKind::Security, Some(_), Some(name)) => self.security_message(mail, name).await?,
            (MailKind::Forgot | MailKind::Link | MailKind::Changed | MailKind::Security, ..) => None,
        })
    }

    /// Content of a mail about the security of an account, with a new token if its recipient may undo the change.
    async fn security_message(&self, mail: &LeasedMail, name: String) -> Result<Option<MailMessage>> {
        let Some(notice) = mail.content.as_deref().and_then(Notice::from_json) else { return Ok(None) };
        let mut undo = None;
        if let Some(undo_id) = notice.undo() {
            let token = OneTimeToken::new(self.rng());
            let is_open = self.inner.store.write(AddUndoToken { digest: token.digest(), undo_id }).await?;
            undo = is_open.then_some(token);
        }
        Ok(Some(MailMessage::Security { name, source: mail.source.clone(), notice, undo }))
    }

    /// Creates the token of a link and stores its digest.
    async fn mint(&self, kind: MailKind, mail: &LeasedMail, account: Option<AccountId>) -> Result<OneTimeToken> {
        let token = OneTimeToken::new(self.rng());
        let lifetime = if kind == MailKind::Forgot { RESET_LIFETIME_SECS } else { VERIFY_LIFETIME_SECS };
        let link = AddEmailToken {
            digest: token.digest(),
            kind,
            address: mail.recipient.to_ascii_lowercase(),
            registration: mail.registration_id,
            account,
            expires_at: self.now().plus(lifetime),
        };
        self.inner.store.write(link).await?;
        Ok(token)
    }

    /// Records the result of sending a leased mail.
    pub async fn record_mail_result(&self, due: &DueMail, result: MailResult) -> Result<()> {
        self.settle_mail(due.attempt, result).await
    }

    async fn settle_mail(&self, attempt: MailAttempt, result: MailResult) -> Result<()> {
        let again = match result {
            MailResult::NotNow if attempt.age < RETRY_FOR_SECS => Some(wait(attempt.number)),
            MailResult::Yes => None,
            MailResult::Never | MailResult::NotNow => {
                tracing::warn!(mail = %attempt.id, attempts = attempt.number, "mail: could not be sent, abandoned");
                None
            }
        };
        self.record_mail_attempt(attempt, again).await
    }

    async fn record_mail_attempt(&self, MailAttempt { id, number, .. }: MailAttempt, again: Option<i64>) -> Result<()> {
        let again_at = again.map(|seconds| self.now().plus(seconds));
        self.inner.store.write(RecordMailResult { id, attempt: number, again_at }).await?;
        Ok(())
    }

    /// Records the problem of the mail server; `None` if it works.
    pub fn set_mail_server_error(&self, error: Option<String>) {
        *self.inner.mail_server_error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    /// Returns the last known problem of the mail server.
    pub(super) fn mail_server_error(&self) -> Option<String> {
        self.inner.mail_server_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Doubles the wait with each attempt: 10 s, 20 s, 40 s … half an hour.
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
