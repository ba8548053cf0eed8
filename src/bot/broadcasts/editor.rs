//! Where an admin works on broadcasts.

use crate::bot::broadcasts::Step;
use crate::bot::context::Result;
use crate::bot::incoming::Turn;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::broadcasts::Change;
use crate::domain::broadcasts::cards::Card;
use crate::messages::Screen;
use crate::messages::broadcasts::editor;
use crate::messages::localizer::Speaker;
use crate::model::broadcasts::{Broadcast, BroadcastId, State};

/// How long an answer is waited for, in seconds: a notice takes its time to write.
pub(super) const WAIT: i64 = 86_400;

/// An admin in their chat.
pub(crate) struct Desk {
    pub(super) domain: Domain,
    pub(super) admin: Admin,
    pub(super) turn: Turn,
    pub(super) speaker: Speaker,
}

impl Desk {
    /// That of whoever asks, if they are an admin.
    pub(crate) fn of(domain: &Domain, turn: &Turn, speaker: &Speaker) -> Option<Self> {
        let admin = domain.admin(turn.person).ok()?;
        Some(Self { domain: domain.clone(), admin, turn: turn.clone(), speaker: speaker.clone() })
    }

    /// A broadcast.
    pub(super) async fn get(&self, id: BroadcastId) -> Result<Broadcast> {
        self.domain.broadcast(&self.admin, id).await
    }

    /// Changes a draft.
    pub(super) async fn edit(&self, id: BroadcastId, changes: &[Change]) -> Result<Broadcast> {
        self.domain.edit_broadcast(&self.admin, id, changes, None).await
    }

    /// How many people it would reach now. Nobody, if its plan is not there any more: others can be chosen.
    pub(super) async fn count(&self, broadcast: &Broadcast) -> Result<i64> {
        if broadcast.segment.flaw(self.domain.plans()).is_some() {
            return Ok(0);
        }
        self.domain.count_segment(&self.admin, &broadcast.segment, broadcast.category).await
    }

    /// Waits for an answer.
    pub(super) async fn ask(&self, step: Step) -> Result<()> {
        self.domain.remember_question(self.turn.person, &step.encode(), WAIT).await
    }

    /// Waits for none any more.
    pub(super) async fn forget(&self) -> Result<()> {
        self.domain.forget_question(self.turn.person).await
    }

    /// The draft to be written on, or the card of what was started.
    pub(super) async fn show(&self, broadcast: &Broadcast) -> Result<Reply> {
        if broadcast.state == State::Draft {
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
        Ok(editor::draft(&self.speaker, draft, (self.count(draft).await?, self.domain.plans())))
    }

    /// How a broadcast goes.
    pub(super) fn card(&self, broadcast: &Broadcast) -> Screen {
        crate::messages::broadcasts::card::card(&self.speaker, broadcast, self.domain.plans())
    }

    /// The message that was tapped on is no card any more.
    pub(super) async fn let_go(&self) -> Result<()> {
        let Some(message) = self.turn.message else { return Ok(()) };
        let (chat_id, message_id) = (self.turn.chat, i64::from(message));
        // A message is the card of one broadcast only, whichever.
        self.domain.forget_card(Card { chat_id, message_id, broadcast_id: BroadcastId(0) }).await
    }
}
