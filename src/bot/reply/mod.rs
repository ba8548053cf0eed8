//! Replies: what a handler returns, and how it is delivered.
//!
//! - [`Reply`] lists the forms of a reply; `refusal_text` turns a refusal into a text.
//! - Delivery edits the tapped message or sends a new one, falls back to simpler messages when Telegram refuses one,
//!   and defers a reply that Telegram does not take now.
//! - A secret that may not have arrived is replaced or revoked.

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

/// Delay, in seconds, before a reply that was lost, or may have been, is sent again.
const DEFER_AFTER_SECS: i64 = 2;

/// Reply of a handler. A toast is the short text that Telegram shows over the chat for a few seconds.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Show a screen in the tapped message, or in a new one.
    Show(Screen),
    /// Send a screen in a new message.
    Send(Screen),
    /// Show a screen, and a toast.
    ShowAndSay(Screen, String),
    /// Send a secret. If it may not have arrived, it is replaced or revoked.
    Reveal(Screen, UndeliveredSecret),
    /// Show only a toast.
    Say(String),
    /// Delete the tapped message, and show a toast.
    DeleteTapped(String),
    /// Delete the person's message, which contains API keys, and explain what to do about them.
    Rescue(PastedKeys),
    /// Show the status card of a broadcast, which is updated from then on, and perhaps a toast.
    Card(Screen, BroadcastId, Option<String>),
    /// Send a preview of a broadcast, then a question about it.
    Preview(Box<BroadcastPreview>),
    /// Send a generated file.
    File {
        /// File name.
        name: String,
        /// Text of the file.
        content: String,
        /// Caption below the file.
        caption: String,
    },
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
    /// Screen sent after the preview if Telegram accepted every message.
    pub(crate) then: Screen,
    /// Question that this screen asks, as stored in the dialogue.
    pub(crate) question: String,
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
#[derive(Clone, Copy)]
pub(super) struct ReplyContext<'a> {
    pub(super) context: &'a UpdateContext,
    pub(super) caller: &'a SignedIn,
    pub(super) localizer: &'a Localizer,
}

impl BotContext {
    /// Delivers a reply. Every tap is answered, whatever else fails.
    pub(super) async fn deliver(&self, of: ReplyContext<'_>, reply: Reply) {
        let context = of.context;
        let toast = match &reply {
            Reply::ShowAndSay(_, toast) | Reply::DeleteTapped(toast) | Reply::Say(toast) => Some(toast.as_str()),
            Reply::Card(_, _, toast) => toast.as_deref(),
            _ => None,
        };
        if let Some(tap) = &context.tap {
            log_failure(context, "tap not answered", self.telegram.answer(tap, toast).await);
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
                log_failure(
                    context,
                    "file not sent",
                    self.telegram.send_file(context.chat, (name, content), caption).await,
                );
            }
        }
    }

    /// Edits the tapped message, so that the chat does not fill up; sends a new one if there is none or Telegram
    /// refuses. Returns the message that shows the screen, if known.
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

    /// Sends a new message, or defers it if Telegram does not take it now. Returns the message if it was certainly
    /// sent.
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
            // A shortened message without markup is better than none.
            outcome = self.telegram.send(of.context.chat, &without_markup(screen)).await;
        }
        let sent = outcome.as_ref().ok().map(|message| message.0);
        self.send_or_defer(of, screen, (outcome.map(drop), weight)).await;
        sent
    }

    /// Defers a reply that Telegram did not take, or may not have taken: a duplicate is better than silence.
    ///
    /// A secret is never stored. In its place a text asks the person to try again.
    async fn send_or_defer(
        &self,
        of: ReplyContext<'_>,
        screen: &Screen,
        (outcome, weight): (Result<(), TelegramError>, DeferPolicy),
    ) {
        let seconds = match &outcome {
            Err(TelegramError::Wait(length)) => i64::try_from(length.as_secs()).unwrap_or(i64::MAX).max(1),
            Err(TelegramError::Temporary(_) | TelegramError::Uncertain(_)) => DEFER_AFTER_SECS,
            _ => return log_failure(of.context, "not sent", outcome),
        };
        log_failure(of.context, "not sent", outcome);
        let reply = if screen.protected {
            Notice::Reply { html: of.localizer.text("bot-deferred-secret"), buttons: String::new() }
        } else {
            let buttons = serde_json::to_string(&screen.keyboard).unwrap_or_default();
            Notice::Reply { html: screen.html.clone(), buttons }
        };
        if let Err(error) = self.domain.defer_reply(of.caller, reply, (weight, seconds)).await {
            tracing::warn!(update_id = of.context.update_id, ?error, "reply: not deferred, lost");
        }
    }

    /// Deletes the tapped message and removes it from the secret messages that await deletion.
    async fn delete_tapped(&self, context: &UpdateContext) {
        if let (true, Some(message)) = (self.delete(context).await, context.message)
            && let Err(error) = self.domain.remove_secret_message(context.chat, i64::from(message)).await
        {
            tracing::debug!(
                update_id = context.update_id,
                ?error,
                "secret message: removal not recorded, will be retried"
            );
        }
    }

    /// Deletes the message of the update. Returns true if that succeeded.
    async fn delete(&self, context: &UpdateContext) -> bool {
        let Some(message) = context.message else { return false };
        let outcome = self.telegram.delete(context.chat, message).await;
        let is_deleted = outcome.is_ok();
        log_failure(context, "message not deleted", outcome);
        is_deleted
    }

    /// Sends a secret. If it may not have arrived, revokes or replaces it: its owner cannot use it, but somebody else
    /// might.
    async fn reveal(&self, of: ReplyContext<'_>, screen: &Screen, secret: UndeliveredSecret) {
        let ReplyContext { context, caller, localizer } = of;
        let error = match self.telegram.send(context.chat, screen).await {
            Ok(message) => {
                if let Err(error) = self.domain.record_secret_message(context.chat, i64::from(message.0)).await {
                    tracing::warn!(
                        update_id = context.update_id,
                        ?error,
                        "secret message: not recorded, will not be deleted"
                    );
                }
                return;
            }
            Err(error) => error,
        };
        tracing::warn!(update_id = context.update_id, ?secret, %error, "secret message: may not have arrived, revoking");
        let (revoked, screen) = match secret {
            UndeliveredSecret::New(key) => (
                self.domain.revoke_key(caller, key).await.map(drop),
                messages::api_keys::keys::not_delivered(localizer),
            ),
            // Another rotation replaces the unseen secret with one that nobody learns.
            UndeliveredSecret::Next(key, grace) => {
                let rotated = self.domain.rotate_key(caller, key, grace).await.map(drop);
                (rotated, messages::api_keys::rotation::not_delivered(localizer, key, grace))
            }
        };
        if let Err(error) = revoked {
            tracing::error!(update_id = context.update_id, ?secret, ?error, "secret message: revocation failed");
        }
        self.send(of, &screen, DeferPolicy::Outcome(context.update_id)).await;
    }
}

fn log_failure<T>(context: &UpdateContext, event: &str, outcome: Result<T, TelegramError>) {
    match outcome {
        Ok(_) => {}
        Err(TelegramError::Unreachable) => tracing::debug!(update_id = context.update_id, "reply: person unreachable"),
        Err(error) => tracing::warn!(update_id = context.update_id, %error, "reply: {event}"),
    }
}
