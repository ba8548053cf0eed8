//! What to do when Telegram is away: say so, wait a little longer each time, and try again.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::gateway::telegram::{Link, Trouble};

/// How long to wait after the first trouble; doubled up to [`LONGEST`].
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// How long to wait before the next try.
pub(crate) struct Patience(Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Patience {
    /// Notes how a try went. After trouble, waits: as long as Telegram says, else longer each time; not beyond `stop`.
    pub(crate) async fn after(&mut self, outcome: Result<(), Trouble>, link: &Link, stop: &CancellationToken) {
        let Err(trouble) = outcome else {
            link.up();
            self.0 = FIRST;
            return;
        };
        if link.down(&trouble.to_string()) {
            tracing::warn!(%trouble, "Telegram cannot be used; trying again and again");
        }
        let length = if let Trouble::Wait(length) = trouble { length } else { self.0 };
        self.0 = (self.0 * 2).min(LONGEST);
        let _ = tokio::time::timeout(length, stop.cancelled()).await;
    }
}
