//! Floor 4, the Telegram bot.
//!
//! The path of an update:
//!
//! 1. `updates` receives it by long polling or webhook, stores it, and queues it per person. Each update is handled
//!    once and in order; a panic ends only that update.
//! 2. `incoming` parses it: the sender and the requested action.
//! 3. `routes` picks the handler, in the room of the feature (`accounts`, `api_keys`, `broadcasts` …). A handler
//!    calls one operation of the domain and returns a `Reply`.
//! 4. `reply` delivers the `Reply`. What it shows is built by `messages`; texts are in `locales/`.

mod accounts;
mod admin;
mod api_keys;
mod billing;
mod broadcasts;
mod context;
mod incoming;
mod notices;
mod oauth;
pub(crate) mod reply;
mod routes;
mod sessions;
mod sign_in;
pub(crate) mod updates;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use url::Url;

use crate::domain::Domain;
use crate::gateway::telegram::{ConnectionStatus, Telegram};
use crate::model::crypto::secret::Secret;
use crate::model::text::texts::Texts;

use self::context::BotContext;
use self::routes::Tree;
use self::updates::chat_queue::ChatQueues;

pub use self::updates::webhook::webhook;

/// Source of updates.
#[derive(Clone, Debug)]
pub enum UpdateSource {
    /// Long polling with `getUpdates`.
    Polling,
    /// Webhook at this URL, authenticated by this secret.
    Webhook(Url, Secret),
}

/// The bot. Cheap to clone.
#[derive(Clone)]
pub struct Bot {
    context: Arc<BotContext>,
    tree: Tree,
    chat_queues: ChatQueues,
}

impl Bot {
    /// Builds the bot. Calls nothing yet.
    #[must_use]
    pub fn new(domain: Domain, telegram: Telegram, connection: ConnectionStatus, texts: Arc<Texts>) -> Self {
        let context = Arc::new(BotContext { domain, telegram, connection, texts });
        Self { context, tree: routes::tree(), chat_queues: ChatQueues::default() }
    }

    /// Handles updates from `source` until `stop`, then finishes those in flight.
    ///
    /// If Telegram is unavailable, retries with backoff; [`ConnectionStatus`] reports the outage.
    pub async fn run(&self, source: UpdateSource, stop: CancellationToken) {
        match source {
            UpdateSource::Polling => updates::polling::run(self, stop).await,
            UpdateSource::Webhook(url, secret) => {
                self.resume_parked(&stop).await;
                tokio::join!(
                    updates::webhook::register_webhook(self, url, secret, stop.clone()),
                    self.take_over_parked(&stop)
                );
            }
        }
        self.chat_queues.finish().await;
    }
}
