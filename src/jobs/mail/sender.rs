//! The mail job sends due emails over SMTP and records the results.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::domain::mail_queue::{DueMail, MailResult};
use crate::gateway::smtp::{OutgoingMail, SmtpClient, SmtpError};
use crate::jobs::mail::templates;
use crate::jobs::mail::templates::RenderedMail;
use crate::model::text::texts::Texts;
use crate::telemetry;
use crate::telemetry::metrics::Availability;

/// Maximum number of emails sent concurrently, so that one slow delivery does not hold up the queue.
const MAX_CONCURRENT_SENDS: usize = 8;
/// Pause after an error.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Sender of the mail queue. Cheap to clone.
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
    /// Builds the sender. Connects to nothing yet.
    #[must_use]
    pub fn new(domain: Domain, mailer: SmtpClient, texts: Arc<Texts>) -> Self {
        Self(Arc::new(MailSenderInner { domain, mailer, texts }))
    }

    /// Sends due emails until `stop`, then finishes those in flight.
    pub async fn run(self, stop: CancellationToken) {
        let mut in_flight = JoinSet::new();
        while !stop.is_cancelled() {
            let pause = self.lease(&mut in_flight).await;
            if let Some(pause) = pause {
                let _ = tokio::time::timeout(pause, stop.cancelled()).await;
                continue;
            }
            let has_capacity = in_flight.len() < MAX_CONCURRENT_SENDS;
            tokio::select! {
                _ = in_flight.join_next(), if !in_flight.is_empty() => {}
                () = self.0.domain.wait_for_mails(), if has_capacity => {}
                () = stop.cancelled() => {}
            }
        }
        while in_flight.join_next().await.is_some() {}
    }

    /// Leases emails up to the free capacity and starts sending them. Returns a pause if leasing failed.
    async fn lease(&self, in_flight: &mut JoinSet<()>) -> Option<Duration> {
        let capacity =
            i64::try_from(MAX_CONCURRENT_SENDS - in_flight.len().min(MAX_CONCURRENT_SENDS)).unwrap_or_default();
        if capacity == 0 {
            return None;
        }
        match self.0.domain.lease_mails(capacity).await {
            Ok(mails) => {
                for mail in mails {
                    let sender = self.clone();
                    in_flight.spawn(async move { sender.0.send(mail).await });
                }
                None
            }
            Err(error) => {
                tracing::warn!(?error, "mail: leasing failed, retrying");
                Some(RETRY_PAUSE)
            }
        }
    }
}

impl MailSenderInner {
    async fn send(&self, due: DueMail) {
        let rendered = templates::render(&self.texts, &due, self.domain.public_url());
        let outcome = match rendered {
            Ok(RenderedMail { subject, text, html }) => {
                let (id, at, to) = (self.domain.random_id(), self.domain.now(), due.recipient.clone());
                self.mailer.send(&OutgoingMail { to, subject, text, html, id, at }).await
            }
            Err(error) => Err(SmtpError::Unwritable(error.to_string())),
        };
        self.log_result(&due, &outcome);
        let result = match outcome {
            Ok(()) => MailResult::Yes,
            Err(SmtpError::Refused(_) | SmtpError::Unwritable(_)) => MailResult::Never,
            Err(SmtpError::Server(_) | SmtpError::NotNow(_) | SmtpError::Uncertain(_)) => MailResult::NotNow,
        };
        if let Err(error) = self.domain.record_mail_result(&due, result).await {
            tracing::warn!(?error, ?result, "mail: result not recorded, may be sent twice");
        }
    }

    /// Records the result in metrics, health and log. The address and the server's reply stay out of the log.
    fn log_result(&self, due: &DueMail, outcome: &Result<(), SmtpError>) {
        let label = match outcome {
            Ok(()) => "sent",
            Err(SmtpError::Server(_)) => "no_server",
            Err(SmtpError::Refused(_)) => "refused",
            Err(SmtpError::NotNow(_)) => "not_now",
            Err(SmtpError::Uncertain(_)) => "uncertain",
            Err(SmtpError::Unwritable(_)) => "unwritable",
        };
        telemetry::metrics::mail_deliveries_total(due.message.kind().as_str(), label);
        if let Err(SmtpError::Server(problem)) = outcome {
            telemetry::metrics::mail_up(Availability::Down);
            self.domain.set_mail_server_error(Some(format!("the server {problem}")));
        } else {
            telemetry::metrics::mail_up(Availability::Up);
            self.domain.set_mail_server_error(None);
        }
        if let Err(error) = outcome {
            tracing::warn!(mail_id = %due.id(), %error, "mail: sending failed");
        }
    }
}
