//! Secrecy of passwords and email tokens. Neither appears in the database, the metrics or the log.

use std::sync::{Arc, Mutex};

use serde_json::json;
use telegram_sandbox::MailFault;
use tracing_subscriber::layer::SubscriberExt;

use crate::on_both;
use crate::support::App;
use crate::support::mailbox::{PASSWORD, everything_retained, login, token_in};

on_both! {
    async fn none_is_in_the_database_and_none_in_the_metrics(app: App) {
        app.sandbox.inject_mail_fault(MailFault::Greylist, 1);
        app.register("ivan@example.com", PASSWORD, "Ivan").await;
        app.sandbox.wait_for(|sandbox| (sandbox.pending_mail_faults() == 0).then_some(())).await.unwrap();
        let mail = app.mail_in_the_end("ivan@example.com").await;
        let token = token_in(&mail);
        let kept = everything_retained(&app.database_url).await;
        assert!(kept.contains("$argon2id$"), "the queries should see the stored hashes: {kept}");
        assert!(!kept.contains(PASSWORD) && !kept.contains(&token), "{kept}");
        app.browser().post("auth/email/verify", json!({"token": token, "password": PASSWORD})).await;
        app.posted().await;
        let kept = everything_retained(&app.database_url).await;
        assert!(!kept.contains(PASSWORD) && !kept.contains(&token), "{kept}");
        login(&mut app.browser(), "ivan@example.com", PASSWORD).await;
        login(&mut app.browser(), "ivan@example.com", "a wrong password").await;
        let metrics = reqwest::get(format!("{}/metrics", app.metrics_url)).await.unwrap().text().await.unwrap();
        for name in ["neuralbox_password_operations_total{outcome=\"wrong\"}", "neuralbox_mail_deliveries_total{kind=\"verify_registration\",outcome=\"sent\"}", "neuralbox_password_hash_duration_seconds_count", "neuralbox_mail_up"] {
            assert!(metrics.contains(name), "{name} is missing in {metrics}");
        }
        assert!(!metrics.contains("example.com") && !metrics.contains(&token), "{metrics}");
    }
}

/// Captured log output.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Needs a process of its own, as nextest provides, because the subscriber is global.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_is_in_the_log_and_no_address_either() {
    let written = Written::default();
    let sink = written.clone();
    let lines = tracing_subscriber::fmt::layer().with_writer(move || sink.clone());
    let all = tracing_subscriber::filter::LevelFilter::TRACE;
    // If another test in this process has installed a subscriber, this test captures nothing.
    let is_ours = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(all).with(lines)).is_ok();
    let place = crate::support::Database::Sqlite.make().await;
    let app = App::start(place.url(), &[]).await;
    app.sandbox.inject_mail_fault(MailFault::Greylist, 1);
    app.sandbox.inject_mail_fault(MailFault::CutInData, 1);
    app.register("nobody@example.org", PASSWORD, "Ivan").await;
    app.register("ivan@example.com", PASSWORD, "Ivan").await;
    app.sandbox.wait_for(|sandbox| (sandbox.pending_mail_faults() == 0).then_some(())).await.unwrap();
    let token = token_in(&app.mail_in_the_end("ivan@example.com").await);
    app.browser().post("auth/email/verify", json!({"token": token, "password": PASSWORD})).await;
    login(&mut app.browser(), "ivan@example.com", PASSWORD).await;
    login(&mut app.browser(), "ivan@example.com", "a wrong password").await;
    app.browser().post("auth/password/forgot", json!({"email": "ivan@example.com"})).await;
    let reset = token_in(&app.mails_to("ivan@example.com", 2).await[1]);
    app.browser().post("auth/password/reset", json!({"token": reset, "password": "entirely new and long"})).await;
    app.stop().await;
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let ours: String = text.lines().filter(|line| line.contains("neuralbox_auth") || line.contains("lettre")).collect();
    assert!(!is_ours || ours.contains("mail: sending failed"), "the log should be captured: {ours}");
    for secret in [
        PASSWORD,
        "a wrong password",
        "entirely new and long",
        &token,
        &reset,
        "nobody@example.org",
        "ivan@example.com",
    ] {
        assert!(!ours.contains(secret), "{secret} is in the log");
    }
}
