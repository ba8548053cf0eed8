//! What a handler wants shown, and how it gets there.

pub(crate) mod refusal_text;

use crate::bot::context::BotContext;
use crate::bot::incoming::UpdateContext;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::notices::deferred_replies::DeferPolicy;
use crate::gateway::telegram::TelegramError;
use crate::messages;
use crate::messages::Screen;
use crate::messages::api_keys::keys::{MessageDeletion, PastedKeys};
use crate::messages::keyboard::{addresses_in_text, logins_as_links, without_markup};
use crate::messages::localizer::Localizer;
use crate::model::api_key::KeyId;
use crate::model::broadcasts::{BroadcastContent, BroadcastId};
use crate::model::notices::notice::Notice;
use crate::model::text::language::Language;

/// After how many seconds a reply is said again that got lost, or may have.
const DEFER_AFTER_SECS: i64 = 2;

/// What a handler answers.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Show this: in the message that was tapped on, or in a new one.
    Show(Screen),
    /// Show this in a new message, whatever was tapped.
    Send(Screen),
    /// Show this, and a word over it that goes away by itself.
    ShowAndSay(Screen, String),
    /// Show a secret. If it is not certain to have arrived, it is made worthless.
    Reveal(Screen, UndeliveredSecret),
    /// Show nothing but a word over the chat that goes away by itself.
    Say(String),
    /// Delete the message that was tapped on.
    DeleteTapped(String),
    /// Delete the person's message, which holds API keys, and say whose they are.
    Rescue(PastedKeys),
    /// Show how a broadcast goes, from now on, and a word over it if there is one.
    Card(Screen, BroadcastId, Option<String>),
    /// Show a broadcast just as it will look, and then ask something about it.
    Preview(Box<BroadcastPreview>),
    /// Send a file that is made for them.
    File {
        /// What it is called.
        name: String,
        /// What is in it.
        content: String,
        /// What stands below it.
        caption: String,
    },
}

/// A broadcast as it will look.
#[derive(Debug)]
pub(crate) struct BroadcastPreview {
    /// Which.
    pub(crate) id: BroadcastId,
    /// What it says.
    pub(crate) content: BroadcastContent,
    /// In which languages it is shown.
    pub(crate) languages: Vec<Language>,
    /// What is shown below, if all of it could be.
    pub(crate) then: Screen,
    /// What is asked by that.
    pub(crate) question: String,
}

/// A secret that may not have been seen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum UndeliveredSecret {
    /// That of a new key.
    New(KeyId),
    /// The next one of a key that has another, which works on for so many seconds.
    Next(KeyId, i64),
}

/// Whom a reply is for, and where the ask came from.
#[derive(Clone, Copy)]
pub(super) struct ReplyContext<'a> {
    pub(super) context: &'a UpdateContext,
    pub(super) caller: &'a SignedIn,
    pub(super) localizer: &'a Localizer,
}

impl BotContext {
    /// Delivers a reply to where the ask came from. Every tap is answered, whatever else fails.
    pub(super) async fn deliver(&self, of: ReplyContext<'_>, reply: Reply) {
        let context = of.context;
        let word = match &reply {
            Reply::ShowAndSay(_, word) | Reply::DeleteTapped(word) | Reply::Say(word) => Some(word.as_str()),
            Reply::Card(_, _, word) => word.as_deref(),
            _ => None,
        };
        if let Some(tap) = &context.tap {
            record_secret(context, "answer the tap", self.telegram.answer(tap, word).await);
        }
        match reply {
            Reply::Show(screen) | Reply::ShowAndSay(screen, _) => _ = self.show(of, &screen).await,
            Reply::Send(screen) => _ = self.send(of, &screen, DeferPolicy::Screen).await,
            Reply::Reveal(screen, secret) => self.reveal(of, &screen, secret).await,
            Reply::DeleteTapped(_) => self.delete_tapped(context).await,
            Reply::Say(_) => {}
            Reply::Rescue(found) => {
                let gone = if self.delete(context).await { MessageDeletion::Yes } else { MessageDeletion::No };
                for screen in messages::api_keys::keys::pasted_keys(of.localizer, &found, gone) {
                    self.send(of, &screen, DeferPolicy::Screen).await;
                }
            }
            Reply::Card(screen, id, _) => self.show_card(of, &screen, id).await,
            Reply::Preview(preview) => self.preview(of, *preview).await,
            Reply::File { name, content, caption } => {
                record_secret(
                    context,
                    "send a file",
                    self.telegram.send_file(context.chat, (name, content), caption).await,
                );
            }
        }
    }

    /// Into the message that was tapped on, so that the chat does not fill up; a new one when that is not to be. The message
    /// that shows it, if one does.
    pub(super) async fn show(&self, of: ReplyContext<'_>, screen: &Screen) -> Option<i32> {
        if let (Some(_), Some(message)) = (&of.context.tap, of.context.message) {
            let mut outcome = self.telegram.edit(of.context.chat, message, screen).await;
            if let (Err(TelegramError::Refused(_)), Some(links)) = (&outcome, logins_as_links(screen)) {
                outcome = self.telegram.edit(of.context.chat, message, &links).await;
            }
            match outcome {
                Err(TelegramError::Refused(_)) => {}
                outcome => {
                    self.send_or_defer(of, screen, (outcome, DeferPolicy::Screen)).await;
                    return Some(message);
                }
            }
        }
        self.send(of, screen, DeferPolicy::Screen).await
    }

    /// Says something in a new message; later, if Telegram does not take it now. Which message, if it was sent for certain.
    pub(super) async fn send(&self, of: ReplyContext<'_>, screen: &Screen, weight: DeferPolicy) -> Option<i32> {
        let mut outcome = self.telegram.send(of.context.chat, screen).await;
        let links = logins_as_links(screen);
        if let (Err(TelegramError::Refused(_)), Some(links)) = (&outcome, &links) {
            outcome = self.telegram.send(of.context.chat, links).await;
        }
        if let (Err(TelegramError::Refused(_)), Some(in_text)) =
            (&outcome, addresses_in_text(links.as_ref().unwrap_or(screen)))
        {
            outcome = self.telegram.send(of.context.chat, &in_text).await;
        }
        if matches!(outcome, Err(TelegramError::Refused(_))) {
            // Better without its markup, and without its end, than not at all.
            outcome = self.telegram.send(of.context.chat, &without_markup(screen)).await;
        }
        let sent = outcome.as_ref().ok().map(|message| message.0);
        self.send_or_defer(of, screen, (outcome.map(drop), weight)).await;
        sent
    }

    /// What Telegram did not take is kept, and said when it does; what it may have taken is said once more, for silence is worse.
    /// A secret is not kept: whoever asked for it is asked to ask again.
    async fn send_or_defer(
        &self,
        of: ReplyContext<'_>,
        screen: &Screen,
        (outcome, weight): (Result<(), TelegramError>, DeferPolicy),
    ) {
        let seconds = match &outcome {
            Err(TelegramError::Wait(length)) => i64::try_from(length.as_secs()).unwrap_or(i64::MAX).max(1),
            Err(TelegramError::Temporary(_) | TelegramError::Uncertain(_)) => DEFER_AFTER_SECS,
            _ => return record_secret(of.context, "reply", outcome),
        };
        record_secret(of.context, "reply", outcome);
        let reply = if screen.protected {
            Notice::Reply { html: of.localizer.text("bot-deferred-secret"), buttons: String::new() }
        } else {
            let buttons = serde_json::to_string(&screen.keyboard).unwrap_or_default();
            Notice::Reply { html: screen.html.clone(), buttons }
        };
        if let Err(fault) = self.domain.defer_reply(of.caller, reply, (weight, seconds)).await {
            tracing::warn!(update = of.context.update_id, ?fault, "and it will not be said later either");
        }
    }

    /// Deletes one of our messages, which then need not be deleted later.
    async fn delete_tapped(&self, context: &UpdateContext) {
        if let (true, Some(message)) = (self.delete(context).await, context.message)
            && let Err(fault) = self.domain.remove_secret_message(context.chat, i64::from(message)).await
        {
            tracing::debug!(update = context.update_id, ?fault, "what is gone will be deleted once more");
        }
    }

    /// Whether the message is gone.
    async fn delete(&self, context: &UpdateContext) -> bool {
        let Some(message) = context.message else { return false };
        let outcome = self.telegram.delete(context.chat, message).await;
        let gone = outcome.is_ok();
        record_secret(context, "delete", outcome);
        gone
    }

    /// A secret that may or may not have arrived is worth nothing to its owner, and perhaps something to others.
    async fn reveal(&self, of: ReplyContext<'_>, screen: &Screen, secret: UndeliveredSecret) {
        let ReplyContext { context, caller, localizer } = of;
        let trouble = match self.telegram.send(context.chat, screen).await {
            Ok(message) => {
                if let Err(fault) = self.domain.record_secret_message(context.chat, i64::from(message.0)).await {
                    tracing::warn!(update = context.update_id, ?fault, "a secret is shown, and will not be deleted");
                }
                return;
            }
            Err(trouble) => trouble,
        };
        tracing::warn!(update = context.update_id, ?secret, %trouble, "a secret could not be shown for certain: it is void");
        let (void, screen) = match secret {
            UndeliveredSecret::New(key) => (
                self.domain.revoke_key(caller, key).await.map(drop),
                messages::api_keys::keys::not_delivered(localizer),
            ),
            // One more secret takes the place of the unseen one, and nobody gets to know it.
            UndeliveredSecret::Next(key, grace) => {
                let void = self.domain.rotate_key(caller, key, grace).await.map(drop);
                (void, messages::api_keys::rotation::not_delivered(localizer, key, grace))
            }
        };
        if let Err(fault) = void {
            tracing::error!(update = context.update_id, ?secret, ?fault, "and it could not be made void");
        }
        self.send(of, &screen, DeferPolicy::Outcome(context.update_id)).await;
    }
}

fn record_secret<T>(context: &UpdateContext, what: &str, outcome: Result<T, TelegramError>) {
    match outcome {
        Ok(_) => {}
        Err(TelegramError::Unreachable) => tracing::debug!(update = context.update_id, "the person cannot be reached"),
        Err(trouble) => tracing::warn!(update = context.update_id, %trouble, "could not {what}"),
    }
}
