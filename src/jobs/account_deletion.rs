//! Accounts whose week to think again is over, looked for every ten minutes.

use std::time::Duration;

use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::jobs::log_failure;

/// How late a deletion may be.
const CHECK_INTERVAL: Duration = Duration::from_mins(10);

/// Deletes what is due until `stop`. Whatever is left when it stops is deleted by the next start.
pub(super) async fn run(domain: Domain, stop: CancellationToken) {
    let mut look = interval(CHECK_INTERVAL);
    loop {
        tokio::select! {
            _ = look.tick() => log_failure("delete accounts whose people left", domain.delete_scheduled().await),
            () = stop.cancelled() => break,
        }
    }
}
