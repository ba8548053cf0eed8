//! Mail over TLS. The program sends only to servers with a trusted certificate.

use std::sync::Arc;
use std::time::Duration;

use rcgen::CertifiedKey;
use serde_json::json;
use telegram_sandbox::ReceivedMail;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::program::{Names, Program, Telegram};
use crate::sink::Sink;

const PASSWORD: &str = "correct horse battery staple";

/// TLS mode of the proxy in front of the sandbox's mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Front {
    Tls,
    StartTls,
    Plain,
}

/// A mail server called `localhost` with a self-signed certificate.
struct Server {
    port: u16,
    certificate: String,
}

impl Server {
    async fn start(telegram: &Telegram, front: Front) -> Self {
        let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config =
            ServerConfig::builder_with_provider(Arc::new(tokio_rustls::rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![cert.der().clone()], key)
                .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let sink = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let behind = sink.local_addr().unwrap();
        tokio::spawn(telegram.sandbox.clone().serve_mail(sink, std::future::pending()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // A client that does not trust the certificate closes the connection.
                    let _ = carry(line, TcpStream::connect(behind).await.unwrap(), (front, acceptor)).await;
                });
            }
        });
        Self { port, certificate: cert.pem() }
    }
}

async fn carry(
    mut line: TcpStream,
    mut behind: TcpStream,
    (front, acceptor): (Front, TlsAcceptor),
) -> std::io::Result<()> {
    if front == Front::Plain {
        return tokio::io::copy_bidirectional(&mut line, &mut behind).await.map(drop);
    }
    if front == Front::StartTls {
        line.write_all(b"220 front\r\n").await?;
        let mut reader = BufReader::new(&mut line);
        loop {
            let mut command = String::new();
            if reader.read_line(&mut command).await? == 0 {
                return Ok(());
            }
            if command.trim() == "STARTTLS" {
                reader.write_all(b"220 go on\r\n").await?;
                break;
            }
            reader.write_all(b"250-front\r\n250 STARTTLS\r\n").await?;
        }
    }
    let mut line = acceptor.accept(line).await?;
    let mut behind = BufReader::new(behind);
    if front == Front::StartTls {
        // The proxy already sent a greeting.
        behind.read_line(&mut String::new()).await?;
    }
    tokio::io::copy_bidirectional(&mut line, &mut behind).await.map(drop)
}

/// Registers an email account; returns the mail, or the error that readiness reports.
async fn sent(front: Front, scheme: &str, is_trusted: bool) -> Result<ReceivedMail, String> {
    let telegram = Telegram::start().await;
    let server = Server::start(&telegram, front).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("certificate.pem");
    std::fs::write(&file, &server.certificate).unwrap();
    let url = format!("{scheme}://post:a-secret@localhost:{}", server.port);
    let mut names =
        Names::usual(&telegram.url, "sqlite://test.db").with("SMTP_URL", &url).with("MAIL_FROM", "a@example.com");
    if is_trusted {
        names = names.with("SSL_CERT_FILE", file.to_str().unwrap());
    }
    let program = names.serve(folder.path());
    let ask = json!({"email": "ivan@example.com", "password": PASSWORD, "name": "Ivan"});
    assert_eq!(program.ask(program.post("/api/v2/auth/register").json(&ask)).await.unwrap().0, 202);
    let outcome = loop {
        if let Some(mail) = telegram.sandbox.mails().pop() {
            break Ok(mail);
        }
        let (_, readiness, _) = program.ask(program.get("/readyz")).await.unwrap();
        if let Some(trouble) = readiness["checks"]["mail"].as_str() {
            break Err(trouble.to_owned());
        }
        tokio::time::timeout(Duration::from_millis(20), std::future::pending::<()>()).await.unwrap_err();
    };
    stop(program);
    outcome
}

fn stop(program: Program) {
    program.signal("TERM");
    assert_eq!(program.ended().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn by_tls_from_the_first_byte_and_by_starttls() {
    for (front, scheme) in [(Front::Tls, "smtps"), (Front::StartTls, "smtp+starttls")] {
        let mail = sent(front, scheme, true).await.unwrap();
        assert_eq!(
            (mail.to, mail.login),
            (vec!["ivan@example.com".to_owned()], Some(("post".into(), "a-secret".into())))
        );
    }
}

/// Against aiosmtpd, which requires STARTTLS and authentication.
#[tokio::test(flavor = "multi_thread")]
async fn to_a_server_that_others_wrote() {
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| folder.path().join(name).display().to_string());
    std::fs::write(&certificate, cert.pem()).unwrap();
    std::fs::write(&key, signing_key.serialize_pem()).unwrap();
    let telegram = Telegram::start().await;
    let mut sink = Sink::start(&["none", "0", &certificate, &key]);
    let url = format!("smtp+starttls://post:a-secret@localhost:{}", sink.port);
    let names =
        Names::usual(&telegram.url, "sqlite://test.db").with("SMTP_URL", &url).with("MAIL_FROM", "a@example.com");
    let program = names.with("SSL_CERT_FILE", &certificate).serve(folder.path());
    let ask = json!({"email": "ivan@example.com", "password": PASSWORD, "name": "Ivan"});
    assert_eq!(program.ask(program.post("/api/v2/auth/register").json(&ask)).await.unwrap().0, 202);
    let mail = tokio::task::spawn_blocking(move || sink.mail()).await.unwrap();
    assert_eq!(mail["envelope"], json!(["a@example.com", "ivan@example.com"]));
    assert_eq!((&mail["tls"], &mail["login"]), (&json!(true), &json!("post")));
    stop(program);
}

#[tokio::test(flavor = "multi_thread")]
async fn to_no_server_that_only_says_it_is_the_one() {
    for (front, scheme) in [(Front::Tls, "smtps"), (Front::StartTls, "smtp+starttls")] {
        let trouble = sent(front, scheme, false).await.unwrap_err();
        assert!(trouble.contains("is unreachable") && trouble.contains("certificate"), "{trouble}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn to_no_server_without_tls_where_that_is_asked_for() {
    let trouble = sent(Front::Plain, "smtp+starttls", true).await.unwrap_err();
    assert!(trouble.contains("STARTTLS") && !trouble.contains("a-secret"), "{trouble}");
}
