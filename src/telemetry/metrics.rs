//! Metrics of the process: their names, labels and help texts. Each function records one metric and bears its name.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{
    Counter, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram, set_global_recorder,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the histogram buckets of every duration, in seconds.
const DURATION_BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Upper bounds of the buckets of batch sizes.
const BATCH_BUCKETS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// Handle of the recorder. A process has one: tests that build several servers share it.
static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Installs the recorder of the process, once, and returns the handle that renders `/metrics`.
pub fn install_recorder() -> Result<PrometheusHandle, String> {
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &DURATION_BUCKETS)
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_size".to_owned()), &BATCH_BUCKETS))
        .map_err(|error| error.to_string())?;
    let recorder = builder.build_recorder();
    let mut is_first = false;
    let handle = HANDLE.get_or_init(|| {
        is_first = true;
        recorder.handle()
    });
    if is_first {
        set_global_recorder(recorder).map_err(|error| error.to_string())?;
        describe();
        build_info();
        rare_series_start_at_zero();
    }
    Ok(handle.clone())
}

fn describe() {
    describe_gauge!("neuralbox_build_info", "Always 1; the label has the version of the program");
    describe_histogram!(
        "neuralbox_http_request_duration_seconds",
        "Time to answer an HTTP request, by route, method and status"
    );
    describe_counter!(
        "neuralbox_http_connections_refused_total",
        "Connections closed because too many are open, by reason: of one network, in all, or replaced by a younger one"
    );
    describe_histogram!("neuralbox_db_statement_duration_seconds", "Time of a database statement, by outcome");
    describe_histogram!("neuralbox_db_commit_batch_size", "Writes that shared one commit");
    describe_counter!("neuralbox_db_writes_total", "Writes requested, by kind");
    describe_counter!("neuralbox_key_verifications_total", "Key verifications answered to gateways, by outcome");
    describe_counter!("neuralbox_key_cache_misses_total", "Keys looked up in the database because the cache had none");
    describe_gauge!("neuralbox_key_cache_entries", "Key secrets in the cache");
    describe_counter!("neuralbox_sign_ins_total", "Sign-ins, by method and outcome");
    describe_counter!("neuralbox_session_refreshes_total", "Session refreshes, by outcome");
    describe_counter!("neuralbox_usage_charges_total", "Usage charges requested by gateways, by outcome");
    describe_counter!("neuralbox_payment_checkouts_total", "Pre-checkout queries of Telegram, by outcome");
    describe_counter!("neuralbox_payments_total", "Payments that Telegram reported, by outcome");
    describe_counter!("neuralbox_payment_refunds_total", "Payments given back");
    describe_counter!("neuralbox_bot_updates_total", "Bot updates, by outcome");
    describe_counter!("neuralbox_bot_unknown_parts_total", "Parts of bot updates skipped because they are unknown");
    describe_gauge!("neuralbox_redis_up", "1 if Redis answers, else 0: each instance then counts requests alone");
    describe_counter!("neuralbox_leak_reports_total", "Leaked keys reported by GitHub, by label");
    describe_counter!("neuralbox_notice_deliveries_total", "Delivery attempts of notices, by outcome");
    describe_counter!("neuralbox_broadcast_deliveries_total", "Delivery attempts of broadcasts, by outcome");
    describe_counter!(
        "neuralbox_broadcast_recipients_enqueued_total",
        "Recipients of broadcasts enqueued by the fan-out"
    );
    describe_histogram!(
        "neuralbox_broadcast_send_duration_seconds",
        "Time Telegram took to answer one message of a broadcast"
    );
    describe_counter!("neuralbox_password_operations_total", "Password checks and changes, by outcome");
    describe_histogram!(
        "neuralbox_password_hash_duration_seconds",
        "Time to compute a password hash, without the wait for a core"
    );
    describe_counter!("neuralbox_mail_deliveries_total", "Delivery attempts of mails, by kind and outcome");
    describe_gauge!("neuralbox_mail_up", "1 if the mail server answers, else 0");
    describe_gauge!("neuralbox_telegram_up", "1 if Telegram answers, else 0");
}

/// Creates the series whose first increase is an alert: Prometheus sees no increase in the first value of a series.
fn rare_series_start_at_zero() {
    counter!("neuralbox_http_connections_refused_total", "reason" => "full").increment(0);
    counter!("neuralbox_bot_updates_total", "outcome" => "panicked").increment(0);
    for outcome in ["not_delivered", "foreign"] {
        counter!("neuralbox_payments_total", "outcome" => outcome).increment(0);
    }
}

/// Availability of a service that this one depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// It answers.
    Up,
    /// It does not answer.
    Down,
}

impl Availability {
    const fn value(self) -> f64 {
        match self {
            Self::Up => 1.0,
            Self::Down => 0.0,
        }
    }
}

/// Sets the metric whose label has the version.
pub fn build_info() {
    gauge!("neuralbox_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Records the time to answer an HTTP request. `route` is the path template, never the path itself.
pub fn http_request_duration_seconds(route: &str, method: &str, status: u16, duration: Duration) {
    let labels = [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())];
    histogram!("neuralbox_http_request_duration_seconds", &labels).record(duration.as_secs_f64());
}

/// Counts a connection that was closed because too many are open. `reason` is `network`, `full` or `replaced`.
pub fn http_connections_refused_total(reason: &'static str) {
    counter!("neuralbox_http_connections_refused_total", "reason" => reason).increment(1);
}

/// Records the time of a database statement, failed ones included.
pub fn db_statement_duration_seconds(duration: Duration, outcome: &'static str) {
    histogram!("neuralbox_db_statement_duration_seconds", "outcome" => outcome).record(duration.as_secs_f64());
}

/// Records the number of writes that the writer committed together.
#[expect(clippy::cast_precision_loss, reason = "a batch is small")]
pub fn db_commit_batch_size(size: usize) {
    histogram!("neuralbox_db_commit_batch_size").record(size as f64);
}

/// Counts a requested write, whether or not the queue has room for it.
pub fn db_writes_total(type_name: &'static str) {
    // The innermost write of a type: `EndSession`.
    let inner = type_name.rsplit('<').next().unwrap_or(type_name).trim_end_matches('>');
    let kind = inner.rsplit("::").next().unwrap_or(inner);
    counter!("neuralbox_db_writes_total", "kind" => kind).increment(1);
}

/// Counts a key verification.
pub fn key_verifications_total(outcome: &'static str) {
    key_verifications_counter(outcome).increment(1);
}

/// Returns the counter of one outcome. The hot path keeps it and so saves the lookup by label.
pub fn key_verifications_counter(outcome: &'static str) -> Counter {
    counter!("neuralbox_key_verifications_total", "outcome" => outcome)
}

/// Counts a key that was looked up in the database.
pub fn key_cache_misses_total() {
    counter!("neuralbox_key_cache_misses_total").increment(1);
}

/// Sets the number of key secrets in the cache.
#[expect(clippy::cast_precision_loss, reason = "a cache never holds 2⁵² entries")]
pub fn key_cache_entries(count: usize) {
    gauge!("neuralbox_key_cache_entries").set(count as f64);
}

/// Counts a sign-in, successful or not.
pub fn sign_ins_total(method: &'static str, outcome: &'static str) {
    counter!("neuralbox_sign_ins_total", "method" => method, "outcome" => outcome).increment(1);
}

/// Counts a session refresh, successful or not.
pub fn session_refreshes_total(outcome: &'static str) {
    counter!("neuralbox_session_refreshes_total", "outcome" => outcome).increment(1);
}

/// Counts a usage charge, booked or refused.
pub fn usage_charges_total(outcome: &'static str) {
    counter!("neuralbox_usage_charges_total", "outcome" => outcome).increment(1);
}

/// Counts a pre-checkout: `accepted` or `refused`.
pub fn payment_checkouts_total(outcome: &'static str) {
    counter!("neuralbox_payment_checkouts_total", "outcome" => outcome).increment(1);
}

/// Counts a payment that Telegram reported: `delivered`, `known`, `not_delivered` or `foreign`.
pub fn payments_total(outcome: &'static str) {
    counter!("neuralbox_payments_total", "outcome" => outcome).increment(1);
}

/// Counts a payment that was given back.
pub fn payment_refunds_total() {
    counter!("neuralbox_payment_refunds_total").increment(1);
}

/// Counts a bot update once its outcome is known.
pub fn bot_updates_total(outcome: &'static str) {
    counter!("neuralbox_bot_updates_total", "outcome" => outcome).increment(1);
}

/// Counts a part of an update that this version cannot read: an `update`, a `field` or an `entity`.
pub fn bot_unknown_parts_total(place: &'static str) {
    counter!("neuralbox_bot_unknown_parts_total", "place" => place).increment(1);
}

/// Sets the availability of Redis.
pub fn redis_up(availability: Availability) {
    gauge!("neuralbox_redis_up").set(availability.value());
}

/// Counts a leaked key that GitHub reported, by the label of our answer.
pub fn leak_reports_total(label: &'static str) {
    counter!("neuralbox_leak_reports_total", "label" => label).increment(1);
}

/// Counts an attempt to deliver a notice.
pub fn notice_deliveries_total(outcome: &'static str) {
    counter!("neuralbox_notice_deliveries_total", "outcome" => outcome).increment(1);
}

/// Counts attempts to deliver a broadcast to its recipients.
pub fn broadcast_deliveries_total(outcome: &'static str, count: u64) {
    counter!("neuralbox_broadcast_deliveries_total", "outcome" => outcome).increment(count);
}

/// Counts recipients of a broadcast that the fan-out enqueued.
pub fn broadcast_recipients_enqueued_total(count: u64) {
    counter!("neuralbox_broadcast_recipients_enqueued_total").increment(count);
}

/// Records the time Telegram took to answer one message of a broadcast.
pub fn broadcast_send_duration_seconds(duration: Duration) {
    histogram!("neuralbox_broadcast_send_duration_seconds").record(duration.as_secs_f64());
}

/// Counts a password check or change.
pub fn password_operations_total(outcome: &'static str) {
    counter!("neuralbox_password_operations_total", "outcome" => outcome).increment(1);
}

/// Records the time to compute a password hash, without the wait for a core.
pub fn password_hash_duration_seconds(duration: Duration) {
    histogram!("neuralbox_password_hash_duration_seconds").record(duration.as_secs_f64());
}

/// Counts an attempt to deliver a mail.
pub fn mail_deliveries_total(kind: &'static str, outcome: &'static str) {
    counter!("neuralbox_mail_deliveries_total", "kind" => kind, "outcome" => outcome).increment(1);
}

/// Sets the availability of the mail server.
pub fn mail_up(availability: Availability) {
    gauge!("neuralbox_mail_up").set(availability.value());
}

/// Sets the availability of Telegram.
pub fn telegram_up(availability: Availability) {
    gauge!("neuralbox_telegram_up").set(availability.value());
}
