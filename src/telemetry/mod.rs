//! Logs and metrics: how they are set up, and the name of every metric.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{Counter, counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// The upper bounds of every duration's buckets, in seconds.
const DURATION_BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Sends log lines to standard error, filtered as `RUST_LOG` says.
pub fn log(filter: &str, format: LogFormat) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|fault| format!("RUST_LOG: {fault}"))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().try_init(),
    }
    .map_err(|fault| fault.to_string())
}

/// Counts for the whole process: the recorder that every metric goes to is one.
static COUNTS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts counting, and gives the means to read the counts.
pub fn metrics() -> Result<PrometheusHandle, String> {
    if let Some(handle) = COUNTS.get() {
        return Ok(handle.clone());
    }
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &DURATION_BUCKETS)
        .map_err(|fault| fault.to_string())?;
    let recorder = builder.build_recorder();
    let mut first = false;
    let handle = COUNTS.get_or_init(|| {
        first = true;
        recorder.handle()
    });
    if first {
        metrics::set_global_recorder(recorder).map_err(|fault| fault.to_string())?;
        describe();
    }
    Ok(handle.clone())
}

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_histogram!(
        "neuralbox_http_request_duration_seconds",
        "Time to answer a request, by route, method and status"
    );
    describe_histogram!("neuralbox_db_statement_duration_seconds", "Time of a statement in the database");
    describe_histogram!("neuralbox_db_commit_batch_size", "Writes that shared a commit");
    describe_counter!("neuralbox_key_verifications_total", "Answers to gateways, by outcome");
    describe_counter!("neuralbox_key_cache_misses_total", "Keys that the database had to be asked about");
    describe_gauge!("neuralbox_key_cache_entries", "Secrets of keys that are held in memory");
    describe_counter!("neuralbox_sign_ins_total", "Sign-ins, by method and outcome");
    describe_counter!("neuralbox_session_refreshes_total", "Refreshes of sessions, by outcome");
    describe_counter!("neuralbox_usage_charges_total", "Charges that gateways asked for, by outcome");
    describe_counter!("neuralbox_bot_updates_total", "Updates of the bot, by outcome");
    describe_gauge!("neuralbox_redis_up", "1 while Redis answers, else 0: then each instance counts requests alone");
    describe_counter!("neuralbox_leak_reports_total", "Finds reported by GitHub, by label");
    describe_counter!("neuralbox_notice_deliveries_total", "Notices to people, by outcome of each try");
    describe_counter!("neuralbox_broadcast_deliveries_total", "Recipients of broadcasts, by outcome of each try");
    describe_counter!(
        "neuralbox_broadcast_recipients_enqueued_total",
        "Recipients of broadcasts that were written down"
    );
    describe_histogram!(
        "neuralbox_broadcast_send_duration_seconds",
        "Time Telegram took to answer a message of a broadcast"
    );
    describe_counter!("neuralbox_password_operations_total", "Passwords that were given or changed, by outcome");
    describe_histogram!(
        "neuralbox_password_hash_duration_seconds",
        "Time to compute a password's digest, without waiting for a core"
    );
    describe_counter!("neuralbox_mail_deliveries_total", "Mails to people, by kind and outcome of each try");
    describe_gauge!("neuralbox_mail_up", "1 while the mail server answers, else 0");
    describe_gauge!("neuralbox_telegram_up", "1 while Telegram answers, else 0");
}

/// A request was answered.
pub fn request(route: &str, method: &str, status: u16, took: Duration) {
    let labels = [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())];
    histogram!("neuralbox_http_request_duration_seconds", &labels).record(took.as_secs_f64());
}

/// A statement was run.
pub fn statement(took: Duration, ok: bool) {
    let outcome = if ok { "ok" } else { "failed" };
    histogram!("neuralbox_db_statement_duration_seconds", "outcome" => outcome).record(took.as_secs_f64());
}

/// The writer committed that many pieces of work together.
#[expect(clippy::cast_precision_loss, reason = "a batch is small")]
pub fn batch(size: usize) {
    histogram!("neuralbox_db_commit_batch_size").record(size as f64);
}

/// A gateway was answered.
pub fn verified(outcome: &'static str) {
    answers(outcome).increment(1);
}

/// The counter of one kind of answers to gateways, for whoever counts very often.
pub fn answers(outcome: &'static str) -> Counter {
    counter!("neuralbox_key_verifications_total", "outcome" => outcome)
}

/// The database had to be asked about a key.
pub fn key_cache_missed() {
    counter!("neuralbox_key_cache_misses_total").increment(1);
}

/// So many secrets of keys are held in memory.
#[expect(clippy::cast_precision_loss, reason = "nobody counts keys beyond 2⁵²")]
pub fn key_cache_entries(count: usize) {
    gauge!("neuralbox_key_cache_entries").set(count as f64);
}

/// Someone signed in, or was not let in.
pub fn signed_in(way: &'static str, outcome: &'static str) {
    counter!("neuralbox_sign_ins_total", "method" => way, "outcome" => outcome).increment(1);
}

/// A session was refreshed, or was not.
pub fn refreshed(outcome: &'static str) {
    counter!("neuralbox_session_refreshes_total", "outcome" => outcome).increment(1);
}

/// A gateway's charge was made, or was not.
pub fn charged(outcome: &'static str) {
    counter!("neuralbox_usage_charges_total", "outcome" => outcome).increment(1);
}

/// An update of the bot was handled, or was not.
pub fn update(outcome: &'static str) {
    counter!("neuralbox_bot_updates_total", "outcome" => outcome).increment(1);
}

/// Redis answers, or does not.
pub fn redis_up(up: bool) {
    gauge!("neuralbox_redis_up").set(if up { 1.0 } else { 0.0 });
}

/// GitHub reported a find.
pub fn leak(label: &'static str) {
    counter!("neuralbox_leak_reports_total", "label" => label).increment(1);
}

/// It was tried to tell someone something.
pub fn notice(outcome: &'static str) {
    counter!("neuralbox_notice_deliveries_total", "outcome" => outcome).increment(1);
}

/// It was tried to tell someone something by a broadcast.
pub fn broadcast(outcome: &'static str) {
    broadcast_many(outcome, 1);
}

/// The same of many.
pub fn broadcast_many(outcome: &'static str, count: u64) {
    counter!("neuralbox_broadcast_deliveries_total", "outcome" => outcome).increment(count);
}

/// So many recipients were written down.
pub fn laid(count: u64) {
    counter!("neuralbox_broadcast_recipients_enqueued_total").increment(count);
}

/// Telegram answered a message of a broadcast.
pub fn bulk_sent(took: Duration) {
    histogram!("neuralbox_broadcast_send_duration_seconds").record(took.as_secs_f64());
}

/// A password was given or changed.
pub fn password(outcome: &'static str) {
    counter!("neuralbox_password_operations_total", "outcome" => outcome).increment(1);
}

/// A password's digest was computed.
pub fn hashed(took: Duration) {
    histogram!("neuralbox_password_hash_duration_seconds").record(took.as_secs_f64());
}

/// It was tried to send a mail.
pub fn mail(errand: &'static str, outcome: &'static str) {
    counter!("neuralbox_mail_deliveries_total", "kind" => errand, "outcome" => outcome).increment(1);
}

/// The mail server answers, or does not.
pub fn mail_up(up: bool) {
    gauge!("neuralbox_mail_up").set(if up { 1.0 } else { 0.0 });
}

/// Telegram answers, or does not.
pub fn telegram_up(up: bool) {
    gauge!("neuralbox_telegram_up").set(if up { 1.0 } else { 0.0 });
}
