//! Cards: messages in admins' chats that show how a broadcast goes. Each is edited by one instance, at most every 3 seconds.

use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::error::Result;
use crate::model::broadcasts::{Broadcast, BroadcastId};
use crate::model::text::language::Language;
use crate::store::broadcasts::cards::{AddCard, IdleCard, LeaseCards, RemoveCard};

pub use crate::store::broadcasts::cards::StatusCard;

impl Domain {
    /// Has a message show how a broadcast goes from here on. It shows it already: the first edit comes later.
    pub async fn show_card(&self, admin: &Admin, id: BroadcastId, chat_id: i64, message_id: i64) -> Result<()> {
        self.broadcast(admin, id).await?;
        let card = StatusCard { chat_id, message_id, broadcast_id: id };
        Ok(self.inner.store.write(AddCard { card, millis: self.millis() }).await?)
    }

    /// Takes cards in hand that may be edited, with how their broadcasts go. Nobody else does within 3 seconds; then they
    /// are due again, unless [`Domain::record_card_result`] lets them rest.
    pub async fn lease_cards(&self, limit: i64) -> Result<Vec<(StatusCard, Broadcast)>> {
        let millis = self.millis();
        if !self.inner.store.has_due_cards(millis).await? {
            return Ok(Vec::new());
        }
        let mut due = Vec::new();
        for card in self.inner.store.write(LeaseCards { limit, millis }).await? {
            match self.inner.store.broadcast(card.broadcast_id).await? {
                Some(line) => due.push((card, self.broadcast_of(line).await?)),
                None => self.remove_card(card).await?,
            }
        }
        Ok(due)
    }

    /// A card shows that broadcast as it was taken. If nothing happens to it by itself any more, the card rests until
    /// somebody does something to it.
    pub async fn record_card_result(&self, card: StatusCard, shown: &Broadcast) -> Result<()> {
        if shown.state.is_at_rest() {
            let tally = shown.counts.settled() + shown.counts.retracted + shown.counts.not_deleted;
            self.inner.store.write(IdleCard { card, state: shown.state.as_str(), tally }).await?;
        }
        Ok(())
    }

    /// A card is gone, or replaced by another.
    pub async fn remove_card(&self, card: StatusCard) -> Result<()> {
        Ok(self.inner.store.write(RemoveCard { card }).await?)
    }
    /// The language an admin chose, or that of their Telegram; none if they never came.
    pub async fn language_of(&self, admin: &Admin) -> Result<Option<Language>> {
        let Some(person) = admin.who() else { return Ok(None) };
        let tag = self.inner.store.language_of(person).await?;
        Ok(tag.as_deref().and_then(Language::from_tag))
    }
}
