//! What a handler wants shown, and how it gets there.

use crate::bot::Parts;
use crate::bot::ask::Turn;
use crate::bot::keyboard::addresses_in_text;
use crate::bot::screens::{self, Gone, Screen};
use crate::bot::speaker::Speaker;
use crate::domain::people::SignedIn;
use crate::gateway::telegram::Trouble;
use crate::model::api_key::{ApiKey, KeyId};
use crate::model::broadcast::{BroadcastId, Content};
use crate::model::language::Language;

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
    Reveal(Screen, Unseen),
    /// Show nothing but a word over the chat that goes away by itself.
    Say(String),
    /// Delete the message that was tapped on.
    DeleteTapped(String),
    /// Delete the person's message, which holds an API key, and say whose it is.
    Rescue(Option<ApiKey>),
    /// Show how a broadcast goes, from now on, and a word over it if there is one.
    Card(Screen, BroadcastId, Option<String>),
    /// Show a broadcast just as it will look, and then ask something about it.
    Preview(Box<Preview>),
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
pub(crate) struct Preview {
    /// Which.
    pub(crate) id: BroadcastId,
    /// What it says.
    pub(crate) content: Content,
    /// In which languages it is shown.
    pub(crate) languages: Vec<Language>,
    /// What is shown below, if all of it could be.
    pub(crate) then: Screen,
    /// What is asked by that.
    pub(crate) question: String,
}

/// A secret that may not have been seen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unseen {
    /// That of a new key.
    New(KeyId),
    /// The next one of a key that has another, which works on for so many seconds.
    Next(KeyId, i64),
}

impl Parts {
    /// Delivers a reply to where the ask came from. Every tap is answered, whatever else fails.
    pub(crate) async fn deliver(&self, turn: &Turn, reply: Reply, (caller, speaker): (&SignedIn, &Speaker)) {
        let word = match &reply {
            Reply::ShowAndSay(_, word) | Reply::DeleteTapped(word) | Reply::Say(word) => Some(word.as_str()),
            Reply::Card(_, _, word) => word.as_deref(),
            _ => None,
        };
        if let Some(tap) = &turn.tap {
            note(turn, "answer the tap", self.telegram.answer(tap, word).await);
        }
        match reply {
            Reply::Show(screen) | Reply::ShowAndSay(screen, _) => _ = self.show(turn, &screen).await,
            Reply::Send(screen) => _ = self.send(turn, &screen).await,
            Reply::Reveal(screen, secret) => self.reveal(turn, &screen, (secret, caller, speaker)).await,
            Reply::DeleteTapped(_) => self.delete_tapped(turn).await,
            Reply::Say(_) => {}
            Reply::Rescue(key) => {
                let gone = if self.delete(turn).await { Gone::Yes } else { Gone::No };
                self.send(turn, &screens::rescued(speaker, key.as_ref(), gone)).await;
            }
            Reply::Card(screen, id, _) => self.show_card(turn, &screen, id).await,
            Reply::Preview(preview) => self.preview(turn, *preview, speaker).await,
            Reply::File { name, content, caption } => {
                note(turn, "send a file", self.telegram.send_file(turn.chat, (name, content), caption).await);
            }
        }
    }

    /// Into the message that was tapped on, so that the chat does not fill up; a new one when that is not to be. The message
    /// that shows it, if one does.
    pub(super) async fn show(&self, turn: &Turn, screen: &Screen) -> Option<i32> {
        if let (Some(_), Some(message)) = (&turn.tap, turn.message) {
            match self.telegram.edit(turn.chat, message, screen).await {
                Err(Trouble::Refused(_)) => {}
                outcome => {
                    note(turn, "edit", outcome);
                    return Some(message);
                }
            }
        }
        self.send(turn, screen).await
    }

    /// In a new message: which, if it was sent for certain.
    pub(super) async fn send(&self, turn: &Turn, screen: &Screen) -> Option<i32> {
        let mut outcome = self.telegram.send(turn.chat, screen).await;
        if let (Err(Trouble::Refused(_)), Some(in_text)) = (&outcome, addresses_in_text(screen)) {
            outcome = self.telegram.send(turn.chat, &in_text).await;
        }
        let sent = outcome.as_ref().ok().map(|message| message.0);
        note(turn, "send", outcome);
        sent
    }

    /// Deletes one of our messages, which then need not be deleted later.
    async fn delete_tapped(&self, turn: &Turn) {
        if let (true, Some(message)) = (self.delete(turn).await, turn.message)
            && let Err(fault) = self.domain.forget_shown(turn.chat, i64::from(message)).await
        {
            tracing::debug!(update = turn.update_id, ?fault, "what is gone will be deleted once more");
        }
    }

    /// Whether the message is gone.
    async fn delete(&self, turn: &Turn) -> bool {
        let Some(message) = turn.message else { return false };
        let outcome = self.telegram.delete(turn.chat, message).await;
        let gone = outcome.is_ok();
        note(turn, "delete", outcome);
        gone
    }

    /// A secret that may or may not have arrived is worth nothing to its owner, and perhaps something to others.
    async fn reveal(&self, turn: &Turn, screen: &Screen, (secret, caller, speaker): (Unseen, &SignedIn, &Speaker)) {
        let trouble = match self.telegram.send(turn.chat, screen).await {
            Ok(message) => {
                if let Err(fault) = self.domain.note_shown(turn.chat, i64::from(message.0)).await {
                    tracing::warn!(update = turn.update_id, ?fault, "a secret is shown, and will not be deleted");
                }
                return;
            }
            Err(trouble) => trouble,
        };
        tracing::warn!(update = turn.update_id, ?secret, %trouble, "a secret could not be shown for certain: it is void");
        let (void, screen) = match secret {
            Unseen::New(key) => (self.domain.revoke_key(caller, key).await.map(drop), screens::not_delivered(speaker)),
            // One more secret takes the place of the unseen one, and nobody gets to know it.
            Unseen::Next(key, grace) => {
                let void = self.domain.rotate_key(caller, key, grace).await.map(drop);
                (void, screens::rotation::not_delivered(speaker, key, grace))
            }
        };
        if let Err(fault) = void {
            tracing::error!(update = turn.update_id, ?secret, ?fault, "and it could not be made void");
        }
        self.send(turn, &screen).await;
    }
}

fn note<T>(turn: &Turn, what: &str, outcome: Result<T, Trouble>) {
    match outcome {
        Ok(_) => {}
        Err(Trouble::Unreachable) => tracing::debug!(update = turn.update_id, "the person cannot be reached"),
        Err(trouble) => tracing::warn!(update = turn.update_id, %trouble, "could not {what}"),
    }
}
