//! The mail server's side of a connection (RFC 5321), as much of it as a sender of mails needs.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::{Mail, MailFault};
use crate::Sandbox;

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 16 * 1024;
/// The longest mail that is taken, in bytes.
const LONGEST_MAIL: usize = 4 * 1024 * 1024;

/// Whom a mail comes from and goes to, and who logged in.
#[derive(Clone, Debug, Default)]
pub(super) struct Envelope {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) login: Option<(String, String)>,
}

/// What comes after a command.
enum Next {
    Go,
    End,
}

/// Serves one connection to its end.
pub(super) async fn serve(sandbox: Sandbox, line: TcpStream) {
    let fault = sandbox.next_mail_fault();
    // A sender who hangs up is done.
    let _ = Talk { sandbox, line: BufReader::new(line), fault, envelope: Envelope::default() }.run().await;
}

struct Talk {
    sandbox: Sandbox,
    line: BufReader<TcpStream>,
    fault: Option<MailFault>,
    envelope: Envelope,
}

impl Talk {
    async fn run(mut self) -> io::Result<()> {
        match self.fault {
            Some(MailFault::Silence) => return self.line.read_to_end(&mut Vec::new()).await.map(drop),
            Some(MailFault::Away) => return self.say("421 not now").await,
            _ => self.say("220 sandbox").await?,
        }
        while let Some(command) = self.hear().await? {
            if let Next::End = self.answer(&command).await? {
                break;
            }
        }
        Ok(())
    }

    async fn answer(&mut self, command: &str) -> io::Result<Next> {
        let (verb, rest) = command.split_once([' ', ':']).unwrap_or((command, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.say("250-sandbox\r\n250-AUTH PLAIN\r\n250 8BITMIME").await?,
            "HELO" | "NOOP" => self.say("250 ok").await?,
            "AUTH" => self.log_in(rest).await?,
            "MAIL" => {
                self.envelope = Envelope { from: address(rest), to: Vec::new(), login: self.envelope.login.take() };
                self.say("250 ok").await?;
            }
            "RCPT" => match self.fault {
                Some(MailFault::Greylist) => self.say("451 4.7.1 come back later").await?,
                Some(MailFault::NoSuchUser) => {
                    let told = format!("550 5.1.1 <{}> is nobody here", address(rest));
                    self.say(&told).await?;
                }
                _ => {
                    self.envelope.to.push(address(rest));
                    self.say("250 ok").await?;
                }
            },
            "DATA" => return self.take().await,
            "RSET" => {
                self.envelope = Envelope { login: self.envelope.login.take(), ..Envelope::default() };
                self.say("250 ok").await?;
            }
            "QUIT" => {
                self.say("221 bye").await?;
                return Ok(Next::End);
            }
            _ => self.say("500 what?").await?,
        }
        Ok(Next::Go)
    }

    /// `AUTH PLAIN`, in one line.
    async fn log_in(&mut self, rest: &str) -> io::Result<()> {
        if self.fault == Some(MailFault::BadLogin) {
            return self.say("535 5.7.8 wrong").await;
        }
        let told = rest.strip_prefix("PLAIN ").and_then(|told| STANDARD.decode(told.trim()).ok());
        let told = told.and_then(|told| String::from_utf8(told).ok()).unwrap_or_default();
        let mut parts = told.split('\0').skip(1).map(ToOwned::to_owned);
        self.envelope.login = parts.next().zip(parts.next());
        self.say(if self.envelope.login.is_some() { "235 welcome" } else { "501 what?" }).await
    }

    /// The mail itself, up to a line with a dot.
    async fn take(&mut self) -> io::Result<Next> {
        if self.envelope.to.is_empty() {
            self.say("503 to whom?").await?;
            return Ok(Next::Go);
        }
        self.say("354 go on").await?;
        let mut raw = String::new();
        while let Some(line) = self.hear().await? {
            if self.fault == Some(MailFault::CutInData) && raw.len() > 200 {
                return Ok(Next::End);
            }
            if line == "." {
                self.sandbox.take_mail(Mail::of(&raw, self.envelope.clone()));
                if self.fault == Some(MailFault::CutAfterData) {
                    return Ok(Next::End);
                }
                self.say("250 taken").await?;
                return Ok(Next::Go);
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
            if raw.len() > LONGEST_MAIL {
                break;
            }
        }
        Ok(Next::End)
    }

    async fn hear(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let read = (&mut self.line).take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
        let line = String::from_utf8_lossy(&line);
        Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.line.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.line.flush().await
    }
}

/// What stands between the angle brackets.
fn address(text: &str) -> String {
    let inside = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}
