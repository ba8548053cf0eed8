//! Floor 4, background work: everything the service does because time has passed.
//!
//! | job | does |
//! |---|---|
//! | `broadcasts` | fans out, delivers and retracts broadcasts, updates status cards |
//! | `notices` | sends notices in chat |
//! | `secret_messages` | deletes chat messages that show a secret |
//! | [`mail`] | sends queued emails |
//! | `key_cache_sync` | keeps the key cache in step with the database |
//! | `plan_expiry` | enqueues notices before and after a plan ends, and before a key expires |
//! | `purchases` | switches plans that end, makes payment requests, reconciles Telegram's transactions |
//! | `allowance` | pays the monthly tokens |
//! | `account_deletion` | deletes accounts whose week to cancel is over |
//!
//! This file holds [`run`] and the short periodic jobs: last-use flush, rate-limit alerts, failed sign-ins, signing key rotation, purge,
//! Redis probe and WAL checkpoint. Every job runs on every instance; leases and conditional updates in the store keep them from doing
//! anything twice. A failed job logs the error and retries later.

mod account_deletion;
mod allowance;
pub(crate) mod broadcasts;
pub mod context;
mod key_cache_sync;
pub mod mail;
pub(crate) mod notices;
mod plan_expiry;
mod purchases;
pub(crate) mod secret_messages;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::gateway::smtp::SmtpClient;
use crate::jobs::context::JobContext;
use crate::jobs::mail::sender::MailSender;

/// Time over which key uses are collected before they are written.
///
/// A use that just misses a flush waits for that flush, for the next collection and for its own write. So
/// `last_used_at` is at most 4.5 s late; the documented limit is 5 s.
const USE_GATHER_TIME: Duration = Duration::from_millis(1500);
/// Time over which one flush spreads its writes.
const USE_WRITE_TIME: Duration = Duration::from_millis(1500);
/// Log name of the flush.
const FLUSH_JOB: &str = "last-use flush";
/// Log name of the job that writes failed sign-ins.
const FAILURE_JOB: &str = "failed sign-ins";
/// Log name of the job that writes uses of refresh tokens.
const TOKEN_USE_JOB: &str = "token uses";
/// Interval at which rate-limit alerts are enqueued.
const RATE_LIMIT_ALERT_INTERVAL: Duration = Duration::from_secs(5);
/// Interval at which failed sign-ins are written.
const SIGN_IN_FAILURE_INTERVAL: Duration = Duration::from_secs(5);
/// Interval at which signing keys are rotated if they are due.
const KEY_ROTATION_INTERVAL: Duration = Duration::from_mins(1);
/// Interval at which old rows are purged.
const PURGE_INTERVAL: Duration = Duration::from_hours(1);
/// Interval at which an unavailable Redis is probed.
const REDIS_PROBE_INTERVAL: Duration = Duration::from_secs(1);
/// Interval of the WAL checkpoints of SQLite.
const WAL_CHECKPOINT_INTERVAL: Duration = Duration::from_secs(1);

/// Runs every job until `stop`, then writes what is counted in memory a final time.
pub async fn run(context: JobContext, mailer: Option<SmtpClient>, stop: CancellationToken) {
    let domain = &context.domain;
    let allowance = allowance::run(domain.clone(), stop.clone());
    let expiry = plan_expiry::run(domain.clone(), stop.clone());
    let deletion = account_deletion::run(domain.clone(), stop.clone());
    let periodic = async {
        tokio::join!(
            flush_uses(domain, &stop),
            run_periodic(domain, &stop),
            purge(domain, &stop),
            checkpoint_wal(domain, &stop)
        )
    };
    let sync = key_cache_sync::run(domain, &stop);
    let chat = Box::pin(chat(&context, &stop));
    let mails = Box::pin(mails(&context, mailer, &stop));
    let purchases = Box::pin(purchases::run(domain, &stop));
    tokio::join!(sync, allowance, expiry, deletion, periodic, chat, mails, purchases);
    log_failure(FLUSH_JOB, domain.flush_last_used().await);
    log_failure(FAILURE_JOB, domain.flush_sign_in_failures().await);
    log_failure(TOKEN_USE_JOB, domain.flush_token_uses().await);
}

/// The jobs that write to chats.
async fn chat(context: &JobContext, stop: &CancellationToken) {
    tokio::join!(
        context.deliver_notices(stop.clone()),
        context.delete_secret_messages(stop.clone()),
        context.update_cards(stop.clone()),
        context.deliver_broadcasts(stop.clone())
    );
}

/// Sends emails if a mail server is configured.
async fn mails(context: &JobContext, mailer: Option<SmtpClient>, stop: &CancellationToken) {
    if let Some(mailer) = mailer {
        MailSender::new(context.domain.clone(), mailer, Arc::clone(&context.texts)).run(stop.clone()).await;
    }
}

/// Flushes key uses at intervals, and sooner when many keys are in use.
async fn flush_uses(domain: &Domain, stop: &CancellationToken) {
    let pause = async |length: Duration| {
        tokio::select! {
            _ = tokio::time::timeout(length, stop.cancelled()) => {}
            () = domain.wait_for_many_uses() => {}
        }
    };
    while !stop.is_cancelled() {
        pause(USE_GATHER_TIME).await;
        let batches = u32::try_from(domain.mark_uses_due()).unwrap_or(u32::MAX);
        let mut written = domain.write_uses().await;
        while matches!(written, Ok(true)) {
            if !domain.has_many_uses() {
                pause(USE_WRITE_TIME / batches.max(1)).await;
            }
            written = domain.write_uses().await;
        }
        log_failure(FLUSH_JOB, written);
    }
}

/// The jobs that are one call each.
async fn run_periodic(domain: &Domain, stop: &CancellationToken) {
    let mut alerts = interval(RATE_LIMIT_ALERT_INTERVAL);
    let mut probe = interval(REDIS_PROBE_INTERVAL);
    let mut failures = interval(SIGN_IN_FAILURE_INTERVAL);
    failures.set_missed_tick_behavior(MissedTickBehavior::Delay);
    probe.set_missed_tick_behavior(MissedTickBehavior::Delay);
    alerts.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut rotation = interval(KEY_ROTATION_INTERVAL);
    rotation.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = alerts.tick() => log_failure("rate-limit alerts", domain.add_rate_limit_alerts().await),
            _ = probe.tick() => domain.probe_redis().await,
            _ = rotation.tick() => log_failure("signing key rotation", domain.rotate_signing_keys_when_due().await),
            _ = failures.tick() => {
                log_failure(FAILURE_JOB, domain.flush_sign_in_failures().await);
                log_failure(TOKEN_USE_JOB, domain.flush_token_uses().await);
            }
            () = stop.cancelled() => break,
        }
    }
}

/// Purges old rows. Runs apart from the other jobs because a backlog takes many pages; a stop ends it after a page.
async fn purge(domain: &Domain, stop: &CancellationToken) {
    let mut due = interval(PURGE_INTERVAL);
    while stop.run_until_cancelled(due.tick()).await.is_some()
        && let Some(purged) = stop.run_until_cancelled(domain.purge()).await
    {
        log_failure("purge", purged);
    }
}

/// Checkpoints the WAL. Runs apart from the other jobs because a slow disk can hold it up.
async fn checkpoint_wal(domain: &Domain, stop: &CancellationToken) {
    while has_passed(WAL_CHECKPOINT_INTERVAL, stop).await {
        log_failure("WAL checkpoint", domain.checkpoint_wal().await);
    }
}

/// Waits for an interval between two polls. Returns false if `stop` came first.
async fn has_passed(interval: Duration, stop: &CancellationToken) -> bool {
    tokio::time::timeout(interval, stop.cancelled()).await.is_err()
}

fn log_failure<T>(job: &str, outcome: crate::domain::Result<T>) {
    if let Err(error) = outcome {
        tracing::warn!(job, ?error, "job: failed, will be retried");
    }
}
