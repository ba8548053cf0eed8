//! Plans that end, looked for at the start and every hour.

use std::time::Duration;

use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::jobs::log_failure;

/// How late a warning may be.
const CHECK_INTERVAL: Duration = Duration::from_hours(1);

/// Looks until `stop`. What a fault left out is found the next time.
pub(super) async fn run(domain: Domain, stop: CancellationToken) {
    let mut look = interval(CHECK_INTERVAL);
    loop {
        tokio::select! {
            _ = look.tick() => log_failure("tell whose plan ends", domain.add_expiry_notices().await),
            () = stop.cancelled() => break,
        }
    }
}
