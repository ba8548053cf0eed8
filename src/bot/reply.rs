//! What a handler wants shown, and how it gets there.

use crate::bot::Parts;
use crate::bot::ask::Turn;
use crate::bot::screens::{self, Gone, Screen};
use crate::bot::speaker::Speaker;
use crate::domain::people::SignedIn;
use crate::gateway::telegram::Trouble;
use crate::model::api_key::{ApiKey, KeyId};

/// What a handler answers.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Show this: in the message that was tapped on, or in a new one.
    Show(Screen),
    /// Show this in a new message, whatever was tapped.
    Send(Screen),
    /// Show this, and a word over it that goes away by itself.
    ShowAndSay(Screen, String),
    /// Show nothing but a word over the chat that goes away by itself.
    Say(String),
    /// Show a new key. If it is not certain to have arrived, the key is revoked.
    Reveal(Screen, KeyId),
    /// Delete the message that was tapped on.
    DeleteTapped(String),
    /// Delete the person's message, which holds an API key, and say whose it is.
    Rescue(Option<ApiKey>),
}

impl Parts {
    /// Delivers a reply to where the ask came from. Every tap is answered, whatever else fails.
    pub(crate) async fn deliver(&self, turn: &Turn, reply: Reply, (caller, speaker): (&SignedIn, &Speaker)) {
        let word = match &reply {
            Reply::ShowAndSay(_, word) | Reply::DeleteTapped(word) | Reply::Say(word) => Some(word.as_str()),
            _ => None,
        };
        if let Some(tap) = &turn.tap {
            note(turn, "answer the tap", self.telegram.answer(tap, word).await);
        }
        match reply {
            Reply::Show(screen) | Reply::ShowAndSay(screen, _) => self.show(turn, &screen).await,
            Reply::Send(screen) => self.send(turn, &screen).await,
            Reply::Say(_) => {}
            Reply::Reveal(screen, key) => self.reveal(turn, &screen, (key, caller, speaker)).await,
            Reply::DeleteTapped(_) => _ = self.delete(turn).await,
            Reply::Rescue(key) => {
                let gone = if self.delete(turn).await { Gone::Yes } else { Gone::No };
                self.send(turn, &screens::rescued(speaker, key.as_ref(), gone)).await;
            }
        }
    }

    /// Into the message that was tapped on, so that the chat does not fill up; a new one when that is not to be.
    async fn show(&self, turn: &Turn, screen: &Screen) {
        if let (Some(_), Some(message)) = (&turn.tap, turn.message) {
            match self.telegram.edit(turn.chat, message, screen).await {
                Err(Trouble::Refused(_)) => {}
                outcome => return note(turn, "edit", outcome),
            }
        }
        self.send(turn, screen).await;
    }

    async fn send(&self, turn: &Turn, screen: &Screen) {
        note(turn, "send", self.telegram.send(turn.chat, screen).await);
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
    async fn reveal(&self, turn: &Turn, screen: &Screen, (key, caller, speaker): (KeyId, &SignedIn, &Speaker)) {
        let Err(trouble) = self.telegram.send(turn.chat, screen).await else { return };
        tracing::warn!(update = turn.update_id, %key, %trouble, "a new key could not be shown for certain: revoked");
        if let Err(fault) = self.domain.revoke_key(caller, key).await {
            tracing::error!(update = turn.update_id, %key, ?fault, "and it could not be revoked");
        }
        self.send(turn, &screens::not_delivered(speaker)).await;
    }
}

fn note<T>(turn: &Turn, what: &str, outcome: Result<T, Trouble>) {
    match outcome {
        Ok(_) => {}
        Err(Trouble::Unreachable) => tracing::debug!(update = turn.update_id, "the person cannot be reached"),
        Err(trouble) => tracing::warn!(update = turn.update_id, %trouble, "could not {what}"),
    }
}
