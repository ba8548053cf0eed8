//! Mails that nobody sends on: a mail server on loopback that keeps what it is given, and a page that shows it.
//!
//! The service reaches it as it would reach its real mail server, so that what passes here passes there.

mod page;
mod smtp;

use std::collections::VecDeque;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::{Sandbox, TimedOut};

pub(crate) use page::routes;

/// Mails kept; the oldest are forgotten.
const MAX_MAILS: usize = 1000;

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMail {
    /// Which one it is, from 1.
    pub number: usize,
    /// Whom the envelope comes from.
    pub from: String,
    /// Whom the envelope goes to.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// What it says, without markup.
    pub text: String,
    /// The same in HTML.
    pub html: String,
    /// All of it, as it came.
    pub raw: String,
    /// Who logged in to send it, and with which password.
    pub login: Option<(String, String)>,
}

impl ReceivedMail {
    /// The first address in its text that holds `part`.
    #[must_use]
    pub fn button_url(&self, part: &str) -> Option<&str> {
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

/// What the mail server does to a connection instead of taking a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailFault {
    /// 451 to the recipient: come back later.
    Greylist,
    /// 550 to the recipient: there is nobody.
    NoSuchUser,
    /// 535 to whoever logs in.
    BadLogin,
    /// 421 instead of a greeting.
    Away,
    /// The connection is cut in the middle of the mail.
    CutInData,
    /// The mail is taken, and the connection cut before that is said.
    CutAfterData,
    /// Not a word, from the greeting on, until the connection is closed or the sandbox ends.
    Silence,
}

/// All mails.
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
    /// Takes mails on `listener` until `shutdown` ends.
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

    /// The mails that were taken, the oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.read(|state| state.outbox.mails.iter().cloned().collect())
    }

    /// The mail with that number, once it is there. Gives up after 20 s of real time.
    pub async fn wait_for_mail(&self, number: usize) -> Result<ReceivedMail, TimedOut> {
        self.wait_for(|sandbox| sandbox.mails().into_iter().find(|mail| mail.number == number)).await
    }

    /// Strikes the next connections to the mail server, as many as `times`.
    pub fn inject_mail_fault(&self, fault: MailFault, times: usize) {
        self.change(|state| state.outbox.faults.extend(std::iter::repeat_n(fault, times)));
    }

    /// How many faults still wait for a connection.
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
