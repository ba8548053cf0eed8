//! Where an admin works on broadcasts.

use crate::bot::broadcasts::BroadcastQuestion;
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::broadcasts::DraftChange;
use crate::domain::broadcasts::cards::StatusCard;
use crate::messages::Screen;
use crate::messages::broadcasts::editor;
use crate::messages::localizer::Localizer;
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState};

/// How long an answer is waited for, in seconds: a notice takes its time to write.
pub(super) const DIALOGUE_SECS: i64 = 86_400;

/// An admin in their chat.
pub(crate) struct BroadcastEditor {
    pub(super) domain: Domain,
    pub(super) admin: Admin,
    pub(super) context: UpdateContext,
    pub(super) localizer: Localizer,
}

impl BroadcastEditor {
    /// That of whoever asks, if they are an admin.
    pub(crate) fn of(domain: &Domain, context: &UpdateContext, localizer: &Localizer) -> Option<Self> {
        let admin = domain.admin(context.person).ok()?;
        Some(Self { domain: domain.clone(), admin, context: context.clone(), localizer: localizer.clone() })
    }

    /// A broadcast.
    pub(super) async fn get(&self, id: BroadcastId) -> Result<Broadcast> {
        self.domain.broadcast(&self.admin, id).await
    }

    /// Changes a draft.
    pub(super) async fn edit(&self, id: BroadcastId, changes: &[DraftChange]) -> Result<Broadcast> {
        self.domain.edit_broadcast(&self.admin, id, changes, None).await
    }

    /// How many people it would reach now. Nobody, if its plan is not there any more: others can be chosen.
    pub(super) async fn count(&self, broadcast: &Broadcast) -> Result<i64> {
        if broadcast.segment.error(self.domain.plans()).is_some() {
            return Ok(0);
        }
        self.domain.count_segment(&self.admin, &broadcast.segment, broadcast.category).await
    }

    /// Waits for an answer.
    pub(super) async fn ask(&self, step: BroadcastQuestion) -> Result<()> {
        self.domain.set_dialogue(self.context.person, &step.encode(), DIALOGUE_SECS).await
    }

    /// Waits for none any more.
    pub(super) async fn forget(&self) -> Result<()> {
        self.domain.clear_dialogue(self.context.person).await
    }

    /// The draft to be written on, or the card of what was started.
    pub(super) async fn show(&self, broadcast: &Broadcast) -> Result<Reply> {
        if broadcast.state == BroadcastState::Draft {
            return self.draft(broadcast).await.map(Reply::Show);
        }
        Ok(Reply::Card(self.card(broadcast), broadcast.id, None))
    }

    /// The same, of the broadcast as it is now.
    pub(super) async fn open(&self, id: BroadcastId) -> Result<Reply> {
        self.show(&self.get(id).await?).await
    }

    /// The same, with a word that goes away by itself.
    pub(super) async fn open_saying(&self, id: BroadcastId, word: String) -> Result<Reply> {
        Ok(match self.open(id).await? {
            Reply::Show(screen) => Reply::ShowAndSay(screen, word),
            Reply::Card(screen, id, _) => Reply::Card(screen, id, Some(word)),
            other => other,
        })
    }

    /// A draft, with the number of those who would get it.
    pub(super) async fn draft(&self, draft: &Broadcast) -> Result<Screen> {
        Ok(editor::draft(&self.localizer, draft, (self.count(draft).await?, self.domain.plans())))
    }

    /// How a broadcast goes.
    pub(super) fn card(&self, broadcast: &Broadcast) -> Screen {
        crate::messages::broadcasts::card::card(&self.localizer, broadcast, self.domain.plans())
    }

    /// The message that was tapped on is no card any more.
    pub(super) async fn let_go(&self) -> Result<()> {
        let Some(message) = self.context.message else { return Ok(()) };
        let (chat_id, message_id) = (self.context.chat, i64::from(message));
        // A message is the card of one broadcast only, whichever.
        self.domain.remove_card(StatusCard { chat_id, message_id, broadcast_id: BroadcastId(0) }).await
    }
}
