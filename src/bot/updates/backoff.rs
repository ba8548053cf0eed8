//! What to do when Telegram is away: say so, wait a little longer each time, and try again.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::gateway::telegram::{ConnectionStatus, TelegramError};

/// How long to wait after the first trouble; doubled up to [`MAX_BACKOFF`].
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// How long to wait before the next try.
pub(crate) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(FIRST_BACKOFF)
    }
}

impl Backoff {
    /// Notes how a try went. After trouble, waits: as long as Telegram says, else longer each time; not beyond `stop`.
    pub(crate) async fn after(
        &mut self,
        outcome: Result<(), TelegramError>,
        link: &ConnectionStatus,
        stop: &CancellationToken,
    ) {
        let Err(trouble) = outcome else {
            link.up();
            self.0 = FIRST_BACKOFF;
            return;
        };
        if link.down(&trouble.to_string()) {
            tracing::warn!(%trouble, "Telegram cannot be used; trying again and again");
        }
        let length = if let TelegramError::Wait(length) = trouble { length } else { self.0 };
        self.0 = (self.0 * 2).min(MAX_BACKOFF);
        let _ = tokio::time::timeout(length, stop.cancelled()).await;
    }
}
