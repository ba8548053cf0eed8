//! Backoff while Telegram is unavailable: reports the outage and waits longer after each failure.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::gateway::telegram::{ConnectionStatus, TelegramError};

/// Pause after the first failure; doubles up to [`MAX_BACKOFF`].
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// Pause before the next attempt.
pub(crate) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(FIRST_BACKOFF)
    }
}

impl Backoff {
    /// Records the outcome of an attempt. After a failure it waits as long as Telegram asks, or else twice as long as
    /// the last time; `stop` ends the wait.
    pub(crate) async fn after(
        &mut self,
        outcome: Result<(), TelegramError>,
        connection: &ConnectionStatus,
        stop: &CancellationToken,
    ) {
        let Err(error) = outcome else {
            connection.up();
            self.0 = FIRST_BACKOFF;
            return;
        };
        if connection.down(&error.to_string()) {
            tracing::warn!(%error, "telegram: unavailable, retrying");
        }
        let pause = if let TelegramError::Wait(pause) = error { pause } else { self.0 };
        self.0 = (self.0 * 2).min(MAX_BACKOFF);
        let _ = tokio::time::timeout(pause, stop.cancelled()).await;
    }
}
