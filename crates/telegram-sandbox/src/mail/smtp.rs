//! Server side of an SMTP connection (RFC 5321): the subset a mail client needs.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::{MailFault, ReceivedMail};
use crate::Sandbox;

/// Longest line read, in bytes.
const MAX_LINE_BYTES: u64 = 16 * 1024;
/// Longest mail accepted, in bytes.
const MAX_MAIL_BYTES: usize = 4 * 1024 * 1024;

/// Sender, recipients and credentials of a mail.
#[derive(Clone, Debug, Default)]
pub(super) struct Envelope {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) login: Option<(String, String)>,
}

/// State of the session after a command.
enum SmtpState {
    Continue,
    End,
}

/// Serves one connection until it ends.
pub(super) async fn serve(sandbox: Sandbox, stream: TcpStream) {
    let fault = sandbox.next_mail_fault();
    // An I/O error means that the client hung up.
    let _ = SmtpSession { sandbox, stream: BufReader::new(stream), fault, envelope: Envelope::default() }.run().await;
}

struct SmtpSession {
    sandbox: Sandbox,
    stream: BufReader<TcpStream>,
    fault: Option<MailFault>,
    envelope: Envelope,
}

impl SmtpSession {
    async fn run(mut self) -> io::Result<()> {
        match self.fault {
            Some(MailFault::Silence) => return self.stream.read_to_end(&mut Vec::new()).await.map(drop),
            Some(MailFault::Away) => return self.reply("421 service not available").await,
            _ => self.reply("220 sandbox").await?,
        }
        while let Some(command) = self.read_line().await? {
            if let SmtpState::End = self.run_command(&command).await? {
                break;
            }
        }
        Ok(())
    }

    async fn run_command(&mut self, command: &str) -> io::Result<SmtpState> {
        let (verb, rest) = command.split_once([' ', ':']).unwrap_or((command, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.reply("250-sandbox\r\n250-AUTH PLAIN\r\n250 8BITMIME").await?,
            "HELO" | "NOOP" => self.reply("250 ok").await?,
            "AUTH" => self.authenticate(rest).await?,
            "MAIL" => {
                self.envelope = Envelope { from: address(rest), to: Vec::new(), login: self.envelope.login.take() };
                self.reply("250 ok").await?;
            }
            "RCPT" => match self.fault {
                Some(MailFault::Greylist) => self.reply("451 4.7.1 come back later").await?,
                Some(MailFault::NoSuchUser) => {
                    let response = format!("550 5.1.1 <{}> no such mailbox", address(rest));
                    self.reply(&response).await?;
                }
                _ => {
                    self.envelope.to.push(address(rest));
                    self.reply("250 ok").await?;
                }
            },
            "DATA" => return self.receive_data().await,
            "RSET" => {
                self.envelope = Envelope { login: self.envelope.login.take(), ..Envelope::default() };
                self.reply("250 ok").await?;
            }
            "QUIT" => {
                self.reply("221 bye").await?;
                return Ok(SmtpState::End);
            }
            _ => self.reply("500 unknown command").await?,
        }
        Ok(SmtpState::Continue)
    }

    /// `AUTH PLAIN` with an initial response (RFC 4954).
    async fn authenticate(&mut self, rest: &str) -> io::Result<()> {
        if self.fault == Some(MailFault::BadLogin) {
            return self.reply("535 5.7.8 authentication failed").await;
        }
        let credentials = rest.strip_prefix("PLAIN ").and_then(|credentials| STANDARD.decode(credentials.trim()).ok());
        let credentials = credentials.and_then(|credentials| String::from_utf8(credentials).ok()).unwrap_or_default();
        let mut parts = credentials.split('\0').skip(1).map(ToOwned::to_owned);
        self.envelope.login = parts.next().zip(parts.next());
        self.reply(if self.envelope.login.is_some() { "235 authenticated" } else { "501 invalid credentials" }).await
    }

    /// Receives the mail up to the line with a single dot.
    async fn receive_data(&mut self) -> io::Result<SmtpState> {
        if self.envelope.to.is_empty() {
            self.reply("503 RCPT first").await?;
            return Ok(SmtpState::Continue);
        }
        self.reply("354 end with a line containing a single dot").await?;
        let mut raw = String::new();
        while let Some(line) = self.read_line().await? {
            if self.fault == Some(MailFault::CutInData) && raw.len() > 200 {
                return Ok(SmtpState::End);
            }
            if line == "." {
                self.sandbox.store_mail(ReceivedMail::parse(&raw, self.envelope.clone()));
                if self.fault == Some(MailFault::CutAfterData) {
                    return Ok(SmtpState::End);
                }
                self.reply("250 accepted").await?;
                return Ok(SmtpState::Continue);
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
            if raw.len() > MAX_MAIL_BYTES {
                break;
            }
        }
        Ok(SmtpState::End)
    }

    async fn read_line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let read = (&mut self.stream).take(MAX_LINE_BYTES).read_until(b'\n', &mut line).await?;
        let line = String::from_utf8_lossy(&line);
        Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    async fn reply(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }
}

/// Address between the angle brackets.
fn address(text: &str) -> String {
    let inside = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}
