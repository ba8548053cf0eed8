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
use crate::model::mail::{CONFIRM_LIFETIME, Errand, MailId, RESET_LIFETIME};
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::text::language::Language;
use crate::store::mail_queue::{Addressee, SettleMail, TakeMails, TakenMail};
use crate::store::sign_in::email_tokens::AddMailLink;

pub use crate::store::mail_queue::Whence;
use crate::telemetry;

/// How long it is tried to send a mail, in seconds.
const PERSISTENCE: i64 = 3 * 86_400;
/// The shortest and the longest wait before the next try, in seconds.
const SHORTEST_WAIT: i64 = 10;
const LONGEST_WAIT: i64 = 1800;
/// After how long an instance looks by itself whether there is something to send: another one may have stored it, or died.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// A mail that is due, in our hand.
#[derive(Debug)]
pub struct DueMail {
    /// The address.
    pub recipient: String,
    /// In which language.
    pub language: Language,
    /// What it says.
    pub letter: Letter,
    ticket: Ticket,
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
pub enum Letter {
    /// Confirm the address, and you have an account.
    Confirm {
        /// What whoever registered wants to be called.
        name: String,
        /// From where they did.
        whence: Whence,
        /// What stands in the link.
        token: OneTimeToken,
    },
    /// Somebody registered with this address, which has an account.
    HaveAccount {
        /// What its owner is called; nothing if they come by Google.
        name: Option<String>,
        /// From where somebody registered.
        whence: Whence,
    },
    /// Choose a new password.
    Reset {
        /// What the person is called.
        name: String,
        /// From where somebody asked.
        whence: Whence,
        /// What stands in the link.
        token: OneTimeToken,
    },
    /// Confirm that the address is yours, to add it to your account.
    Link {
        /// What the person is called.
        name: String,
        /// From where they asked.
        whence: Whence,
        /// What stands in the link.
        token: OneTimeToken,
    },
    /// Your password was changed.
    Changed {
        /// What the person is called.
        name: String,
        /// From where it was.
        whence: Whence,
    },
}

impl Letter {
    /// What it is about.
    #[must_use]
    pub const fn errand(&self) -> Errand {
        match self {
            Self::Confirm { .. } | Self::HaveAccount { .. } => Errand::Register,
            Self::Reset { .. } => Errand::Forgot,
            Self::Link { .. } => Errand::Link,
            Self::Changed { .. } => Errand::Changed,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Ticket {
    id: MailId,
    attempt: i64,
    age: i64,
}

/// How it went with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// The server took it.
    Yes,
    /// The server will never take it.
    Never,
    /// Not now, or perhaps not: again later.
    NotNow,
}

impl Domain {
    /// Returns when there may be something to send: at once when this instance stored it, else after a short while.
    pub async fn mails_may_wait(&self) {
        let _ = tokio::time::timeout(LOOK_AGAIN, self.parts.mails.notified()).await;
    }

    /// Takes in hand what is due, at most that many.
    pub async fn due_mails(&self, limit: i64) -> Result<Vec<DueMail>> {
        if !self.parts.store.has_due_mails(self.now()).await? {
            return Ok(Vec::new());
        }
        let taken = self.parts.store.write(TakeMails { limit, now: self.now() }).await?;
        let due = try_join_all(taken.into_iter().map(|taken| self.write_letter(taken))).await?;
        Ok(due.into_iter().flatten().collect())
    }

    /// What a mail says, now that it is about to be sent. One of a newer version's kind is left to that.
    async fn write_letter(&self, taken: TakenMail) -> Result<Option<DueMail>> {
        let ticket = Ticket { id: taken.id, attempt: taken.attempts, age: self.now().since(taken.created_at) };
        let Some(errand) = Errand::parse(&taken.errand) else {
            self.settle_post(ticket, Posted::NotNow).await?;
            return Ok(None);
        };
        let addressee = self.parts.store.addressee(taken.id).await?;
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
    async fn letter(&self, errand: Errand, taken: &TakenMail, to: Addressee) -> Result<Option<Letter>> {
        let whence = taken.origin.clone();
        let about = (errand, taken);
        Ok(match (errand, to.owner, to.owner_name) {
            (Errand::Register, Some(_), name) => Some(Letter::HaveAccount { name, whence }),
            (Errand::Register | Errand::Forgot, None, _) if to.by_google => {
                Some(Letter::HaveAccount { name: None, whence })
            }
            (Errand::Register, None, _) => match to.registered_name {
                Some(name) => Some(Letter::Confirm { name, whence, token: self.mint(about, None).await? }),
                None => None,
            },
            (Errand::Forgot, Some(owner), Some(name)) => {
                Some(Letter::Reset { name, whence, token: self.mint(about, Some(owner)).await? })
            }
            (Errand::Link, Some(owner), Some(name)) => {
                Some(Letter::Link { name, whence, token: self.mint(about, Some(owner)).await? })
            }
            (Errand::Changed, Some(_), Some(name)) => Some(Letter::Changed { name, whence }),
            (Errand::Forgot | Errand::Link | Errand::Changed, ..) => None,
        })
    }

    /// Makes what stands in a link, and keeps its digest.
    async fn mint(&self, (errand, mail): (Errand, &TakenMail), account: Option<AccountId>) -> Result<OneTimeToken> {
        let token = OneTimeToken::new(self.chance());
        let lifetime = if errand == Errand::Forgot { RESET_LIFETIME } else { CONFIRM_LIFETIME };
        let link = AddMailLink {
            digest: token.digest(),
            errand,
            address: mail.recipient.to_ascii_lowercase(),
            registration: mail.registration_id,
            account,
            expires_at: self.now().plus(lifetime),
        };
        self.parts.store.write(link).await?;
        Ok(token)
    }

    /// Says how it went with a mail in hand.
    pub async fn settle_mail(&self, due: &DueMail, posted: Posted) -> Result<()> {
        self.settle_post(due.ticket, posted).await
    }

    async fn settle_post(&self, ticket: Ticket, posted: Posted) -> Result<()> {
        let again = match posted {
            Posted::NotNow if ticket.age < PERSISTENCE => Some(wait(ticket.attempt)),
            Posted::Yes => None,
            Posted::Never | Posted::NotNow => {
                tracing::warn!(mail = %ticket.id, attempts = ticket.attempt, "a mail could not be sent, and is given up");
                None
            }
        };
        self.put_away(ticket, again).await
    }

    async fn put_away(&self, Ticket { id, attempt, .. }: Ticket, again: Option<i64>) -> Result<()> {
        let again_at = again.map(|seconds| self.now().plus(seconds));
        self.parts.store.write(SettleMail { id, attempt, again_at }).await?;
        Ok(())
    }

    /// Notes what is wrong with the mail server; nothing, if it works.
    pub fn note_mail_server(&self, trouble: Option<String>) {
        *self.parts.mail_trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// What is wrong with the mail server, as far as it was noticed.
    pub(super) fn mail_trouble(&self) -> Option<String> {
        self.parts.mail_trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Longer after each try: 10 s, 20 s, 40 s … half an hour.
fn wait(attempt: i64) -> i64 {
    let doublings = u32::try_from(attempt.clamp(1, 20) - 1).unwrap_or_default();
    (SHORTEST_WAIT << doublings).min(LONGEST_WAIT)
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
