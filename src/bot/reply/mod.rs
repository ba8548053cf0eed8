//! What a handler wants shown, and how it gets there.

pub(crate) mod refusal_text;

use crate::bot::context::Parts;
use crate::bot::incoming::Turn;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::notices::deferred_replies::Weight;
use crate::gateway::telegram::Trouble;
use crate::messages;
use crate::messages::Screen;
use crate::messages::api_keys::keys::{Found, Gone};
use crate::messages::keyboard::{addresses_in_text, logins_as_links, without_markup};
use crate::messages::localizer::Speaker;
use crate::model::api_key::KeyId;
use crate::model::broadcasts::{BroadcastId, Content};
use crate::model::notices::notice::Notice;
use crate::model::text::language::Language;

/// After how many seconds a reply is said again that got lost, or may have.
const LATER: i64 = 2;

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
    /// Delete the person's message, which holds API keys, and say whose they are.
    Rescue(Found),
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

/// Whom a reply is for, and where the ask came from.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) turn: &'a Turn,
    pub(super) caller: &'a SignedIn,
    pub(super) speaker: &'a Speaker,
}

impl Parts {
    /// Delivers a reply to where the ask came from. Every tap is answered, whatever else fails.
    pub(super) async fn deliver(&self, of: Of<'_>, reply: Reply) {
        let turn = of.turn;
        let word = match &reply {
            Reply::ShowAndSay(_, word) | Reply::DeleteTapped(word) | Reply::Say(word) => Some(word.as_str()),
            Reply::Card(_, _, word) => word.as_deref(),
            _ => None,
        };
        if let Some(tap) = &turn.tap {
            note(turn, "answer the tap", self.telegram.answer(tap, word).await);
        }
        match reply {
            Reply::Show(screen) | Reply::ShowAndSay(screen, _) => _ = self.show(of, &screen).await,
            Reply::Send(screen) => _ = self.send(of, &screen, Weight::Screen).await,
            Reply::Reveal(screen, secret) => self.reveal(of, &screen, secret).await,
            Reply::DeleteTapped(_) => self.delete_tapped(turn).await,
            Reply::Say(_) => {}
            Reply::Rescue(found) => {
                let gone = if self.delete(turn).await { Gone::Yes } else { Gone::No };
                for screen in messages::api_keys::keys::rescued(of.speaker, &found, gone) {
                    self.send(of, &screen, Weight::Screen).await;
                }
            }
            Reply::Card(screen, id, _) => self.show_card(of, &screen, id).await,
            Reply::Preview(preview) => self.preview(of, *preview).await,
            Reply::File { name, content, caption } => {
                note(turn, "send a file", self.telegram.send_file(turn.chat, (name, content), caption).await);
            }
        }
    }

    /// Into the message that was tapped on, so that the chat does not fill up; a new one when that is not to be. The message
    /// that shows it, if one does.
    pub(super) async fn show(&self, of: Of<'_>, screen: &Screen) -> Option<i32> {
        if let (Some(_), Some(message)) = (&of.turn.tap, of.turn.message) {
            let mut outcome = self.telegram.edit(of.turn.chat, message, screen).await;
            if let (Err(Trouble::Refused(_)), Some(links)) = (&outcome, logins_as_links(screen)) {
                outcome = self.telegram.edit(of.turn.chat, message, &links).await;
            }
            match outcome {
                Err(Trouble::Refused(_)) => {}
                outcome => {
                    self.or_later(of, screen, (outcome, Weight::Screen)).await;
                    return Some(message);
                }
            }
        }
        self.send(of, screen, Weight::Screen).await
    }

    /// Says something in a new message; later, if Telegram does not take it now. Which message, if it was sent for certain.
    pub(super) async fn send(&self, of: Of<'_>, screen: &Screen, weight: Weight) -> Option<i32> {
        let mut outcome = self.telegram.send(of.turn.chat, screen).await;
        let links = logins_as_links(screen);
        if let (Err(Trouble::Refused(_)), Some(links)) = (&outcome, &links) {
            outcome = self.telegram.send(of.turn.chat, links).await;
        }
        if let (Err(Trouble::Refused(_)), Some(in_text)) =
            (&outcome, addresses_in_text(links.as_ref().unwrap_or(screen)))
        {
            outcome = self.telegram.send(of.turn.chat, &in_text).await;
        }
        if matches!(outcome, Err(Trouble::Refused(_))) {
            // Better without its markup, and without its end, than not at all.
            outcome = self.telegram.send(of.turn.chat, &without_markup(screen)).await;
        }
        let sent = outcome.as_ref().ok().map(|message| message.0);
        self.or_later(of, screen, (outcome.map(drop), weight)).await;
        sent
    }

    /// What Telegram did not take is kept, and said when it does; what it may have taken is said once more, for silence is worse.
    /// A secret is not kept: whoever asked for it is asked to ask again.
    async fn or_later(&self, of: Of<'_>, screen: &Screen, (outcome, weight): (Result<(), Trouble>, Weight)) {
        let seconds = match &outcome {
            Err(Trouble::Wait(length)) => i64::try_from(length.as_secs()).unwrap_or(i64::MAX).max(1),
            Err(Trouble::Temporary(_) | Trouble::Uncertain(_)) => LATER,
            _ => return note(of.turn, "reply", outcome),
        };
        note(of.turn, "reply", outcome);
        let reply = if screen.protected {
            Notice::Reply { html: of.speaker.say("bot-late-secret"), buttons: String::new() }
        } else {
            let buttons = serde_json::to_string(&screen.keyboard).unwrap_or_default();
            Notice::Reply { html: screen.html.clone(), buttons }
        };
        if let Err(fault) = self.domain.say_later(of.caller, reply, (weight, seconds)).await {
            tracing::warn!(update = of.turn.update_id, ?fault, "and it will not be said later either");
        }
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
    async fn reveal(&self, of: Of<'_>, screen: &Screen, secret: Unseen) {
        let Of { turn, caller, speaker } = of;
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
            Unseen::New(key) => {
                (self.domain.revoke_key(caller, key).await.map(drop), messages::api_keys::keys::not_delivered(speaker))
            }
            // One more secret takes the place of the unseen one, and nobody gets to know it.
            Unseen::Next(key, grace) => {
                let void = self.domain.rotate_key(caller, key, grace).await.map(drop);
                (void, messages::api_keys::rotation::not_delivered(speaker, key, grace))
            }
        };
        if let Err(fault) = void {
            tracing::error!(update = turn.update_id, ?secret, ?fault, "and it could not be made void");
        }
        self.send(of, &screen, Weight::Outcome(turn.update_id)).await;
    }
}

fn note<T>(turn: &Turn, what: &str, outcome: Result<T, Trouble>) {
    match outcome {
        Ok(_) => {}
        Err(Trouble::Unreachable) => tracing::debug!(update = turn.update_id, "the person cannot be reached"),
        Err(trouble) => tracing::warn!(update = turn.update_id, %trouble, "could not {what}"),
    }
}
