//! The mail server: mails leave by SMTP, over TLS unless the server is on this machine.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{Date, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::model::crypto::secret::Secret;
use crate::model::time::Moment;

/// How long it may take until the server is ready for a mail.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may then take until it has the mail.
const SEND_TIMEOUT: Duration = Duration::from_mins(1);
/// The ways to say who we are, the safest first.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// Where mails are taken.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    host: String,
    port: u16,
    security: SmtpSecurity,
    credentials: Option<(String, Secret)>,
}

/// How the line to the server is kept to ourselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SmtpSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS from STARTTLS on; without it, nothing is said.
    StartTls,
    /// None: it never leaves this machine.
    Plain,
}

impl SmtpServer {
    /// Reads `smtps://user:password@host:port`, `smtp://…` or `smtp+starttls://…`. What is said of a fault shows no password.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|fault| format!("is no URL: {fault}"))?;
        let host =
            url.host_str().filter(|host| !host.is_empty()).ok_or("must name a host: smtp://user:password@host:port")?;
        let (security, port) = match url.scheme() {
            "smtps" => (SmtpSecurity::Tls, 465),
            "smtp" if is_loopback(host) => (SmtpSecurity::Plain, 25),
            "smtp" | "smtp+starttls" => (SmtpSecurity::StartTls, 587),
            _ => return Err("must begin with smtps:// or smtp://".to_owned()),
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("must end after the host and its port".to_owned());
        }
        let decoded = |text: &str| {
            let text = percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
            text.map_err(|_| "has a user or password that is not UTF-8".to_owned())
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some((decoded(user)?, Secret::new(decoded(password)?))),
            _ => return Err("must have both a user and a password, or neither".to_owned()),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port: url.port().unwrap_or(port), security, credentials })
    }
}

/// Of a scheme that the URL standard does not know, the host is text.
fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => false,
    }
}

/// Whom mails come from.
#[derive(Clone, Debug)]
pub struct MailFrom(Mailbox);

impl MailFrom {
    /// Reads `no-reply@example.com` or `NeuralBox <no-reply@example.com>`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mailbox = text.parse().ok().filter(|_| !text.contains(char::is_control));
        mailbox.map(Self).ok_or_else(|| format!("{text:?} is no address like NeuralBox <no-reply@example.com>"))
    }
}

/// A mail as it is to go out.
#[derive(Debug)]
pub struct OutgoingMail {
    /// The address it goes to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What it says, without markup.
    pub text: String,
    /// The same in HTML.
    pub html: String,
    /// What no other mail is called.
    pub id: String,
    /// When it is written.
    pub at: Moment,
}

/// Why a mail was not sent. None of these holds the address or what the server said, which may hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmtpError {
    /// The server cannot be reached, or lets us send nothing at all.
    Server(String),
    /// It does not take this mail, and never will: its code.
    Refused(u16),
    /// It does not take this mail now: its code.
    NotNow(u16),
    /// Whether it has the mail nobody knows.
    Uncertain(String),
    /// It cannot be written as a mail.
    Unwritable(String),
}

impl fmt::Display for SmtpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(what) => write!(f, "the mail server {what}"),
            Self::Refused(code) => write!(f, "the mail server refused it for good (code {code})"),
            Self::NotNow(code) => write!(f, "the mail server does not take it now (code {code})"),
            Self::Uncertain(what) => write!(f, "the mail server may have it or not: {what}"),
            Self::Unwritable(what) => write!(f, "it cannot be written as a mail: {what}"),
        }
    }
}

/// Sends mails.
#[derive(Clone)]
pub struct SmtpClient {
    server: SmtpServer,
    tls: Option<TlsParameters>,
    from: Mailbox,
    hello: ClientId,
}

impl fmt::Debug for SmtpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.server.fmt(f)
    }
}

impl SmtpClient {
    /// By that server, from that sender. `public_url` says who we are. Calls nobody.
    pub fn new(server: SmtpServer, MailFrom(from): MailFrom, public_url: &Url) -> Result<Self, String> {
        let tls = match server.security {
            SmtpSecurity::Plain => None,
            SmtpSecurity::Tls | SmtpSecurity::StartTls => {
                let made = TlsParameters::new_rustls(server.host.clone());
                Some(made.map_err(|fault| format!("SMTP_URL: TLS cannot be used with that host: {}", chain(&fault)))?)
            }
        };
        let hello = match public_url.host() {
            Some(Host::Ipv4(address)) => ClientId::Ipv4(address),
            Some(Host::Ipv6(address)) => ClientId::Ipv6(address),
            Some(Host::Domain(name)) => ClientId::Domain(name.to_owned()),
            None => ClientId::default(),
        };
        Ok(Self { server, tls, from, hello })
    }

    /// Sends a mail on a line of its own.
    pub async fn send(&self, mail: &OutgoingMail) -> Result<(), SmtpError> {
        let message = self.written(mail).map_err(|fault| SmtpError::Unwritable(fault.to_string()))?;
        let late = |_| SmtpError::Server("does not answer in time".to_owned());
        let mut line = tokio::time::timeout(CONNECT_TIMEOUT, self.connect()).await.map_err(late)??;
        let late = |_| SmtpError::Uncertain("it did not answer in time".to_owned());
        let sent = tokio::time::timeout(SEND_TIMEOUT, line.send(message.envelope(), &message.formatted()))
            .await
            .map_err(late)?;
        sent.map_err(|fault| undelivered(&fault))?;
        // It has the mail; whether it hears us leave does not matter.
        let _ = tokio::time::timeout(Duration::from_secs(2), line.quit()).await;
        Ok(())
    }

    /// Whether the server can be reached and lets us in. Sends nothing.
    pub async fn check(&self) -> Result<(), SmtpError> {
        let late = |_| SmtpError::Server("does not answer in time".to_owned());
        let mut line = tokio::time::timeout(CONNECT_TIMEOUT, self.connect()).await.map_err(late)??;
        let _ = tokio::time::timeout(Duration::from_secs(2), line.quit()).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let SmtpServer { host, port, security, credentials } = &self.server;
        let from_the_start = self.tls.clone().filter(|_| *security == SmtpSecurity::Tls);
        let connected = AsyncSmtpConnection::connect_tokio1(
            (host.as_str(), *port),
            Some(CONNECT_TIMEOUT),
            &self.hello,
            from_the_start,
            None,
        );
        let mut line = connected.await.map_err(|fault| unavailable(&fault))?;
        if let Some(tls) = self.tls.clone().filter(|_| *security == SmtpSecurity::StartTls) {
            line.starttls(tls, &self.hello).await.map_err(|fault| unavailable(&fault))?;
        }
        if let Some((user, password)) = credentials {
            let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
            line.auth(&MECHANISMS, &credentials).await.map_err(|fault| match fault.status() {
                Some(code) => SmtpError::Server(format!("does not let us in (code {code})")),
                None => unavailable(&fault),
            })?;
        }
        Ok(line)
    }

    fn written(&self, mail: &OutgoingMail) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let to: Address = mail.to.parse()?;
        let seconds = u64::try_from(mail.at.0).unwrap_or_default();
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            .date(Date::from(UNIX_EPOCH + Duration::from_secs(seconds)).into())
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            // RFC 3834: nobody's holiday notice is to answer it.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))?;
        Ok(message)
    }
}

/// What stands in the way before there is a mail.
fn unavailable(fault: &lettre::transport::smtp::Error) -> SmtpError {
    SmtpError::Server(match fault.status() {
        Some(code) => format!("does not serve us (code {code})"),
        None => format!("cannot be reached: {}", chain(fault)),
    })
}

/// What the server says of a mail. Its own words are left out: they often hold the address.
fn undelivered(fault: &lettre::transport::smtp::Error) -> SmtpError {
    match fault.status().map(u16::from) {
        Some(code) if fault.is_permanent() => SmtpError::Refused(code),
        Some(code) => SmtpError::NotNow(code),
        None => SmtpError::Uncertain(chain(fault)),
    }
}

/// A fault with its reasons, in one line.
fn chain(fault: &dyn std::error::Error) -> String {
    let mut text = fault.to_string();
    let mut source = fault.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Host, port and security; user and password.
    type Read = (String, u16, SmtpSecurity, Option<(String, String)>);

    fn read(text: &str) -> Result<Read, String> {
        let SmtpServer { host, port, security, credentials } = SmtpServer::parse(text)?;
        Ok((host, port, security, credentials.map(|(user, password)| (user, password.reveal().to_owned()))))
    }

    #[test]
    fn servers() {
        let with = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        assert_eq!(
            read("smtps://user:pa%40ss@mail.example.com"),
            Ok(("mail.example.com".into(), 465, SmtpSecurity::Tls, with("user", "pa@ss")))
        );
        assert_eq!(
            read("smtp://u%40example.com:p@mail.example.com:2525"),
            Ok(("mail.example.com".into(), 2525, SmtpSecurity::StartTls, with("u@example.com", "p")))
        );
        assert_eq!(read("smtp://127.0.0.1:2525"), Ok(("127.0.0.1".into(), 2525, SmtpSecurity::Plain, None)));
        assert_eq!(read("smtp://localhost/"), Ok(("localhost".into(), 25, SmtpSecurity::Plain, None)));
        assert_eq!(read("smtp://[::1]:25"), Ok(("::1".into(), 25, SmtpSecurity::Plain, None)));
        assert_eq!(read("smtp+starttls://localhost:25"), Ok(("localhost".into(), 25, SmtpSecurity::StartTls, None)));
        assert_eq!(read("smtp://mail.example.com"), Ok(("mail.example.com".into(), 587, SmtpSecurity::StartTls, None)));
        for bad in [
            "",
            "mail.example.com:25",
            "http://mail.example.com",
            "smtp://",
            "smtp:///x",
            "smtp://user@h",
            "smtp://:a-secret@h",
            "smtps://u:a-secret@h/x",
            "smtps://u:a-secret@h?x",
        ] {
            assert!(read(bad).is_err_and(|what| !what.contains("a-secret")), "{bad}");
        }
        assert!(!format!("{:?}", SmtpServer::parse("smtps://u:a-secret@h")).contains("a-secret"));
    }

    #[test]
    fn senders() {
        for good in ["no-reply@example.com", "NeuralBox <no-reply@example.com>", "Нейробокс <no-reply@example.com>"]
        {
            assert!(MailFrom::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "no-reply", "a@b.com\r\nBcc: c@d.com", "A\nB <a@b.com>", "<a@b.com", "a@b.com, c@d.com"] {
            assert!(MailFrom::parse(bad).is_err(), "{bad:?}");
        }
    }
}
