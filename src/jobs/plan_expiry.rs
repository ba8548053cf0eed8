//! Plans that end, looked for at the start and every hour.

use std::time::Duration;

use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use crate::domain::Domain;
use crate::jobs::note;

/// How late a warning may be.
const EVERY: Duration = Duration::from_hours(1);

/// Looks until `stop`. What a fault left out is found the next time.
pub(super) async fn run(domain: Domain, stop: CancellationToken) {
    let mut look = interval(EVERY);
    loop {
        tokio::select! {
            _ = look.tick() => note("tell whose plan ends", domain.tell_expiry().await),
            () = stop.cancelled() => break,
        }
    }
}
