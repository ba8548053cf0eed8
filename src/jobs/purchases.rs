//! Purchase jobs: switch plans that end, make payment requests, and reconcile Telegram's transactions with our
//! purchases.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::jobs::log_failure;

/// Interval at which plans are switched. Shorter than the time by which a turn may be early, so that nobody is without
/// a plan.
const TURN_INTERVAL: Duration = Duration::from_secs(20);
/// Interval at which this instance tries to reconcile. A run that failed is repeated then.
const RECONCILE_INTERVAL: Duration = Duration::from_mins(5);
/// Time within which a run of any instance is recent enough, in seconds: one an hour.
const RECENT_SECS: i64 = 3500;
/// Like [`RECENT_SECS`], at the start: several instances start together, and one run is enough.
const RECENT_AT_START_SECS: i64 = 60;

/// Runs the jobs until `stop`.
pub(super) async fn run(domain: &Domain, stop: &CancellationToken) {
    tokio::join!(turn_plans(domain, stop), make_requests(domain, stop), reconcile(domain, stop));
}

async fn turn_plans(domain: &Domain, stop: &CancellationToken) {
    let mut due = interval(TURN_INTERVAL);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(due.tick()).await.is_some() {
        log_failure("plan turns", domain.turn_plans().await);
    }
}

async fn make_requests(domain: &Domain, stop: &CancellationToken) {
    while stop.run_until_cancelled(domain.wait_for_payment_requests()).await.is_some() {
        log_failure("payment requests", domain.make_payment_requests().await);
    }
}

async fn reconcile(domain: &Domain, stop: &CancellationToken) {
    let mut due = interval(RECONCILE_INTERVAL);
    let mut recent = RECENT_AT_START_SECS;
    while stop.run_until_cancelled(due.tick()).await.is_some() {
        log_failure("payment reconciliation", domain.reconcile_payments(recent).await);
        recent = RECENT_SECS;
    }
}
