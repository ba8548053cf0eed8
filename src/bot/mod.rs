//! Floor 3, the chat's face: the Telegram bot.
//!
//! An update goes through `updates` (in order for each person, once each, a panic ends that update only), becomes an
//! [`incoming::Ask`] (who wants what), walks down [`tree`], and the [`reply::Reply`] of its handler is delivered. A handler calls
//! one verb of the domain and says what to show; texts are in `locales/`, keyboards and screens are pure functions.

mod accounts;
mod admin;
mod api_keys;
mod broadcasts;
mod context;
mod incoming;
mod notices;
pub(crate) mod reply;
mod routes;
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
use self::updates::chat_queue::ChatQueues;

pub use self::updates::webhook::webhook;

/// Where updates come from.
#[derive(Clone, Debug)]
pub enum UpdateSource {
    /// We ask for them.
    Polling,
    /// Telegram pushes them to this URL, with this secret.
    Webhook(Url, Secret),
}

/// The bot. Cheap to clone.
#[derive(Clone)]
pub struct Bot {
    context: Arc<BotContext>,
    chat_queues: ChatQueues,
}

impl Bot {
    /// Builds it. Calls nothing yet.
    #[must_use]
    pub fn new(domain: Domain, telegram: Telegram, link: ConnectionStatus, texts: Arc<Texts>) -> Self {
        let context = BotContext { domain, telegram, link, texts, tree: routes::tree() };
        Self { context: Arc::new(context), chat_queues: ChatQueues::default() }
    }

    /// Takes updates from `source` until `stop`, then finishes those in hand. Telegram away at the start or later is no
    /// reason to end: it is asked again and again, and the link says what is wrong.
    pub async fn run(&self, source: UpdateSource, stop: CancellationToken) {
        match source {
            UpdateSource::Polling => updates::polling::run(self, stop).await,
            UpdateSource::Webhook(url, secret) => {
                updates::webhook::finish_parked(self, &stop).await;
                updates::webhook::register_webhook(self, url, secret, stop).await;
            }
        }
        self.chat_queues.finish().await;
    }
}
