//! Status of the connection to Telegram, for readiness and for pages that show the bot's name.

use std::sync::{Arc, PoisonError, RwLock};

use crate::telemetry;
use crate::telemetry::metrics::Availability;

/// Status shared by the bot, the readiness check and the pages. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct ConnectionStatus {
    state: Arc<RwLock<ConnectionState>>,
}

#[derive(Debug)]
struct ConnectionState {
    bot: Option<String>,
    error: Option<String>,
}

impl Default for ConnectionState {
    fn default() -> Self {
        Self { bot: None, error: Some("not connected yet".to_owned()) }
    }
}

impl ConnectionStatus {
    /// Records the bot's username as `getMe` returned it.
    pub fn known_as(&self, username: &str) {
        self.change(|state| state.bot = Some(username.to_owned()));
    }

    /// Records that Telegram answers.
    pub fn up(&self) {
        telemetry::metrics::telegram_up(Availability::Up);
        self.change(|state| state.error = None);
    }

    /// Records that Telegram does not answer, or answers with an error. Returns true if the reason is new and worth a
    /// log line.
    #[must_use]
    pub fn down(&self, error: &str) -> bool {
        telemetry::metrics::telegram_up(Availability::Down);
        let mut is_new = false;
        self.change(|state| {
            is_new = state.error.as_deref() != Some(error);
            state.error = Some(error.to_owned());
        });
        is_new
    }

    /// Returns the bot's username, once Telegram has sent it.
    #[must_use]
    pub fn bot(&self) -> Option<String> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).bot.clone()
    }

    /// Returns the reason Telegram is unavailable, or `None` while it answers.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).error.clone()
    }

    fn change(&self, change: impl FnOnce(&mut ConnectionState)) {
        change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
    }
}
