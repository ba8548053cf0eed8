//! Status cards: messages in admins' chats that show the progress of a broadcast. One instance edits each, at most
//! every 3 seconds.

use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::error::Result;
use crate::model::broadcasts::Broadcast;
use crate::store::broadcasts::cards::{AddCard, IdleCard, RemoveCard, ReplaceCard};

pub use crate::store::broadcasts::cards::{CardReader, StatusCard};

impl Domain {
    /// Registers a message as a status card. It already shows the present state, so its first edit comes later.
    pub async fn show_card(&self, admin: &Admin, card: StatusCard) -> Result<()> {
        self.broadcast(admin, card.broadcast_id).await?;
        Ok(self.inner.store.write(AddCard { card, millis: self.millis() }).await?)
    }

    /// Leases cards that are due for an edit, each with its broadcast. A lease lasts 3 seconds. Then the card is due
    /// again, unless [`Domain::record_card_result`] marks it idle.
    pub async fn lease_cards(&self, limit: i64) -> Result<Vec<(StatusCard, Broadcast)>> {
        let mut due = Vec::new();
        for card in self.inner.store.lease_cards(limit, self.millis()).await? {
            match self.inner.store.broadcast(card.broadcast_id).await? {
                Some(line) => due.push((card, self.broadcast_of(line).await?)),
                None => self.remove_card(card).await?,
            }
        }
        Ok(due)
    }

    /// Records the state a card shows. If the broadcast no longer changes without an admin, the card is idle until one
    /// acts on it.
    pub async fn record_card_result(&self, card: StatusCard, shown: &Broadcast) -> Result<()> {
        if shown.state.is_at_rest() {
            let tally = shown.counts.settled() + shown.counts.retracted + shown.counts.not_deleted;
            self.inner.store.write(IdleCard { card, state: shown.state.as_str(), tally }).await?;
        }
        Ok(())
    }

    /// Registers the message that takes the place of a card whose message is gone.
    pub async fn replace_card(&self, gone: StatusCard, message_id: i64) -> Result<()> {
        let card = StatusCard { message_id, ..gone };
        Ok(self.inner.store.write(ReplaceCard { gone, card, millis: self.millis() }).await?)
    }

    /// Forgets a card that was deleted or replaced.
    pub async fn remove_card(&self, card: StatusCard) -> Result<()> {
        Ok(self.inner.store.write(RemoveCard { card }).await?)
    }

    /// Returns how an admin reads a card. One who never wrote to the bot reads the default language, in UTC.
    pub async fn card_reader(&self, admin: &Admin) -> Result<CardReader> {
        let Some(person) = admin.who() else { return Ok(CardReader::default()) };
        Ok(self.inner.store.card_reader(person).await?.unwrap_or_default())
    }
}
