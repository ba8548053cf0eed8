//! Replies: what a handler returns, and how it is delivered.
//!
//! - [`Reply`] lists the forms of a reply; `refusal_text` turns a refusal into a text.
//! - Delivery edits the tapped message or sends a new one, falls back to simpler messages when Telegram refuses one,
//!   and defers a reply that Telegram does not take now.
//! - `questions` sends questions whose answer is typed, and remembers their messages.
//! - `secrets` sends keys and sign-in links. A secret that may not have arrived is replaced or revoked.

mod questions;
pub(crate) mod refusal_text;
mod secrets;

use crate::bot::context::BotContext;
use crate::bot::incoming::UpdateContext;
use crate::domain::accounts::profile::{Arrival, SignedIn};
use crate::domain::api_keys::pasted_keys::PostedMessage;
use crate::domain::notices::deferred_replies::DeferPolicy;
use crate::gateway::telegram::{GeneratedFile, GeneratedPicture, OutgoingMessage, TelegramError};
use crate::messages;
use crate::messages::api_keys::pasted_keys::{MessageDeletion, PastedKeys};
use crate::messages::keyboard::{addresses_in_text, logins_as_links, without_markup};
use crate::messages::localizer::Localizer;
use crate::model::api_key::{KeyDigest, KeyId};
use crate::model::broadcasts::{BroadcastContent, BroadcastId};
use crate::model::notices::notice::Notice;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::text::language::Language;

/// Delay, in seconds, before a reply that was lost, or may have been, is sent again.
const DEFER_AFTER_SECS: i64 = 2;

/// Reply of a handler. A toast is the short text that Telegram shows over the chat for a few seconds.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Show a screen in the tapped message, or in a new one.
    Show(OutgoingMessage),
    /// Send a screen in a new message.
    Send(OutgoingMessage),
    /// Show a screen, and a toast.
    ShowAndSay(OutgoingMessage, String),
    /// Show a question whose answer is typed. The answer replaces its message.
    Ask(OutgoingMessage),
    /// Ask again, because the answer was refused: in a new message, below the answer. The former question is deleted.
    AskAgain(OutgoingMessage),
    /// Send a secret. If it may not have arrived, it is replaced or revoked.
    Reveal(Box<SecretReveal>),
    /// Send a sign-in link in a new message, because only a new message can be protected from forwarding. It is deleted
    /// when the link expires.
    Link(OutgoingMessage, OneTimeToken),
    /// Show only a toast.
    Say(String),
    /// Delete the tapped message, and show a toast. The first tap also sends a message, if given.
    DeleteTapped(String, Option<OutgoingMessage>),
    /// Delete the person's message, which contains API keys, and explain what to do about them.
    Rescue(PastedKeys),
    /// Show the status card of a broadcast, which is updated from then on, and perhaps a toast.
    Card(OutgoingMessage, BroadcastId, Option<String>),
    /// Send a preview of a broadcast, then a question about it.
    Preview(Box<BroadcastPreview>),
    /// Send a generated file.
    File(GeneratedFile),
    /// Send a generated picture; if that fails, its caption.
    Picture(GeneratedPicture),
}

/// Preview of a broadcast, exactly as its recipients will see it.
#[derive(Debug)]
pub(crate) struct BroadcastPreview {
    /// Broadcast to preview.
    pub(crate) id: BroadcastId,
    /// Content to send.
    pub(crate) content: BroadcastContent,
    /// Languages to send it in, one message each.
    pub(crate) languages: Vec<Language>,
    /// Message sent after the preview if Telegram accepted every message.
    pub(crate) then: OutgoingMessage,
    /// Question that this screen asks, as stored in the dialogue.
    pub(crate) question: String,
}

/// A secret, and what the question that led to it becomes.
#[derive(Debug)]
pub(crate) struct SecretReveal {
    /// Message that shows the secret.
    pub(crate) screen: OutgoingMessage,
    /// Undo, if the message may not have arrived.
    pub(crate) secret: UndeliveredSecret,
    /// Replaces the question. Not shown without one.
    pub(crate) result: OutgoingMessage,
}

/// A secret whose message may not have arrived.
#[derive(Clone, Copy, Debug)]
pub(crate) enum UndeliveredSecret {
    /// Secret of a new key; revoked together with it.
    New(KeyId),
    /// New secret of a rotated key, with the remaining grace period of the old one in seconds; replaced by another
    /// rotation.
    Next(KeyId, i64),
}

/// Recipient of a reply, and the update it answers.
#[derive(Clone)]
pub(crate) struct ReplyContext {
    /// Update to answer.
    pub(crate) update: UpdateContext,
    /// Account of its sender.
    pub(crate) caller: SignedIn,
    /// Texts in the sender's language.
    pub(crate) localizer: Localizer,
    /// Acquaintance of the bot with the sender.
    pub(crate) arrival: Arrival,
}

impl BotContext {
    /// Delivers a reply. Every tap is answered, whatever else fails.
    pub(super) async fn deliver(&self, context: &ReplyContext, reply: Reply) {
        let update = &context.update;
        let toast = match &reply {
            Reply::ShowAndSay(_, toast) | Reply::DeleteTapped(toast, _) | Reply::Say(toast) => Some(toast.as_str()),
            Reply::Card(_, _, toast) => toast.as_deref(),
            _ => None,
        };
        if let Some(tap) = &update.tap {
            log_failure(update, "tap not answered", self.telegram.answer(tap, toast).await);
        }
        match reply {
            Reply::Show(screen) | Reply::ShowAndSay(screen, _) => _ = self.show(context, &screen).await,
            Reply::Send(screen) => _ = self.send(context, &screen, DeferPolicy::Screen).await,
            Reply::Ask(screen) => self.ask(context, &screen).await,
            Reply::AskAgain(screen) => self.ask_again(context, &screen).await,
            Reply::Reveal(reveal) => self.reveal(context, *reveal).await,
            Reply::Link(screen, token) => self.send_link(context, &screen, &token).await,
            Reply::DeleteTapped(_, then) => self.delete_tapped(context, then).await,
            Reply::Say(_) => {}
            Reply::Rescue(pasted_keys) => {
                let deletion = if self.delete(update).await { MessageDeletion::Yes } else { MessageDeletion::No };
                for screen in messages::api_keys::pasted_keys::pasted_keys(&context.localizer, &pasted_keys, deletion) {
                    self.send(context, &screen, DeferPolicy::Screen).await;
                }
            }
            Reply::Card(screen, id, _) => self.show_card(context, &screen, id).await,
            Reply::Preview(preview) => self.preview(context, *preview).await,
            Reply::Picture(picture) => {
                if let Err(error) = self.telegram.send_picture(update.destination(), &picture).await {
                    tracing::warn!(update_id = update.update_id, %error, "reply: picture not sent");
                    self.send(context, &picture.caption, DeferPolicy::Screen).await;
                }
            }
            Reply::File(file) => {
                log_failure(update, "file not sent", self.telegram.send_file(update.destination(), file).await);
            }
        }
    }

    /// Edits the tapped message or the answered question, so that the chat does not fill up; sends a new one if there is
    /// none, if it is gone, or if Telegram refuses. Returns the message that shows the screen, if known.
    pub(super) async fn show(&self, context: &ReplyContext, screen: &OutgoingMessage) -> Option<i32> {
        if let Some(message) = context.update.edits {
            let mut outcome = self.telegram.edit(context.update.chat, message, screen).await;
            if let (Err(TelegramError::Refused(_)), Some(links)) = (&outcome, logins_as_links(screen)) {
                outcome = self.telegram.edit(context.update.chat, message, &links).await;
            }
            match outcome {
                Err(TelegramError::Refused(_) | TelegramError::Gone) => {}
                outcome => {
                    self.defer_failed(context, screen, outcome, DeferPolicy::Screen).await;
                    return Some(message);
                }
            }
        }
        self.send(context, screen, DeferPolicy::Screen).await
    }

    /// Sends a new message, or defers it if Telegram does not take it now. Returns the message if it was certainly
    /// sent.
    pub(super) async fn send(
        &self,
        context: &ReplyContext,
        screen: &OutgoingMessage,
        policy: DeferPolicy,
    ) -> Option<i32> {
        let mut outcome = self.telegram.send(context.update.destination(), screen).await;
        let links = logins_as_links(screen);
        if let (Err(TelegramError::Refused(_)), Some(links)) = (&outcome, &links) {
            outcome = self.telegram.send(context.update.destination(), links).await;
        }
        if let (Err(TelegramError::Refused(_)), Some(in_text)) =
            (&outcome, addresses_in_text(links.as_ref().unwrap_or(screen)))
        {
            outcome = self.telegram.send(context.update.destination(), &in_text).await;
        }
        if matches!(outcome, Err(TelegramError::Refused(_))) {
            // A shortened message without markup is better than none.
            outcome = self.telegram.send(context.update.destination(), &without_markup(screen)).await;
        }
        let message = outcome.as_ref().ok().map(|message| message.0);
        self.defer_failed(context, screen, outcome.map(drop), policy).await;
        message
    }

    /// Defers a reply that Telegram did not take, or may not have taken: a duplicate is better than silence.
    ///
    /// A secret is never stored. In its place a text asks the person to try again.
    async fn defer_failed(
        &self,
        context: &ReplyContext,
        screen: &OutgoingMessage,
        outcome: Result<(), TelegramError>,
        policy: DeferPolicy,
    ) {
        let delay_secs = match &outcome {
            Err(TelegramError::Wait(length)) => i64::try_from(length.as_secs()).unwrap_or(i64::MAX).max(1),
            Err(TelegramError::Temporary(_) | TelegramError::Uncertain(_)) => DEFER_AFTER_SECS,
            _ => return log_failure(&context.update, "not sent", outcome),
        };
        log_failure(&context.update, "not sent", outcome);
        let thread = context.update.thread;
        let reply = if screen.protected {
            Notice::Reply { html: context.localizer.text("bot-deferred-secret"), buttons: String::new(), thread }
        } else {
            let buttons = serde_json::to_string(&screen.keyboard).unwrap_or_default();
            Notice::Reply { html: screen.html.clone(), buttons, thread }
        };
        if let Err(error) = self.domain.defer_reply(&context.caller, reply, policy, delay_secs).await {
            tracing::warn!(update_id = context.update.update_id, ?error, "reply: not deferred, lost");
        }
    }

    /// Deletes a message in a group that contains API keys, and says so without anything personal. The owners of the keys
    /// are warned in private.
    pub(super) async fn delete_pasted_in_group(
        &self,
        context: &UpdateContext,
        localizer: &Localizer,
        keys: &[KeyDigest],
    ) {
        let deletion = if self.delete(context).await { MessageDeletion::Yes } else { MessageDeletion::No };
        let message = if deletion == MessageDeletion::Yes { PostedMessage::Deleted } else { PostedMessage::Remains };
        if let Err(error) = self.domain.warn_of_posted_keys(keys, message).await {
            tracing::warn!(update_id = context.update_id, ?error, "pasted key: owner not warned");
        }
        let bot = self.connection.bot();
        self.send_plain(
            context,
            &messages::api_keys::pasted_keys::pasted_in_group(localizer, deletion, bot.as_deref()),
        )
        .await;
    }

    /// Deletes the message of the update. Returns true if that succeeded.
    async fn delete(&self, update: &UpdateContext) -> bool {
        let Some(message) = update.message else { return false };
        let outcome = self.telegram.delete(update.chat, message).await;
        let is_deleted = outcome.is_ok();
        log_failure(update, "message not deleted", outcome);
        is_deleted
    }
}

fn log_failure<T>(update: &UpdateContext, event: &str, outcome: Result<T, TelegramError>) {
    match outcome {
        Ok(_) => {}
        Err(TelegramError::Unreachable(_)) => {
            tracing::debug!(update_id = update.update_id, "reply: person unreachable");
        }
        Err(error) => tracing::warn!(update_id = update.update_id, %error, "reply: {event}"),
    }
}
