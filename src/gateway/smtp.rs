//! SMTP client. Sends mails over TLS unless the server is on this machine.

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

/// Limit of connecting and authenticating.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// Limit of the transfer that follows.
const SEND_TIMEOUT: Duration = Duration::from_mins(1);
/// SASL mechanisms, in order of preference.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// Address, security and credentials of the SMTP server (`SMTP_URL`).
#[derive(Clone, Debug)]
pub struct SmtpServer {
    host: String,
    port: u16,
    security: SmtpSecurity,
    credentials: Option<(String, Secret)>,
}

/// Protection of the SMTP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SmtpSecurity {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// STARTTLS, required before any command (RFC 3207).
    StartTls,
    /// No TLS: the connection never leaves this machine.
    Plain,
}

impl SmtpServer {
    /// Reads `smtps://user:password@host:port`, `smtp://…` or `smtp+starttls://…`. Error texts never contain the
    /// password.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("expected a URL, got an invalid one: {error}"))?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or("expected smtp://USER:PASSWORD@HOST:PORT, got no host")?;
        let (security, port) = match url.scheme() {
            "smtps" => (SmtpSecurity::Tls, 465),
            "smtp" if is_loopback(host) => (SmtpSecurity::Plain, 25),
            "smtp" | "smtp+starttls" => (SmtpSecurity::StartTls, 587),
            _ => return Err("expected smtps://… or smtp://…, got another scheme".to_owned()),
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("expected nothing after the host and port, got a path, query or fragment".to_owned());
        }
        let decoded = |text: &str| {
            let text = percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
            text.map_err(|_| "expected user and password in UTF-8, got other bytes".to_owned())
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some((decoded(user)?, Secret::new(decoded(password)?))),
            _ => return Err("expected both user and password or neither, got one of them".to_owned()),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port: url.port().unwrap_or(port), security, credentials })
    }
}

/// True for localhost and loopback addresses. `url` does not parse the host of a scheme it does not know, hence the
/// text.
fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => false,
    }
}

/// Sender of all mails (`MAIL_FROM`).
#[derive(Clone, Debug)]
pub struct MailFrom(Mailbox);

impl MailFrom {
    /// Reads `no-reply@example.com` or `NeuralBox <no-reply@example.com>`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mailbox = text.parse().ok().filter(|_| !text.contains(char::is_control));
        mailbox
            .map(Self)
            .ok_or_else(|| format!("expected an address like NeuralBox <no-reply@example.com>, got {text:?}"))
    }
}

/// Mail ready to send.
#[derive(Debug)]
pub struct OutgoingMail {
    /// Address of the recipient.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain-text body.
    pub text: String,
    /// HTML body.
    pub html: String,
    /// Local part of the `Message-ID`; unique.
    pub id: String,
    /// Time of the `Date` header.
    pub at: Moment,
}

/// Reason a mail was not sent. Holds neither the address nor the server's reply, which may repeat it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmtpError {
    /// The server is unreachable or rejects the connection or the credentials.
    Server(String),
    /// The server rejects this mail permanently. Holds the reply code (5xx).
    Refused(u16),
    /// The server rejects this mail for now. Holds the reply code (4xx).
    NotNow(u16),
    /// The server may or may not have accepted the mail.
    Uncertain(String),
    /// The mail cannot be encoded as a message.
    Unwritable(String),
}

impl fmt::Display for SmtpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(what) => write!(f, "the mail server {what}"),
            Self::Refused(code) => write!(f, "the mail server rejected the mail permanently (code {code})"),
            Self::NotNow(code) => write!(f, "the mail server rejected the mail for now (code {code})"),
            Self::Uncertain(what) => write!(f, "the mail server may or may not have accepted the mail: {what}"),
            Self::Unwritable(what) => write!(f, "the mail cannot be encoded: {what}"),
        }
    }
}

/// SMTP client of one server. Cheap to clone.
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
    /// Creates a client. Its greeting (`EHLO`) names the host of `public_url`. Connects to nothing.
    pub fn new(server: SmtpServer, MailFrom(from): MailFrom, public_url: &Url) -> Result<Self, String> {
        let tls = match server.security {
            SmtpSecurity::Plain => None,
            SmtpSecurity::Tls | SmtpSecurity::StartTls => {
                let parameters = TlsParameters::new_rustls(server.host.clone());
                Some(parameters.map_err(|error| {
                    format!("SMTP_URL: expected a host that TLS can verify, got an unusable one: {}", chain(&error))
                })?)
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

    /// Sends a mail over a connection of its own.
    pub async fn send(&self, mail: &OutgoingMail) -> Result<(), SmtpError> {
        let message = self.encode(mail).map_err(|error| SmtpError::Unwritable(error.to_string()))?;
        let timed_out = |_| SmtpError::Server("did not answer in time".to_owned());
        let mut connection = tokio::time::timeout(CONNECT_TIMEOUT, self.connect()).await.map_err(timed_out)??;
        let timed_out = |_| SmtpError::Uncertain("it did not answer in time".to_owned());
        let sent = tokio::time::timeout(SEND_TIMEOUT, connection.send(message.envelope(), &message.formatted()))
            .await
            .map_err(timed_out)?;
        sent.map_err(|error| rejected(&error))?;
        // The server has accepted the mail; a failed QUIT changes nothing.
        let _ = tokio::time::timeout(Duration::from_secs(2), connection.quit()).await;
        Ok(())
    }

    /// Checks that the server is reachable and accepts the credentials. Sends no mail.
    pub async fn check(&self) -> Result<(), SmtpError> {
        let timed_out = |_| SmtpError::Server("did not answer in time".to_owned());
        let mut connection = tokio::time::timeout(CONNECT_TIMEOUT, self.connect()).await.map_err(timed_out)??;
        let _ = tokio::time::timeout(Duration::from_secs(2), connection.quit()).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let SmtpServer { host, port, security, credentials } = &self.server;
        let implicit_tls = self.tls.clone().filter(|_| *security == SmtpSecurity::Tls);
        let connected = AsyncSmtpConnection::connect_tokio1(
            (host.as_str(), *port),
            Some(CONNECT_TIMEOUT),
            &self.hello,
            implicit_tls,
            None,
        );
        let mut connection = connected.await.map_err(|error| unavailable(&error))?;
        if let Some(tls) = self.tls.clone().filter(|_| *security == SmtpSecurity::StartTls) {
            connection.starttls(tls, &self.hello).await.map_err(|error| unavailable(&error))?;
        }
        if let Some((user, password)) = credentials {
            let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
            connection.auth(&MECHANISMS, &credentials).await.map_err(|error| match error.status() {
                Some(code) => SmtpError::Server(format!("rejects the credentials (code {code})")),
                None => unavailable(&error),
            })?;
        }
        Ok(connection)
    }

    fn encode(&self, mail: &OutgoingMail) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let to: Address = mail.to.parse()?;
        let seconds = u64::try_from(mail.at.0).unwrap_or_default();
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            .date(Date::from(UNIX_EPOCH + Duration::from_secs(seconds)).into())
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            // RFC 3834: automatic replies must not answer this mail.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))?;
        Ok(message)
    }
}

/// Classifies an error that occurred before the mail was transferred.
fn unavailable(error: &lettre::transport::smtp::Error) -> SmtpError {
    SmtpError::Server(match error.status() {
        Some(code) => format!("rejects the connection (code {code})"),
        None => format!("is unreachable: {}", chain(error)),
    })
}

/// Classifies the server's answer to a mail. Its text is left out because it often repeats the address.
fn rejected(error: &lettre::transport::smtp::Error) -> SmtpError {
    match error.status().map(u16::from) {
        Some(code) if error.is_permanent() => SmtpError::Refused(code),
        Some(code) => SmtpError::NotNow(code),
        None => SmtpError::Uncertain(chain(error)),
    }
}

/// Joins an error and its sources in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
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

    /// Host, port, security, and user with password.
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
