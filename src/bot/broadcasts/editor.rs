//! The broadcast editor: an admin, their chat and what the handlers of broadcasts need.

use crate::bot::broadcasts::BroadcastQuestion;
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::domain::broadcasts::DraftChange;
use crate::domain::broadcasts::cards::StatusCard;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::broadcasts::editor;
use crate::messages::localizer::Localizer;
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState};

/// Time in which an admin can answer, in seconds. Writing a broadcast takes a while.
pub(super) const DIALOGUE_SECS: i64 = 86_400;

/// An admin working on broadcasts in their chat.
pub(crate) struct BroadcastEditor {
    pub(super) domain: Domain,
    pub(super) admin: Admin,
    pub(super) context: UpdateContext,
    pub(super) localizer: Localizer,
}

impl BroadcastEditor {
    /// Editor of the sender; `None` if they are not an admin who may send broadcasts.
    pub(crate) fn of(domain: &Domain, context: &UpdateContext, localizer: &Localizer) -> Option<Self> {
        let admin = domain.admin_for(context.person, AdminAct::Broadcasts).ok()?;
        Some(Self { domain: domain.clone(), admin, context: context.clone(), localizer: localizer.clone() })
    }

    /// Loads a broadcast.
    pub(super) async fn load(&self, id: BroadcastId) -> Result<Broadcast> {
        self.domain.broadcast(&self.admin, id).await
    }

    /// Changes a draft.
    pub(super) async fn edit(&self, id: BroadcastId, changes: &[DraftChange]) -> Result<Broadcast> {
        self.domain.edit_broadcast(&self.admin, id, changes, None).await
    }

    /// Number of recipients if it were sent now. Zero if the segment names a plan that no longer exists, so that the
    /// admin can choose another.
    pub(super) async fn count(&self, broadcast: &Broadcast) -> Result<i64> {
        if broadcast.segment.error(self.domain.plans()).is_some() {
            return Ok(0);
        }
        self.domain.count_segment(&self.admin, &broadcast.segment, broadcast.category).await
    }

    /// Opens a question.
    pub(super) async fn ask(&self, question: BroadcastQuestion) -> Result<()> {
        self.domain.set_dialogue(self.context.person, &question.encode(), DIALOGUE_SECS).await
    }

    pub(super) async fn end_dialogue(&self) -> Result<()> {
        self.domain.clear_dialogue(self.context.person).await.map(drop)
    }

    /// Shows the editor of a draft, or the card of a started broadcast.
    pub(super) async fn show(&self, broadcast: &Broadcast) -> Result<Reply> {
        if broadcast.state == BroadcastState::Draft {
            return self.draft(broadcast).await.map(Reply::Show);
        }
        Ok(Reply::Card(self.card(broadcast), broadcast.id, None))
    }

    /// Loads a broadcast and shows it like [`Self::show`].
    pub(super) async fn open(&self, id: BroadcastId) -> Result<Reply> {
        self.show(&self.load(id).await?).await
    }

    /// Loads a broadcast and shows it with a toast.
    pub(super) async fn open_with_toast(&self, id: BroadcastId, toast: String) -> Result<Reply> {
        Ok(match self.open(id).await? {
            Reply::Show(screen) => Reply::ShowAndSay(screen, toast),
            Reply::Card(screen, id, _) => Reply::Card(screen, id, Some(toast)),
            other => other,
        })
    }

    /// Message of a draft with its current number of recipients.
    pub(super) async fn draft(&self, draft: &Broadcast) -> Result<OutgoingMessage> {
        Ok(editor::draft(&self.localizer, draft, self.count(draft).await?, self.domain.plans()))
    }

    /// Status card of a broadcast.
    pub(super) fn card(&self, broadcast: &Broadcast) -> OutgoingMessage {
        crate::messages::broadcasts::card::card(&self.localizer, broadcast, self.domain.plans())
    }

    /// Stops updating the tapped message as a status card.
    pub(super) async fn release_card(&self) -> Result<()> {
        let Some(message) = self.context.message else { return Ok(()) };
        let (chat_id, message_id) = (self.context.chat, i64::from(message));
        // A message is the card of at most one broadcast, so its id suffices.
        self.domain.remove_card(StatusCard { chat_id, message_id, broadcast_id: BroadcastId(0), thread_id: None }).await
    }
}
