//! The expiry job enqueues notices about plans that end and keys that expire, at the start and every hour.

use std::time::Duration;

use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::jobs::log_failure;

/// Interval between runs, and so the longest delay of a notice.
const CHECK_INTERVAL: Duration = Duration::from_hours(1);

/// Enqueues due notices until `stop`. A run that fails is made up for by the next one.
pub(super) async fn run(domain: Domain, stop: CancellationToken) {
    let mut check = interval(CHECK_INTERVAL);
    loop {
        tokio::select! {
            _ = check.tick() => {
                log_failure("plan expiry notices", domain.add_expiry_notices().await);
                log_failure("key expiry notices", domain.add_key_expiry_notices().await);
            }
            () = stop.cancelled() => break,
        }
    }
}
