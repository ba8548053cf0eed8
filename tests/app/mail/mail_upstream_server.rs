//! Mail delivery to an independent mail server: format, retries and permanent failures.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support;
use crate::support::mailbox::{PASSWORD, count};
use crate::support::sink::Sink;
use crate::support::{App, Database};

/// Runs a test with a service that sends its mail to aiosmtpd.
async fn run<T: Future<Output = ()> + Send + 'static>(
    (database, arguments): (Database, &'static [&'static str]),
    test: impl FnOnce(Arc<App>, Post) -> T,
) {
    let sink = tokio::task::spawn_blocking(|| Sink::start(arguments)).await.unwrap();
    let url = format!("smtp://127.0.0.1:{}", sink.port);
    support::run(database, &[&[("SMTP_URL", url.as_str())]], |app| test(app, Post(Some(sink)))).await;
}

/// Receiving end of the mails.
struct Post(Option<Sink>);

impl Post {
    /// Waits for the next mail and advances the clock meanwhile.
    async fn mail(&mut self, app: &App) -> Value {
        let mut sink = self.0.take().unwrap();
        let mut reading = tokio::task::spawn_blocking(move || {
            let mail = sink.mail();
            (mail, sink)
        });
        let mut patience = tokio::time::interval(std::time::Duration::from_millis(50));
        loop {
            tokio::select! {
                read = &mut reading => {
                    let (mail, sink) = read.unwrap();
                    self.0 = Some(sink);
                    return mail;
                }
                _ = patience.tick() => app.clock.pass(5),
            }
        }
    }
}

fn text<'a>(mail: &'a Value, kind: &str) -> &'a str {
    mail["parts"][kind].as_str().unwrap_or_else(|| panic!("no {kind}: {mail:#}"))
}

fn token(mail: &Value) -> String {
    let rest = text(mail, "text/plain").split("token=").nth(1).unwrap_or_else(|| panic!("no link: {mail:#}"));
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

async fn confirms(app: &App, mail: &Value) {
    let answer = app.browser().post("auth/email/verify", json!({"token": token(mail), "password": PASSWORD})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn it_is_read_by_others_as_it_was_meant(app: Arc<App>, mut post: Post) {
    app.register("ivan@example.com", PASSWORD, "Ivan").await;
    let mail = post.mail(&app).await;
    assert_eq!(mail["envelope"], json!(["no-reply@neuralbox.example", "ivan@example.com"]), "{mail:#}");
    assert_eq!(mail["defects"], json!([]), "{mail:#}");
    assert_eq!(mail["headers"]["from"], "NeuralBox <no-reply@neuralbox.example>");
    for header in ["date", "message-id", "subject", "auto-submitted"] {
        assert!(mail["headers"][header].is_string(), "{header}: {mail:#}");
    }
    let html = text(&mail, "text/html");
    assert!(html.contains(&token(&mail)) && html.to_lowercase().starts_with("<!doctype html>"), "{html}");
    confirms(&app, &mail).await;
}

async fn russian_arrives_as_russian(app: Arc<App>, mut post: Post) {
    let ask = json!({"email": "ivan@example.com", "password": PASSWORD, "name": "Иван"});
    let browser = app.browser();
    let asking = browser.request(reqwest::Method::POST, "auth/register").header("accept-language", "ru").json(&ask);
    assert_eq!(support::ask(asking).await.status, 202);
    let mail = post.mail(&app).await;
    assert!(mail["headers"]["subject"].as_str().unwrap().contains("адрес"), "{mail:#}");
    for part in ["text/plain", "text/html"] {
        assert!(text(&mail, part).contains("Здравствуйте!"), "{mail:#}");
    }
}

async fn a_deferred_reply_arrives(app: Arc<App>, mut post: Post) {
    app.register("ivan@example.com", PASSWORD, "Ivan").await;
    confirms(&app, &post.mail(&app).await).await;
    app.posted().await;
}

async fn what_may_have_arrived_is_sent_again(app: Arc<App>, mut post: Post) {
    app.register("ivan@example.com", PASSWORD, "Ivan").await;
    let first = post.mail(&app).await;
    let second = post.mail(&app).await;
    assert_eq!(
        (&first["envelope"], &first["headers"]["subject"]),
        (&second["envelope"], &second["headers"]["subject"])
    );
    confirms(&app, &second).await;
}

async fn what_is_refused_permanently_is_abandoned_and_the_next_is_sent(app: Arc<App>, mut post: Post) {
    app.register("nobody@example.com", PASSWORD, "Nobody").await;
    app.posted().await;
    assert_eq!(count(&app.database_url, "select count(*) from mail").await, 0);
    app.register("ivan@example.com", PASSWORD, "Ivan").await;
    assert_eq!(post.mail(&app).await["envelope"][1], "ivan@example.com");
}

macro_rules! on_both_with {
    ($( $name:ident: $test:ident, $arguments:expr; )+) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run((Database::Sqlite, &$arguments), $test).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run((Database::Postgres, &$arguments), $test).await;
            }
        }
    )+};
}

on_both_with! {
    a_mail: it_is_read_by_others_as_it_was_meant, [];
    a_mail_in_russian: russian_arrives_as_russian, [];
    greylisted: a_deferred_reply_arrives, ["greylist", "2"];
    no_room: a_deferred_reply_arrives, ["busy", "1"];
    cut_in_the_middle: a_deferred_reply_arrives, ["cut", "1"];
    cut_at_the_end: what_may_have_arrived_is_sent_again, ["cut-after", "1"];
    refused: what_is_refused_permanently_is_abandoned_and_the_next_is_sent, ["refuse", "1"];
}
