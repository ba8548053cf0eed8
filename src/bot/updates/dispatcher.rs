//! One way for every update, pushed or asked for: each is handled once, and whoever asked is answered.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::bot::accounts::identities;
use crate::bot::context::Parts;
use crate::bot::incoming;
use crate::bot::incoming::command::Command;
use crate::bot::incoming::command_menu;
use crate::bot::incoming::{Ask, Turn, Want};
use crate::bot::reply::Of;
use crate::bot::reply::refusal_text;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::bot_state::updates::{Settle, Taken};
use crate::domain::notices::deferred_replies::Weight;
use crate::domain::{Error, Refusal};
use crate::messages;
use crate::messages::callback_data::{AccountTap, Tap};
use crate::messages::localizer::Speaker;
use crate::messages::{Screen, plain};
use crate::model::accounts::account::TelegramProfile;
use crate::telemetry;

/// How old a command may be that makes a secret or changes somebody's account, in seconds.
const PATIENCE: i64 = 600;

/// How often it is said of an update in hand that it still is.
const HOLD_EVERY: Duration = Duration::from_secs(4);

/// What came of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Its work is done, or there was none.
    Done,
    /// Nothing was done, and it should be delivered again.
    Again,
}

impl Parts {
    /// Handles an update, unless it was handled before.
    pub(in crate::bot) async fn once(&self, update_id: i64, ask: Ask) -> Outcome {
        match self.domain.take_update(update_id).await {
            Ok(Taken::Ours) => {}
            Ok(Taken::Done) => return Outcome::Done,
            Ok(Taken::InHand) => return Outcome::Again,
            Err(fault) => {
                tracing::warn!(update_id, ?fault, "an update could not be taken; it will come again");
                return Outcome::Again;
            }
        }
        let outcome = self.holding(update_id, self.handle(ask)).await;
        let how = if outcome == Outcome::Done { Settle::Done } else { Settle::GivenBack };
        self.settle(update_id, how).await;
        telemetry::update(if outcome == Outcome::Done { "done" } else { "given back" });
        outcome
    }

    /// Works, and says every few seconds that it still does: else another instance would think this one dead.
    async fn holding(&self, update_id: i64, work: impl Future<Output = Outcome>) -> Outcome {
        let mut work = std::pin::pin!(work);
        loop {
            if let Ok(outcome) = tokio::time::timeout(HOLD_EVERY, &mut work).await {
                return outcome;
            }
            if let Err(fault) = self.domain.hold_update(update_id).await {
                tracing::warn!(update_id, ?fault, "could not say that an update is still in hand");
            }
        }
    }

    async fn settle(&self, update_id: i64, how: Settle) {
        if let Err(fault) = self.domain.settle_update(update_id, how).await {
            tracing::warn!(update_id, ?fault, "an update could not be marked as handled");
        }
    }

    /// What a panic leaves behind: the update is not to come again, the tap's spinner ends, and the person is told.
    pub(in crate::bot) async fn give_up(&self, turn: &Turn, speaker: &Speaker) {
        self.settle(turn.update_id, Settle::Done).await;
        self.tell(turn, &plain(speaker.say("bot-fault"))).await;
    }

    /// Speaks to someone of whom we know only what their Telegram speaks.
    pub(in crate::bot) fn stranger(&self, ask: &Ask) -> Speaker {
        Speaker::new(Arc::clone(&self.texts), None, ask.speaks())
    }

    async fn handle(&self, ask: Ask) -> Outcome {
        let stranger = self.stranger(&ask);
        let (profile, speaks, want, turn) = match ask {
            Ask::Private { profile, speaks, want, turn } => (profile, speaks, want, turn),
            Ask::Reach { reachable, turn } => return self.note_reach(&turn, reachable).await,
            Ask::InGroup { turn, .. } => {
                let screen = messages::in_group(&stranger, self.link.bot().as_deref());
                self.tell(&turn, &screen).await;
                return Outcome::Done;
            }
        };
        let caller = match self.meet(&profile, &turn, &stranger).await {
            Ok(caller) => caller,
            Err(outcome) => return outcome,
        };
        let speaker = Speaker::new(Arc::clone(&self.texts), caller.account().chosen_language(), speaks);
        let of = Of { turn: &turn, caller: &caller, speaker: &speaker };
        let keeps = matches!(want, Want::Tap(Tap::Account(AccountTap::Keep)));
        if let Some(screen) = identities::instead(&caller, &speaker).filter(|_| !keeps) {
            self.answer(of, &screen).await;
            return Outcome::Done;
        }
        if let Some(screen) = self.too_late(&want, &turn, &speaker) {
            self.answer(of, &screen).await;
            return Outcome::Done;
        }
        self.obey(of, want).await;
        Outcome::Done
    }

    /// Finds the handler of what they want, and delivers its answer.
    async fn obey(&self, of: Of<'_>, want: Want) {
        let Of { turn, caller, speaker } = of;
        let is_start = matches!(want, Want::Command(Command::Start));
        if !matches!(want, Want::Words(_))
            && let Err(fault) = self.domain.forget_question(turn.person).await
        {
            // They turned to something else: what they write next is no answer any more.
            tracing::warn!(update = turn.update_id, ?fault, "could not forget what the person was asked");
        }
        let dependencies =
            incoming::dependencies(self.domain.clone(), caller.clone(), speaker.clone(), (want, turn.clone()));
        match self.tree.dispatch(dependencies).await {
            ControlFlow::Break(Ok(reply)) => self.deliver(of, reply).await,
            ControlFlow::Break(Err(Error::Refused(refusal))) => {
                self.answer(of, &plain(refusal_text::sentence(speaker, &refusal))).await;
            }
            ControlFlow::Break(Err(Error::Failed(fault))) => {
                let reference = self.domain.random_id();
                tracing::error!(update = turn.update_id, reference, %fault, "an ask failed");
                self.answer(of, &plain(speaker.say("bot-fault"))).await;
            }
            ControlFlow::Continue(_) => tracing::error!(update = turn.update_id, "no handler is the one"),
        }
        if is_start && self.domain.admin(turn.person).is_ok() {
            // Before they wrote for the first time their chat was not there to have a menu.
            command_menu::set_for(self, turn.person).await;
        }
    }

    async fn note_reach(&self, turn: &Turn, reachable: bool) -> Outcome {
        if let Err(fault) = self.domain.note_reach(turn.person, reachable).await {
            // The next message to them or from them says the same.
            tracing::warn!(update = turn.update_id, ?fault, "could not note whether a person can be reached");
        }
        Outcome::Done
    }

    /// What is said of a command that arrived long after it was sent, if doing it now could surprise.
    fn too_late(&self, want: &Want, turn: &Turn, speaker: &Speaker) -> Option<Screen> {
        let Want::Command(command) = want else { return None };
        let sent_at = turn.sent_at.filter(|at| self.domain.now().since(*at) > PATIENCE)?;
        // To everyone else the command does not exist.
        let name = command.lasting().filter(|_| !command.is_admins() || self.domain.admin(turn.person).is_ok())?;
        Some(messages::too_late(speaker, name, sent_at))
    }

    /// The account of whoever asks; else what becomes of the update.
    async fn meet(&self, profile: &TelegramProfile, turn: &Turn, stranger: &Speaker) -> Result<SignedIn, Outcome> {
        match self.domain.meet(profile).await {
            Ok(caller) => return Ok(caller),
            Err(Error::Refused(Refusal::Busy)) => return Err(Outcome::Again),
            Err(Error::Refused(refusal)) => self.tell(turn, &plain(refusal_text::sentence(stranger, &refusal))).await,
            Err(Error::Failed(fault)) if fault.is_passing() => {
                tracing::warn!(update = turn.update_id, %fault, "the person could not be looked up; the update will come again");
                return Err(Outcome::Again);
            }
            Err(Error::Failed(fault)) => {
                // It would fail every time, and stand in everyone's way.
                tracing::error!(update = turn.update_id, %fault, "the person could not be looked up");
                self.tell(turn, &plain(stranger.say("bot-fault"))).await;
            }
        }
        Err(Outcome::Done)
    }

    /// Says what no handler says: in a new message, and a tap's spinner ends.
    async fn answer(&self, of: Of<'_>, screen: &Screen) {
        if let Some(tap) = &of.turn.tap {
            let _ = self.telegram.answer(tap, None).await;
        }
        self.send(of, screen, Weight::Screen).await;
    }

    /// Says something to whom we do not know: in a new message, and a tap's spinner ends.
    pub(in crate::bot) async fn tell(&self, turn: &Turn, screen: &Screen) {
        if let Some(tap) = &turn.tap {
            let _ = self.telegram.answer(tap, None).await;
        }
        if let Err(trouble) = self.telegram.send(turn.chat, screen).await {
            tracing::warn!(update = turn.update_id, %trouble, "could not send");
        }
    }
}
