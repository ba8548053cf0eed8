//! How the connection to Telegram is, for readiness and for pages that need the bot's name.

use std::sync::{Arc, PoisonError, RwLock};

use crate::telemetry;

/// Shared by whoever talks to Telegram and whoever is asked about it.
#[derive(Clone, Debug, Default)]
pub struct ConnectionStatus {
    state: Arc<RwLock<ConnectionState>>,
}

#[derive(Debug)]
struct ConnectionState {
    bot: Option<String>,
    trouble: Option<String>,
}

impl Default for ConnectionState {
    fn default() -> Self {
        Self { bot: None, trouble: Some("not connected yet".to_owned()) }
    }
}

impl ConnectionStatus {
    /// Telegram answered, and says that the bot is called `@username`.
    pub fn known_as(&self, username: &str) {
        self.change(|state| state.bot = Some(username.to_owned()));
    }

    /// Telegram answers.
    pub fn up(&self) {
        telemetry::telegram_up(true);
        self.change(|state| state.trouble = None);
    }

    /// It does not, or not as it should. Says whether that is news.
    #[must_use]
    pub fn down(&self, why: &str) -> bool {
        telemetry::telegram_up(false);
        let mut news = false;
        self.change(|state| {
            news = state.trouble.as_deref() != Some(why);
            state.trouble = Some(why.to_owned());
        });
        news
    }

    /// The bot's username, once Telegram said it.
    #[must_use]
    pub fn bot(&self) -> Option<String> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).bot.clone()
    }

    /// What is wrong, if anything.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).trouble.clone()
    }

    fn change(&self, change: impl FnOnce(&mut ConnectionState)) {
        change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
    }
}
