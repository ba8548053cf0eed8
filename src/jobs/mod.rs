//! Floor 3, the clock's face: what is done because time has passed.

mod account_deletion;
mod allowance;
pub(crate) mod broadcasts;
pub mod context;
mod key_cache_sync;
pub mod mail;
pub(crate) mod notices;
mod plan_expiry;
pub(crate) mod secret_messages;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::gateway::smtp::SmtpClient;
use crate::jobs::context::JobContext;
use crate::jobs::mail::sender::MailSender;

/// How long uses of keys are gathered, and then in how much time they are written. One that comes just after these fell due waits
/// for their being written, for being gathered, and for its turn: `last_used_at` may be 5 s late, and is at most 4.5 s.
const USE_GATHER_TIME: Duration = Duration::from_millis(1500);
const USE_WRITE_TIME: Duration = Duration::from_millis(1500);
/// The job that does it.
const FLUSH_JOB: &str = "write down when keys were last used";
/// How often people are told whose requests were refused in great numbers.
const RATE_LIMIT_ALERT_INTERVAL: Duration = Duration::from_secs(5);
/// How often what no longer matters is forgotten.
const PURGE_INTERVAL: Duration = Duration::from_hours(1);
/// How often Redis is looked for when it is away.
const REDIS_PROBE_INTERVAL: Duration = Duration::from_secs(1);
/// How often the database's log is copied into its file.
const WAL_CHECKPOINT_INTERVAL: Duration = Duration::from_secs(1);

/// Does every job until `stop`, then once more what must not be lost.
pub async fn run(context: JobContext, mailer: Option<SmtpClient>, stop: CancellationToken) {
    let domain = &context.domain;
    let allowance = allowance::run(domain.clone(), stop.clone());
    let expiry = plan_expiry::run(domain.clone(), stop.clone());
    let leaving = account_deletion::run(domain.clone(), stop.clone());
    let often =
        async { tokio::join!(flush_uses(domain, &stop), run_periodic(domain, &stop), checkpoint_wal(domain, &stop)) };
    let sync = key_cache_sync::run(domain, &stop);
    let chat = Box::pin(chat(&context, &stop));
    let mails = Box::pin(mails(&context, mailer, &stop));
    tokio::join!(sync, allowance, expiry, leaving, often, chat, mails);
    log_failure(FLUSH_JOB, domain.flush_last_used().await);
}

/// What people see in chat: notices, broadcasts and their cards, and secrets that disappear.
async fn chat(context: &JobContext, stop: &CancellationToken) {
    tokio::join!(
        context.deliver_notices(stop.clone()),
        context.delete_secret_messages(stop.clone()),
        context.update_cards(stop.clone()),
        context.deliver_broadcasts(stop.clone())
    );
}

/// Sends mails, if there is a server for them.
async fn mails(context: &JobContext, mailer: Option<SmtpClient>, stop: &CancellationToken) {
    if let Some(mailer) = mailer {
        MailSender::new(context.domain.clone(), mailer, Arc::clone(&context.texts)).run(stop.clone()).await;
    }
}

/// Every so often, and sooner when many keys are in use.
async fn flush_uses(domain: &Domain, stop: &CancellationToken) {
    let pause = async |long: Duration| {
        tokio::select! {
            _ = tokio::time::timeout(long, stop.cancelled()) => {}
            () = domain.wait_for_many_uses() => {}
        }
    };
    while !stop.is_cancelled() {
        pause(USE_GATHER_TIME).await;
        let portions = u32::try_from(domain.mark_uses_due()).unwrap_or(u32::MAX);
        let mut written = domain.write_uses().await;
        while matches!(written, Ok(true)) {
            if !domain.has_many_uses() {
                pause(USE_WRITE_TIME / portions.max(1)).await;
            }
            written = domain.write_uses().await;
        }
        log_failure(FLUSH_JOB, written);
    }
}

/// What is done every so often.
async fn run_periodic(domain: &Domain, stop: &CancellationToken) {
    let mut storms = interval(RATE_LIMIT_ALERT_INTERVAL);
    let mut forget = interval(PURGE_INTERVAL);
    let mut mend = interval(REDIS_PROBE_INTERVAL);
    mend.set_missed_tick_behavior(MissedTickBehavior::Delay);
    storms.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = storms.tick() => log_failure("tell whose requests were refused", domain.add_rate_limit_alerts().await),
            _ = forget.tick() => log_failure("forget what no longer matters", domain.purge_sessions().await),
            _ = mend.tick() => domain.probe_redis().await,
            () = stop.cancelled() => break,
        }
    }
}

/// On its own: it takes as long as the disk does.
async fn checkpoint_wal(domain: &Domain, stop: &CancellationToken) {
    while tokio::time::timeout(WAL_CHECKPOINT_INTERVAL, stop.cancelled()).await.is_err() {
        log_failure("copy the database's log into its file", domain.checkpoint_wal().await);
    }
}

fn log_failure<T>(job: &str, outcome: crate::domain::Result<T>) {
    if let Err(fault) = outcome {
        tracing::warn!(?fault, "could not {job}; tried again later");
    }
}
