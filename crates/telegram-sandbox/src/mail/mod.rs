//! Mail sink: an SMTP server on loopback that stores what it receives, and a page that shows it.
//!
//! The service connects to it as it would to its production mail server.

mod page;
mod smtp;

use std::collections::VecDeque;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::{Sandbox, TimedOut};

pub(crate) use page::routes;

/// Number of mails stored; the oldest is dropped.
const MAX_MAILS: usize = 1000;

/// A mail the server accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMail {
    /// Position in order of receipt, from 1.
    pub number: usize,
    /// Sender of the envelope.
    pub from: String,
    /// Recipients of the envelope.
    pub to: Vec<String>,
    /// Subject, decoded.
    pub subject: String,
    /// `text/plain` part.
    pub text: String,
    /// `text/html` part.
    pub html: String,
    /// Source of the whole mail.
    pub raw: String,
    /// User and password of `AUTH PLAIN`.
    pub login: Option<(String, String)>,
}

impl ReceivedMail {
    /// First address in the text that contains `part`.
    #[must_use]
    pub fn link(&self, part: &str) -> Option<&str> {
        self.text.split_whitespace().find(|word| word.starts_with("http") && word.contains(part))
    }

    fn parse(raw: &str, envelope: smtp::Envelope) -> Self {
        let parsed = mailparse::parse_mail(raw.as_bytes()).ok();
        let body = |kind: &str| {
            let part = parsed.as_ref()?.parts().find(|part| part.ctype.mimetype == kind)?;
            part.get_body().ok().map(|body| body.replace("\r\n", "\n"))
        };
        let subject = parsed.as_ref().and_then(|mail| {
            mail.headers
                .iter()
                .find(|header| header.get_key_ref().eq_ignore_ascii_case("subject"))
                .map(mailparse::MailHeader::get_value)
        });
        let smtp::Envelope { from, to, login } = envelope;
        Self {
            number: 0,
            from,
            to,
            subject: subject.unwrap_or_default(),
            text: body("text/plain").unwrap_or_default(),
            html: body("text/html").unwrap_or_default(),
            raw: raw.to_owned(),
            login,
        }
    }
}

/// Failure of the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailFault {
    /// 451 to the recipient: try again later.
    Greylist,
    /// 550 to the recipient: no such mailbox.
    NoSuchUser,
    /// 535 to `AUTH`.
    BadLogin,
    /// 421 instead of a greeting.
    Away,
    /// The connection is cut in the middle of the mail.
    CutInData,
    /// The mail is accepted, but the connection is cut before the response.
    CutAfterData,
    /// No response at all, from the greeting on, until the client hangs up or the sandbox stops.
    Silence,
}

/// Received mails and pending faults.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    mails: VecDeque<ReceivedMail>,
    received: usize,
    faults: VecDeque<MailFault>,
}

impl Outbox {
    fn store(&mut self, mail: ReceivedMail) {
        self.received += 1;
        self.mails.push_back(ReceivedMail { number: self.received, ..mail });
        if self.mails.len() > MAX_MAILS {
            self.mails.pop_front();
        }
    }
}

impl Sandbox {
    /// Receives mails on `listener` until `shutdown` completes.
    pub async fn serve_mail(self, listener: TcpListener, shutdown: impl Future<Output = ()> + Send) {
        let mut sessions = JoinSet::new();
        let serve = async {
            while let Ok((stream, _)) = listener.accept().await {
                sessions.spawn(smtp::serve(self.clone(), stream));
            }
        };
        tokio::select! {
            () = serve => {}
            () = shutdown => {}
        }
        sessions.shutdown().await;
    }

    /// Received mails, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.read(|state| state.outbox.mails.iter().cloned().collect())
    }

    /// Waits for the mail with this number. Fails after 20 s of real time.
    pub async fn wait_for_mail(&self, number: usize) -> Result<ReceivedMail, TimedOut> {
        self.wait_for(|sandbox| sandbox.mails().into_iter().find(|mail| mail.number == number)).await
    }

    /// Applies a fault to the next `times` connections to the mail server.
    pub fn inject_mail_fault(&self, fault: MailFault, times: usize) {
        self.change(|state| state.outbox.faults.extend(std::iter::repeat_n(fault, times)));
    }

    /// Number of mail faults not used up yet.
    #[must_use]
    pub fn pending_mail_faults(&self) -> usize {
        self.read(|state| state.outbox.faults.len())
    }

    fn next_mail_fault(&self) -> Option<MailFault> {
        self.change(|state| state.outbox.faults.pop_front())
    }

    fn store_mail(&self, mail: ReceivedMail) {
        self.change(|state| state.outbox.store(mail));
    }
}
