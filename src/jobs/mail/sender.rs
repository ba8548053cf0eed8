//! Sends what people are to be sent: takes the mails that are due, and says how it went.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::domain::mail_queue::{DueMail, Posted};
use crate::gateway::smtp::{Mailer, Outgoing, Trouble};
use crate::jobs::mail::templates;
use crate::model::text::texts::Texts;
use crate::telemetry;

/// How many are sent side by side: a slow server keeps as few waiting.
const HANDS: usize = 8;
/// The pause after a fault.
const PAUSE: Duration = Duration::from_secs(1);

/// Whatever sends mails.
#[derive(Clone, Debug)]
pub struct Post(Arc<Parts>);

struct Parts {
    domain: Domain,
    mailer: Mailer,
    texts: Arc<Texts>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("parts")
    }
}

impl Post {
    /// Puts it together.
    #[must_use]
    pub fn new(domain: Domain, mailer: Mailer, texts: Arc<Texts>) -> Self {
        Self(Arc::new(Parts { domain, mailer, texts }))
    }

    /// Sends what is due until `stop`, then finishes what is in hand.
    pub async fn run(self, stop: CancellationToken) {
        let mut hands = JoinSet::new();
        while !stop.is_cancelled() {
            let pause = self.take(&mut hands).await;
            if let Some(pause) = pause {
                let _ = tokio::time::timeout(pause, stop.cancelled()).await;
                continue;
            }
            let is_free = hands.len() < HANDS;
            tokio::select! {
                _ = hands.join_next(), if !hands.is_empty() => {}
                () = self.0.domain.mails_may_wait(), if is_free => {}
                () = stop.cancelled() => {}
            }
        }
        while hands.join_next().await.is_some() {}
    }

    /// Takes as many in hand as are free; how long to pause, if that went wrong.
    async fn take(&self, hands: &mut JoinSet<()>) -> Option<Duration> {
        let free = i64::try_from(HANDS - hands.len().min(HANDS)).unwrap_or_default();
        if free == 0 {
            return None;
        }
        match self.0.domain.due_mails(free).await {
            Ok(due) => {
                for due in due {
                    let post = self.clone();
                    hands.spawn(async move { post.0.send(due).await });
                }
                None
            }
            Err(fault) => {
                tracing::warn!(?fault, "could not look for mails; looking again");
                Some(PAUSE)
            }
        }
    }
}

impl Parts {
    async fn send(&self, due: DueMail) {
        let letter = templates::written(&self.texts, &due, self.domain.public_url());
        let outcome = match letter {
            Ok((subject, text, html)) => {
                let (id, at, to) = (self.domain.random_id(), self.domain.now(), due.recipient.clone());
                self.mailer.send(&Outgoing { to, subject, text, html, id, at }).await
            }
            Err(fault) => Err(Trouble::Unwritable(fault.to_string())),
        };
        self.note(&due, &outcome);
        let posted = match outcome {
            Ok(()) => Posted::Yes,
            Err(Trouble::Refused(_) | Trouble::Unwritable(_)) => Posted::Never,
            Err(Trouble::Server(_) | Trouble::NotNow(_) | Trouble::Uncertain(_)) => Posted::NotNow,
        };
        if let Err(fault) = self.domain.settle_mail(&due, posted).await {
            tracing::warn!(?fault, ?posted, "could not mark a mail; it may be sent once more");
        }
    }

    /// Says how it went: the address and the server's words stay out of the log.
    fn note(&self, due: &DueMail, outcome: &Result<(), Trouble>) {
        let label = match outcome {
            Ok(()) => "sent",
            Err(Trouble::Server(_)) => "no server",
            Err(Trouble::Refused(_)) => "refused",
            Err(Trouble::NotNow(_)) => "not now",
            Err(Trouble::Uncertain(_)) => "uncertain",
            Err(Trouble::Unwritable(_)) => "unwritable",
        };
        telemetry::mail(due.letter.errand().as_str(), label);
        let is_up = !matches!(outcome, Err(Trouble::Server(_)));
        telemetry::mail_up(is_up);
        match outcome {
            Err(Trouble::Server(what)) => self.domain.note_mail_server(Some(format!("the server {what}"))),
            _ => self.domain.note_mail_server(None),
        }
        if let Err(trouble) = outcome {
            tracing::warn!(mail = %due.id(), %trouble, "could not send a mail");
        }
    }
}
