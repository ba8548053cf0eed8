//! Update dispatcher. Polled and pushed updates take the same path; each is handled at most once and always answered.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::bot::accounts::account_deletion;
use crate::bot::billing::contact;
use crate::bot::context::BotContext;
use crate::bot::incoming;
use crate::bot::incoming::command::BotCommand;
use crate::bot::incoming::command_menu;
use crate::bot::incoming::{Incoming, UpdateContext, UserAction};
use crate::bot::reply::refusal_text;
use crate::bot::reply::{Reply, ReplyContext};
use crate::bot::routes::Tree;
use crate::domain::accounts::profile::ChatCaller;
use crate::domain::bot_state::updates::{ClaimOutcome, UpdateDisposition};
use crate::domain::notices::deferred_replies::DeferPolicy;
use crate::domain::{Error, Refusal};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages;
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::localizer::Localizer;
use crate::messages::{plain, with_menu};
use crate::model::accounts::identity::TelegramProfile;
use crate::model::notices::reachability::Reachability;
use crate::telemetry;

/// Maximum age, in seconds, of a command that creates a secret or changes an account.
///
/// An older one may have waited in Telegram's queue during an outage, and executing it now could surprise its sender.
const COMMAND_MAX_AGE_SECS: i64 = 600;

/// Interval at which the lease of an in-flight update is extended.
const LEASE_EXTENSION_INTERVAL: Duration = Duration::from_secs(4);

/// Attempts to record that an update is handled, and their interval: half a minute.
const MAX_FINISH_ATTEMPTS: usize = 150;
const FINISH_RETRY_INTERVAL: Duration = Duration::from_millis(200);

/// Outcome of handling one update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpdateOutcome {
    /// Handled, or ignored.
    Done,
    /// Nothing was done; the update must be handled again.
    Requeue,
}

/// Replies to a sender whose account cannot be used.
struct StrangerReplies {
    localizer: Localizer,
    /// Answer to `/support`, `/paysupport` or `/terms`, which takes the place of a refusal.
    support: Option<OutgoingMessage>,
}

impl BotContext {
    /// Handles an update unless it was already handled.
    pub(in crate::bot) async fn handle_once(&self, tree: &Tree, update_id: i64, incoming: Incoming) -> UpdateOutcome {
        match self.domain.claim_update(update_id).await {
            Ok(ClaimOutcome::Ours) => {}
            Ok(ClaimOutcome::Done) => return UpdateOutcome::Done,
            Ok(ClaimOutcome::NotYet) => return UpdateOutcome::Requeue,
            Err(error) => {
                tracing::warn!(update_id, ?error, "update: claim failed, will be handled again");
                return UpdateOutcome::Requeue;
            }
        }
        let outcome = self.extend_lease_during(update_id, Box::pin(self.handle(tree, incoming))).await;
        let disposition =
            if outcome == UpdateOutcome::Done { UpdateDisposition::Done } else { UpdateDisposition::Requeued };
        self.finish(update_id, disposition).await;
        telemetry::metrics::bot_updates_total(if outcome == UpdateOutcome::Done { "handled" } else { "requeued" });
        outcome
    }

    /// Runs `work` and extends the lease meanwhile, so that no other instance claims the update.
    async fn extend_lease_during(
        &self,
        update_id: i64,
        mut work: impl Future<Output = UpdateOutcome> + Unpin,
    ) -> UpdateOutcome {
        loop {
            if let Ok(outcome) = tokio::time::timeout(LEASE_EXTENSION_INTERVAL, &mut work).await {
                return outcome;
            }
            if let Err(error) = self.domain.extend_update_lease(update_id).await {
                tracing::warn!(update_id, ?error, "update: lease not extended");
            }
        }
    }

    /// Records the disposition. Retries while the database is unavailable: an update that is handled and still stored
    /// would be handled again.
    pub(super) async fn finish(&self, update_id: i64, disposition: UpdateDisposition) {
        for _ in 0..MAX_FINISH_ATTEMPTS {
            let Err(error) = self.domain.finish_update(update_id, disposition).await else { return };
            tracing::warn!(update_id, ?error, "update: disposition not recorded");
            if disposition == UpdateDisposition::Requeued {
                // Its lease expires.
                return;
            }
            let _ = tokio::time::timeout(FINISH_RETRY_INTERVAL, std::future::pending::<()>()).await;
        }
    }

    /// Cleans up after a panic: the update is not handled again, the tap's spinner ends and the person gets an
    /// error message.
    pub(in crate::bot) async fn abandon(&self, context: &UpdateContext, localizer: &Localizer) {
        let answer = async {
            self.send_plain(context, &with_menu(localizer, localizer.text("bot-fault"))).await;
            UpdateOutcome::Done
        };
        self.extend_lease_during(context.update_id, Box::pin(answer)).await;
        self.finish(context.update_id, UpdateDisposition::Done).await;
    }

    /// Localizer for a person without an account yet: only the language of their Telegram app is known.
    pub(in crate::bot) fn stranger(&self, incoming: &Incoming) -> Localizer {
        Localizer::new(Arc::clone(&self.texts), None, incoming.telegram_language())
    }

    async fn handle(&self, tree: &Tree, incoming: Incoming) -> UpdateOutcome {
        let stranger = self.stranger(&incoming);
        let (profile, telegram_language, action, update) = match incoming {
            Incoming::Private { profile, telegram_language, action, context } => {
                (profile, telegram_language, action, context)
            }
            Incoming::Membership { reachability, context } => {
                return self.record_reachability(&context, reachability).await;
            }
            Incoming::Payment { report, context } => return self.record_report(&context, report).await,
            Incoming::PastedInGroup { keys, context, .. } => {
                self.delete_pasted_in_group(&context, &stranger, &keys).await;
                return UpdateOutcome::Done;
            }
            Incoming::InGroup { context, .. } => {
                let screen = messages::in_group(&stranger, self.connection.bot().as_deref());
                self.send_plain(&context, &screen).await;
                return UpdateOutcome::Done;
            }
        };
        let support = match &action {
            UserAction::Command(command) => contact::for_stranger(&stranger, &self.domain, command),
            _ => None,
        };
        let stranger = StrangerReplies { localizer: stranger, support };
        let ChatCaller { caller, arrival } = match self.resolve_account(&profile, &update, &stranger).await {
            Ok(caller) => caller,
            Err(outcome) => return outcome,
        };
        let account = caller.account();
        let localizer = Localizer::new(Arc::clone(&self.texts), account.chosen_language(), telegram_language)
            .by_clock(account.utc_offset());
        let cancels = matches!(action, UserAction::Tap(Callback::Account(AccountCallback::CancelDeletion)));
        let context = ReplyContext { update, caller, localizer, arrival };
        if let Some(screen) = account_deletion::instead(&context).filter(|_| !cancels && stranger.support.is_none()) {
            self.deliver(&context, Reply::Show(screen)).await;
            return UpdateOutcome::Done;
        }
        if let Some(screen) = self.too_late(&action, &context) {
            self.answer(&context, &screen).await;
            return UpdateOutcome::Done;
        }
        self.dispatch(tree, context, action).await;
        UpdateOutcome::Done
    }

    /// Runs the handler of the requested action and delivers its reply.
    async fn dispatch(&self, tree: &Tree, mut context: ReplyContext, action: UserAction) {
        let is_start = matches!(action, UserAction::Command(BotCommand::Start));
        let outcome = match self.settle_question(&mut context, action).await {
            Ok(action) => tree.dispatch(incoming::dependencies(self.domain.clone(), context.clone(), action)).await,
            Err(error) => ControlFlow::Break(Err(error)),
        };
        let update = &context.update;
        match outcome {
            ControlFlow::Break(Ok(reply)) => self.deliver(&context, reply).await,
            ControlFlow::Break(Err(Error::Refused(refusal))) => {
                self.deliver(&context, refusal_text::reply(&context, &refusal, &self.domain).await).await;
            }
            ControlFlow::Break(Err(Error::Failed(error))) => {
                let reference = self.domain.random_id();
                tracing::error!(update_id = update.update_id, reference, %error, "update: handler failed");
                let screen = with_menu(&context.localizer, context.localizer.text("bot-fault"));
                self.answer(&context, &screen).await;
            }
            ControlFlow::Continue(_) => tracing::error!(update_id = update.update_id, "update: no handler"),
        }
        if is_start && self.domain.admin(update.person).is_ok() {
            // Telegram refuses a menu for a chat that does not exist yet, and this may be the admin's first message.
            command_menu::set_for(self, update.person).await;
        }
    }

    async fn record_reachability(&self, context: &UpdateContext, reachability: Reachability) -> UpdateOutcome {
        if let Err(error) = self.domain.record_reachability(context.person, reachability).await {
            // The next message to or from them corrects it.
            tracing::warn!(update_id = context.update_id, ?error, "reachability: not recorded");
        }
        UpdateOutcome::Done
    }

    /// Reply to a command with lasting effects that is older than [`COMMAND_MAX_AGE_SECS`].
    fn too_late(&self, action: &UserAction, context: &ReplyContext) -> Option<OutgoingMessage> {
        let UserAction::Command(command) = action else { return None };
        let sent_at = context.update.sent_at.filter(|at| self.domain.now().since(*at) > COMMAND_MAX_AGE_SECS)?;
        // For anyone whose role does not allow it, an admin command does not exist.
        let may = |act| self.domain.admin_for(context.update.person, act).is_ok();
        let name = command.lasting().filter(|_| command.admin_act().is_none_or(may))?;
        Some(messages::too_late(&context.localizer, name, sent_at))
    }

    /// Account of the sender, created if necessary. An error is the outcome of the update.
    async fn resolve_account(
        &self,
        profile: &TelegramProfile,
        context: &UpdateContext,
        stranger: &StrangerReplies,
    ) -> Result<ChatCaller, UpdateOutcome> {
        match self.domain.chat_caller(profile).await {
            Ok(caller) => return Ok(caller),
            Err(Error::Refused(Refusal::Busy)) => return Err(UpdateOutcome::Requeue),
            Err(Error::Refused(refusal)) => {
                let refused = plain(refusal_text::sentence(&stranger.localizer, &refusal));
                self.send_plain(context, stranger.support.as_ref().unwrap_or(&refused)).await;
            }
            Err(Error::Failed(error)) if error.is_passing() => {
                tracing::warn!(
                    update_id = context.update_id,
                    %error,
                    "update: account lookup failed, will be handled again"
                );
                return Err(UpdateOutcome::Requeue);
            }
            Err(Error::Failed(error)) => {
                // It would fail every time and block the updates behind it.
                tracing::error!(update_id = context.update_id, %error, "update: account lookup failed");
                let localizer = &stranger.localizer;
                self.send_plain(context, &with_menu(localizer, localizer.text("bot-fault"))).await;
            }
        }
        Err(UpdateOutcome::Done)
    }

    /// Replies without a handler, in a new message, and ends the spinner of a tap.
    async fn answer(&self, context: &ReplyContext, screen: &OutgoingMessage) {
        if let Some(tap) = &context.update.tap {
            let _ = self.telegram.answer(tap, None).await;
        }
        self.send(context, screen, DeferPolicy::Screen).await;
    }

    /// Replies to a person without an account, in a new message, and ends the spinner of a tap.
    pub(in crate::bot) async fn send_plain(&self, context: &UpdateContext, screen: &OutgoingMessage) {
        if let Some(tap) = &context.tap {
            let _ = self.telegram.answer(tap, None).await;
        }
        if let Err(error) = self.telegram.send(context.destination(), screen).await {
            tracing::warn!(update_id = context.update_id, %error, "reply: sending failed");
        }
    }
}
