//! Sends what people are to be sent: takes the mails that are due, and says how it went.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::domain::mail_queue::{DueMail, MailResult};
use crate::gateway::smtp::{OutgoingMail, SmtpClient, SmtpError};
use crate::jobs::mail::templates;
use crate::model::text::texts::Texts;
use crate::telemetry;

/// How many are sent side by side: a slow server keeps as few waiting.
const MAX_CONCURRENT_SENDS: usize = 8;
/// The pause after a fault.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Whatever sends mails.
#[derive(Clone, Debug)]
pub struct MailSender(Arc<MailSenderInner>);

struct MailSenderInner {
    domain: Domain,
    mailer: SmtpClient,
    texts: Arc<Texts>,
}

impl std::fmt::Debug for MailSenderInner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("parts")
    }
}

impl MailSender {
    /// Puts it together.
    #[must_use]
    pub fn new(domain: Domain, mailer: SmtpClient, texts: Arc<Texts>) -> Self {
        Self(Arc::new(MailSenderInner { domain, mailer, texts }))
    }

    /// Sends what is due until `stop`, then finishes what is in hand.
    pub async fn run(self, stop: CancellationToken) {
        let mut hands = JoinSet::new();
        while !stop.is_cancelled() {
            let pause = self.lease(&mut hands).await;
            if let Some(pause) = pause {
                let _ = tokio::time::timeout(pause, stop.cancelled()).await;
                continue;
            }
            let is_free = hands.len() < MAX_CONCURRENT_SENDS;
            tokio::select! {
                _ = hands.join_next(), if !hands.is_empty() => {}
                () = self.0.domain.wait_for_mails(), if is_free => {}
                () = stop.cancelled() => {}
            }
        }
        while hands.join_next().await.is_some() {}
    }

    /// Takes as many in hand as are free; how long to pause, if that went wrong.
    async fn lease(&self, hands: &mut JoinSet<()>) -> Option<Duration> {
        let free = i64::try_from(MAX_CONCURRENT_SENDS - hands.len().min(MAX_CONCURRENT_SENDS)).unwrap_or_default();
        if free == 0 {
            return None;
        }
        match self.0.domain.lease_mails(free).await {
            Ok(due) => {
                for due in due {
                    let post = self.clone();
                    hands.spawn(async move { post.0.send(due).await });
                }
                None
            }
            Err(fault) => {
                tracing::warn!(?fault, "could not look for mails; looking again");
                Some(RETRY_PAUSE)
            }
        }
    }
}

impl MailSenderInner {
    async fn send(&self, due: DueMail) {
        let letter = templates::written(&self.texts, &due, self.domain.public_url());
        let outcome = match letter {
            Ok((subject, text, html)) => {
                let (id, at, to) = (self.domain.random_id(), self.domain.now(), due.recipient.clone());
                self.mailer.send(&OutgoingMail { to, subject, text, html, id, at }).await
            }
            Err(fault) => Err(SmtpError::Unwritable(fault.to_string())),
        };
        self.log_result(&due, &outcome);
        let posted = match outcome {
            Ok(()) => MailResult::Yes,
            Err(SmtpError::Refused(_) | SmtpError::Unwritable(_)) => MailResult::Never,
            Err(SmtpError::Server(_) | SmtpError::NotNow(_) | SmtpError::Uncertain(_)) => MailResult::NotNow,
        };
        if let Err(fault) = self.domain.record_mail_result(&due, posted).await {
            tracing::warn!(?fault, ?posted, "could not mark a mail; it may be sent once more");
        }
    }

    /// Says how it went: the address and the server's words stay out of the log.
    fn log_result(&self, due: &DueMail, outcome: &Result<(), SmtpError>) {
        let label = match outcome {
            Ok(()) => "sent",
            Err(SmtpError::Server(_)) => "no server",
            Err(SmtpError::Refused(_)) => "refused",
            Err(SmtpError::NotNow(_)) => "not now",
            Err(SmtpError::Uncertain(_)) => "uncertain",
            Err(SmtpError::Unwritable(_)) => "unwritable",
        };
        telemetry::mail(due.letter.kind().as_str(), label);
        let is_up = !matches!(outcome, Err(SmtpError::Server(_)));
        telemetry::mail_up(is_up);
        match outcome {
            Err(SmtpError::Server(what)) => self.domain.set_mail_server_error(Some(format!("the server {what}"))),
            _ => self.domain.set_mail_server_error(None),
        }
        if let Err(trouble) = outcome {
            tracing::warn!(mail = %due.id(), %trouble, "could not send a mail");
        }
    }
}
