//! The monthly allowance, looked after at the start and every hour.

use std::time::Duration;

use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use super::log_failure;
use crate::domain::Domain;
use crate::domain::billing::allowance::Remaining;

/// How late the allowance of a new month may be.
const CHECK_INTERVAL: Duration = Duration::from_hours(1);

/// How long to wait after a fault.
const RETRY_PAUSE: Duration = Duration::from_secs(10);

/// Pays what is due until `stop`. Whatever is left when it stops is paid by the next start.
pub(super) async fn run(domain: Domain, stop: CancellationToken) {
    let mut look = interval(CHECK_INTERVAL);
    loop {
        tokio::select! {
            _ = look.tick() => while pay(&domain, &stop).await == Remaining::Maybe && !stop.is_cancelled() {},
            () = stop.cancelled() => break,
        }
    }
}

async fn pay(domain: &Domain, stop: &CancellationToken) -> Remaining {
    let outcome = domain.pay_allowances().await;
    if let Ok(more) = outcome {
        return more;
    }
    log_failure("pay the monthly allowance", outcome);
    let _ = tokio::time::timeout(RETRY_PAUSE, stop.cancelled()).await;
    Remaining::Maybe
}
