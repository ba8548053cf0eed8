//! One way for every update, pushed or asked for: each is handled once, and whoever asked is answered.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::bot::accounts::identities;
use crate::bot::context::BotContext;
use crate::bot::incoming;
use crate::bot::incoming::command::BotCommand;
use crate::bot::incoming::command_menu;
use crate::bot::incoming::{Incoming, UpdateContext, UserAction};
use crate::bot::reply::ReplyContext;
use crate::bot::reply::refusal_text;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::bot_state::updates::{ClaimOutcome, UpdateDisposition};
use crate::domain::notices::deferred_replies::DeferPolicy;
use crate::domain::{Error, Refusal};
use crate::messages;
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::localizer::Localizer;
use crate::messages::{Screen, plain};
use crate::model::accounts::account::TelegramProfile;
use crate::telemetry;

/// How old a command may be that makes a secret or changes somebody's account, in seconds.
const COMMAND_MAX_AGE_SECS: i64 = 600;

/// How often it is said of an update in hand that it still is.
const LEASE_EXTENSION_INTERVAL: Duration = Duration::from_secs(4);

/// What came of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpdateOutcome {
    /// Its work is done, or there was none.
    Done,
    /// Nothing was done, and it should be delivered again.
    Again,
}

impl BotContext {
    /// Handles an update, unless it was handled before.
    pub(in crate::bot) async fn handle_once(&self, update_id: i64, ask: Incoming) -> UpdateOutcome {
        match self.domain.claim_update(update_id).await {
            Ok(ClaimOutcome::Ours) => {}
            Ok(ClaimOutcome::Done) => return UpdateOutcome::Done,
            Ok(ClaimOutcome::InHand) => return UpdateOutcome::Again,
            Err(fault) => {
                tracing::warn!(update_id, ?fault, "an update could not be taken; it will come again");
                return UpdateOutcome::Again;
            }
        }
        let outcome = self.extend_lease_during(update_id, self.handle(ask)).await;
        let how = if outcome == UpdateOutcome::Done { UpdateDisposition::Done } else { UpdateDisposition::GivenBack };
        self.finish(update_id, how).await;
        telemetry::update(if outcome == UpdateOutcome::Done { "handled" } else { "requeued" });
        outcome
    }

    /// Works, and says every few seconds that it still does: else another instance would think this one dead.
    async fn extend_lease_during(&self, update_id: i64, work: impl Future<Output = UpdateOutcome>) -> UpdateOutcome {
        let mut work = std::pin::pin!(work);
        loop {
            if let Ok(outcome) = tokio::time::timeout(LEASE_EXTENSION_INTERVAL, &mut work).await {
                return outcome;
            }
            if let Err(fault) = self.domain.extend_update_lease(update_id).await {
                tracing::warn!(update_id, ?fault, "could not say that an update is still in hand");
            }
        }
    }

    async fn finish(&self, update_id: i64, how: UpdateDisposition) {
        if let Err(fault) = self.domain.finish_update(update_id, how).await {
            tracing::warn!(update_id, ?fault, "an update could not be marked as handled");
        }
    }

    /// What a panic leaves behind: the update is not to come again, the tap's spinner ends, and the person is told.
    pub(in crate::bot) async fn abandon(&self, context: &UpdateContext, localizer: &Localizer) {
        self.finish(context.update_id, UpdateDisposition::Done).await;
        self.send_plain(context, &plain(localizer.text("bot-fault"))).await;
    }

    /// Speaks to someone of whom we know only what their Telegram speaks.
    pub(in crate::bot) fn stranger(&self, ask: &Incoming) -> Localizer {
        Localizer::new(Arc::clone(&self.texts), None, ask.speaks())
    }

    async fn handle(&self, ask: Incoming) -> UpdateOutcome {
        let stranger = self.stranger(&ask);
        let (profile, speaks, want, context) = match ask {
            Incoming::Private { profile, speaks, want, context } => (profile, speaks, want, context),
            Incoming::Reach { reachable, context } => return self.note_reach(&context, reachable).await,
            Incoming::InGroup { context, .. } => {
                let screen = messages::in_group(&stranger, self.link.bot().as_deref());
                self.send_plain(&context, &screen).await;
                return UpdateOutcome::Done;
            }
        };
        let caller = match self.resolve_account(&profile, &context, &stranger).await {
            Ok(caller) => caller,
            Err(outcome) => return outcome,
        };
        let localizer = Localizer::new(Arc::clone(&self.texts), caller.account().chosen_language(), speaks);
        let of = ReplyContext { context: &context, caller: &caller, localizer: &localizer };
        let keeps = matches!(want, UserAction::Tap(Callback::Account(AccountCallback::Keep)));
        if let Some(screen) = identities::instead(&caller, &localizer).filter(|_| !keeps) {
            self.answer(of, &screen).await;
            return UpdateOutcome::Done;
        }
        if let Some(screen) = self.too_late(&want, &context, &localizer) {
            self.answer(of, &screen).await;
            return UpdateOutcome::Done;
        }
        self.dispatch(of, want).await;
        UpdateOutcome::Done
    }

    /// Finds the handler of what they want, and delivers its answer.
    async fn dispatch(&self, of: ReplyContext<'_>, want: UserAction) {
        let ReplyContext { context, caller, localizer } = of;
        let is_start = matches!(want, UserAction::Command(BotCommand::Start));
        if !matches!(want, UserAction::Words(_))
            && let Err(fault) = self.domain.clear_dialogue(context.person).await
        {
            // They turned to something else: what they write next is no answer any more.
            tracing::warn!(update = context.update_id, ?fault, "could not forget what the person was asked");
        }
        let dependencies =
            incoming::dependencies(self.domain.clone(), caller.clone(), localizer.clone(), (want, context.clone()));
        match self.tree.dispatch(dependencies).await {
            ControlFlow::Break(Ok(reply)) => self.deliver(of, reply).await,
            ControlFlow::Break(Err(Error::Refused(refusal))) => {
                self.answer(of, &plain(refusal_text::sentence(localizer, &refusal))).await;
            }
            ControlFlow::Break(Err(Error::Failed(fault))) => {
                let reference = self.domain.random_id();
                tracing::error!(update = context.update_id, reference, %fault, "an ask failed");
                self.answer(of, &plain(localizer.text("bot-fault"))).await;
            }
            ControlFlow::Continue(_) => tracing::error!(update = context.update_id, "no handler is the one"),
        }
        if is_start && self.domain.admin(context.person).is_ok() {
            // Before they wrote for the first time their chat was not there to have a menu.
            command_menu::set_for(self, context.person).await;
        }
    }

    async fn note_reach(&self, context: &UpdateContext, reachable: bool) -> UpdateOutcome {
        if let Err(fault) = self.domain.note_reach(context.person, reachable).await {
            // The next message to them or from them says the same.
            tracing::warn!(update = context.update_id, ?fault, "could not note whether a person can be reached");
        }
        UpdateOutcome::Done
    }

    /// What is said of a command that arrived long after it was sent, if doing it now could surprise.
    fn too_late(&self, want: &UserAction, context: &UpdateContext, localizer: &Localizer) -> Option<Screen> {
        let UserAction::Command(command) = want else { return None };
        let sent_at = context.sent_at.filter(|at| self.domain.now().since(*at) > COMMAND_MAX_AGE_SECS)?;
        // To everyone else the command does not exist.
        let name = command.lasting().filter(|_| !command.is_admins() || self.domain.admin(context.person).is_ok())?;
        Some(messages::too_late(localizer, name, sent_at))
    }

    /// The account of whoever asks; else what becomes of the update.
    async fn resolve_account(
        &self,
        profile: &TelegramProfile,
        context: &UpdateContext,
        stranger: &Localizer,
    ) -> Result<SignedIn, UpdateOutcome> {
        match self.domain.find_or_create_account(profile).await {
            Ok(caller) => return Ok(caller),
            Err(Error::Refused(Refusal::Busy)) => return Err(UpdateOutcome::Again),
            Err(Error::Refused(refusal)) => {
                self.send_plain(context, &plain(refusal_text::sentence(stranger, &refusal))).await
            }
            Err(Error::Failed(fault)) if fault.is_passing() => {
                tracing::warn!(update = context.update_id, %fault, "the person could not be looked up; the update will come again");
                return Err(UpdateOutcome::Again);
            }
            Err(Error::Failed(fault)) => {
                // It would fail every time, and stand in everyone's way.
                tracing::error!(update = context.update_id, %fault, "the person could not be looked up");
                self.send_plain(context, &plain(stranger.text("bot-fault"))).await;
            }
        }
        Err(UpdateOutcome::Done)
    }

    /// Says what no handler says: in a new message, and a tap's spinner ends.
    async fn answer(&self, of: ReplyContext<'_>, screen: &Screen) {
        if let Some(tap) = &of.context.tap {
            let _ = self.telegram.answer(tap, None).await;
        }
        self.send(of, screen, DeferPolicy::Screen).await;
    }

    /// Says something to whom we do not know: in a new message, and a tap's spinner ends.
    pub(in crate::bot) async fn send_plain(&self, context: &UpdateContext, screen: &Screen) {
        if let Some(tap) = &context.tap {
            let _ = self.telegram.answer(tap, None).await;
        }
        if let Err(trouble) = self.telegram.send(context.chat, screen).await {
            tracing::warn!(update = context.update_id, %trouble, "could not send");
        }
    }
}
