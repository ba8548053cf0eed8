//! Cards that show how broadcasts go: each is edited by one instance, at most every three seconds.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::domain::broadcasts::cards::StatusCard;
use crate::gateway::telegram::TelegramError;
use crate::jobs::context::JobContext;
use crate::messages::broadcasts::card;
use crate::messages::localizer::Localizer;
use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::Broadcast;

/// How many are edited side by side: replies and the broadcast itself come first.
const MAX_CONCURRENT_EDITS: i64 = 4;
/// How often it is looked for cards that may be edited.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

impl JobContext {
    /// Edits cards until `stop`.
    pub async fn update_cards(&self, stop: CancellationToken) {
        while tokio::time::timeout(POLL_INTERVAL, stop.cancelled()).await.is_err() {
            match self.domain.lease_cards(MAX_CONCURRENT_EDITS).await {
                Ok(due) => drop(join_all(due.iter().map(|(card, broadcast)| self.edit(*card, broadcast))).await),
                Err(fault) => tracing::warn!(?fault, "could not look for cards of broadcasts; looking again"),
            }
        }
    }

    /// Edits one. What cannot be edited now is due again in a moment, and shows what is true then.
    async fn edit(&self, card: StatusCard, broadcast: &Broadcast) {
        let Some(localizer) = self.localizer_of(card.chat_id).await else { return };
        let screen = card::card(&localizer, broadcast, self.domain.plans());
        let message = i32::try_from(card.message_id).unwrap_or_default();
        let settled = match self.telegram.edit(card.chat_id, message, &screen).await {
            Ok(()) => self.domain.record_card_result(card, broadcast).await,
            Err(TelegramError::Refused(_) | TelegramError::Unreachable | TelegramError::Moved(_)) => {
                self.domain.remove_card(card).await
            }
            Err(trouble) => {
                tracing::debug!(broadcast = %broadcast.id, %trouble, "a card could not be edited; edited again soon");
                return;
            }
        };
        if let Err(fault) = settled {
            tracing::warn!(broadcast = %broadcast.id, ?fault, "could not note what a card shows; it is edited again");
        }
    }

    /// Speaks the language of whose chat that is, while they are an admin.
    async fn localizer_of(&self, chat: i64) -> Option<Localizer> {
        let admin = self.domain.admin(TelegramId::new(chat)?).ok()?;
        let spoken = match self.domain.language_of(&admin).await {
            Ok(spoken) => spoken,
            Err(fault) => {
                tracing::debug!(?fault, "could not look up an admin's language");
                None
            }
        };
        Some(Localizer::new(Arc::clone(&self.texts), spoken, None))
    }
}
