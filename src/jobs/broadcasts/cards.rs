//! The card job updates the status messages of broadcasts. A card is edited by one instance, at most every three
//! seconds.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::domain;
use crate::domain::admin::access::AdminAct;
use crate::domain::broadcasts::cards::{CardReader, StatusCard};
use crate::gateway::telegram::{Destination, OutgoingMessage, TelegramError};
use crate::jobs::context::JobContext;
use crate::jobs::has_passed;
use crate::messages::broadcasts::card;
use crate::messages::localizer::Localizer;
use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::Broadcast;
use crate::model::text::dates::UtcOffset;
use crate::model::text::language::Language;

/// Maximum number of cards edited concurrently. Kept low because replies and the broadcast itself come first.
const MAX_CONCURRENT_EDITS: i64 = 4;
/// Interval at which due cards are looked up.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

impl JobContext {
    /// Updates due cards until `stop`.
    pub async fn update_cards(&self, stop: CancellationToken) {
        while has_passed(POLL_INTERVAL, &stop).await {
            self.update_due().await;
        }
    }

    async fn update_due(&self) {
        match self.domain.lease_cards(MAX_CONCURRENT_EDITS).await {
            Ok(due) => drop(join_all(due.iter().map(|(card, broadcast)| self.edit(*card, broadcast))).await),
            Err(error) => tracing::warn!(?error, "broadcast card: leasing failed, retrying"),
        }
    }

    /// Edits one card. After a temporary failure it falls due again and then shows the state of that moment.
    async fn edit(&self, card: StatusCard, broadcast: &Broadcast) {
        let Some(localizer) = self.localizer_of(card.chat_id).await else { return };
        let screen = card::card(&localizer, broadcast, self.domain.plans());
        let message = i32::try_from(card.message_id).unwrap_or_default();
        let recorded = match self.telegram.edit(card.chat_id, message, &screen).await {
            Ok(()) => self.domain.record_card_result(card, broadcast).await,
            Err(TelegramError::Refused(_) | TelegramError::Gone) => self.replace(card, &screen).await,
            Err(TelegramError::Unreachable(_) | TelegramError::Moved(_)) => self.domain.remove_card(card).await,
            Err(error) => {
                tracing::debug!(broadcast_id = %broadcast.id, %error, "broadcast card: edit failed, will be retried");
                return;
            }
        };
        if let Err(error) = recorded {
            tracing::warn!(broadcast_id = %broadcast.id, ?error, "broadcast card: result not recorded, will retry");
        }
    }

    /// Sends the card in a new message, because the admin has no other way to see the broadcast and to stop it.
    async fn replace(&self, card: StatusCard, screen: &OutgoingMessage) -> domain::Result<()> {
        let thread = card.thread_id.and_then(|thread| i32::try_from(thread).ok());
        match self.telegram.send_silently(Destination { chat: card.chat_id, thread }, screen).await {
            Ok(message) => self.domain.replace_card(card, i64::from(message.0)).await,
            // A new message of unknown outcome is not repeated: the admin would get one every few seconds.
            Err(TelegramError::Wait(_) | TelegramError::Temporary(_)) => Ok(()),
            Err(_) => self.domain.remove_card(card).await,
        }
    }

    /// Localizer for the admin of that chat; `None` if they may no longer send broadcasts.
    async fn localizer_of(&self, chat: i64) -> Option<Localizer> {
        let admin = self.domain.admin_for(TelegramId::new(chat)?, AdminAct::Broadcasts).ok()?;
        let reader = match self.domain.card_reader(&admin).await {
            Ok(reader) => reader,
            Err(error) => {
                tracing::debug!(?error, "broadcast card: language lookup failed, using the default");
                CardReader::default()
            }
        };
        let language = reader.language.as_deref().and_then(Language::from_tag);
        let localizer = Localizer::new(Arc::clone(&self.texts), language, None);
        Some(localizer.by_clock(UtcOffset(reader.utc_offset_minutes)))
    }
}
