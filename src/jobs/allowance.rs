//! The monthly allowance job pays the tokens of the current month, at the start and every hour.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::log_failure;
use crate::domain::Domain;
use crate::domain::billing::allowance::Remaining;

/// Longest interval between runs. A run also begins with the month.
const CHECK_INTERVAL: Duration = Duration::from_hours(1);

/// Pause after an error.
const RETRY_PAUSE: Duration = Duration::from_secs(10);

/// Pays due allowances until `stop`. The next start pays the rest.
pub(super) async fn run(domain: Domain, stop: CancellationToken) {
    while !stop.is_cancelled() {
        while pay(&domain, &stop).await == Remaining::Maybe && !stop.is_cancelled() {}
        let turn = u64::try_from(domain.seconds_to_next_month()).unwrap_or(1).max(1);
        let _ = tokio::time::timeout(CHECK_INTERVAL.min(Duration::from_secs(turn)), stop.cancelled()).await;
    }
}

async fn pay(domain: &Domain, stop: &CancellationToken) -> Remaining {
    let outcome = domain.pay_allowances().await;
    if let Ok(more) = outcome {
        return more;
    }
    log_failure("monthly allowance", outcome);
    let _ = tokio::time::timeout(RETRY_PAUSE, stop.cancelled()).await;
    Remaining::Maybe
}
