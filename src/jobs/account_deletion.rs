//! The account deletion job deletes accounts whose seven days to cancel are over.

use std::time::Duration;

use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::jobs::log_failure;

/// Interval between runs, and so the longest delay of a deletion.
const CHECK_INTERVAL: Duration = Duration::from_mins(10);

/// Deletes due accounts until `stop`. The next start deletes the rest.
pub(super) async fn run(domain: Domain, stop: CancellationToken) {
    let mut check = interval(CHECK_INTERVAL);
    loop {
        tokio::select! {
            _ = check.tick() => log_failure("account deletion", domain.delete_scheduled().await),
            () = stop.cancelled() => break,
        }
    }
}
