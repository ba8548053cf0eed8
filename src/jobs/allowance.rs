//! The monthly allowance, looked after at the start and every hour.

use std::time::Duration;

use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use super::note;
use crate::domain::Domain;
use crate::domain::billing::allowance::More;

/// How late the allowance of a new month may be.
const EVERY: Duration = Duration::from_hours(1);

/// How long to wait after a fault.
const PAUSE: Duration = Duration::from_secs(10);

/// Pays what is due until `stop`. Whatever is left when it stops is paid by the next start.
pub(super) async fn run(domain: Domain, stop: CancellationToken) {
    let mut look = interval(EVERY);
    loop {
        tokio::select! {
            _ = look.tick() => while pay(&domain, &stop).await == More::Maybe && !stop.is_cancelled() {},
            () = stop.cancelled() => break,
        }
    }
}

async fn pay(domain: &Domain, stop: &CancellationToken) -> More {
    let outcome = domain.pay_allowances().await;
    if let Ok(more) = outcome {
        return more;
    }
    note("pay the monthly allowance", outcome);
    let _ = tokio::time::timeout(PAUSE, stop.cancelled()).await;
    More::Maybe
}
