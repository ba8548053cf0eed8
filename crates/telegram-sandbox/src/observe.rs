//! Looking at the sandbox: what a person sees, what the bot did, and waiting for either.

use std::{fmt, sync::Arc, time::Duration};

use serde::Serialize;
use serde_json::Value;

use crate::{
    Sandbox,
    bot_api::LoggedCall,
    state::{
        State,
        media::Media,
        message::{Author, StoredMessage},
    },
};

/// Real time a test waits for something before it fails.
const WAIT_TIMEOUT: Duration = Duration::from_secs(20);

/// A message as a person sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VisibleMessage {
    /// Number within the chat.
    pub id: i64,
    /// Written by the bot, not by a person.
    pub from_bot: bool,
    /// Plain text, or the caption of a file.
    pub text: String,
    /// The text as it was sent, markup included.
    pub html: String,
    /// Rows of inline buttons.
    pub buttons: Vec<Vec<Button>>,
    /// Can't be forwarded or saved.
    pub protected: bool,
    /// Was edited.
    pub edited: bool,
    /// Unix seconds.
    pub date: i64,
    /// `photo` or `document`, when it is one.
    pub file: Option<&'static str>,
}

impl VisibleMessage {
    /// The button with this label, or this callback data.
    #[must_use]
    pub fn button(&self, label_or_data: &str) -> Option<&Button> {
        let named = |button: &&Button| button.label == label_or_data || button.data() == Some(label_or_data);
        self.buttons.iter().flatten().find(named)
    }

    pub(crate) fn from_stored(message: &StoredMessage) -> Self {
        Self {
            id: message.id,
            from_bot: message.author == Author::Bot,
            text: message.body.text.clone(),
            html: message.raw_text.clone(),
            buttons: message.keyboard.as_ref().map(parse_buttons).unwrap_or_default(),
            protected: message.protected,
            edited: message.edited.is_some(),
            date: message.date,
            file: message.media.as_ref().map(Media::field),
        }
    }
}

/// An inline button.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// The whole `InlineKeyboardButton`.
    pub raw: Value,
}

impl Button {
    /// Callback data, when tapping it asks the bot.
    #[must_use]
    pub fn data(&self) -> Option<&str> {
        self.raw.get("callback_data")?.as_str()
    }

    /// Address, when tapping it opens one; of a `login_url` button the address before signing.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.raw.get("url").or_else(|| self.raw.pointer("/login_url/url"))?.as_str()
    }

    /// Text, when tapping it copies one.
    #[must_use]
    pub fn copies(&self) -> Option<&str> {
        self.raw.pointer("/copy_text/text")?.as_str()
    }
}

fn parse_buttons(rows: &Value) -> Vec<Vec<Button>> {
    let label = |raw: &Value| raw.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
    let button = |raw: &Value| Button { label: label(raw), raw: raw.clone() };
    let row = |row: &Value| row.as_array().map(|row| row.iter().map(button).collect());
    rows.as_array().map(|rows| rows.iter().filter_map(row).collect()).unwrap_or_default()
}

/// What the bot answered to a tap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CallbackAnswer {
    /// Shown to the person, when there is one.
    pub text: Option<String>,
    /// As a dialog, not as a passing toast.
    pub show_alert: bool,
    /// Opened by the client.
    pub url: Option<String>,
}

/// Nothing of what was waited for came in time; shows what was there instead.
#[derive(Clone, PartialEq)]
pub struct TimedOut(String);

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TimedOut {}

impl Sandbox {
    /// What is in a chat now, oldest first; deleted messages are gone.
    #[must_use]
    pub fn chat(&self, chat_id: i64) -> Vec<VisibleMessage> {
        self.read(|state| {
            state
                .chat(chat_id)
                .map(|chat| chat.messages().map(VisibleMessage::from_stored).collect())
                .unwrap_or_default()
        })
    }

    /// The newest message of a chat.
    #[must_use]
    pub fn last(&self, chat_id: i64) -> Option<VisibleMessage> {
        self.read(|state| state.chat(chat_id)?.messages().next_back().map(VisibleMessage::from_stored))
    }

    /// The last 10,000 Bot API calls that ended, oldest first; `getUpdates` calls that found nothing left out.
    #[must_use]
    pub fn calls(&self) -> Vec<Arc<LoggedCall>> {
        self.read(|state| state.log.calls())
    }

    /// How many calls of a method ended, ever; the name as Telegram spells it.
    #[must_use]
    pub fn call_count(&self, method: &str) -> u64 {
        self.read(|state| state.log.count(method))
    }

    /// What messages with `allow_paid_broadcast` cost so far, in tenths of a Star.
    #[must_use]
    pub fn paid_broadcast_cost(&self) -> i64 {
        self.read(State::paid_broadcast_cost)
    }

    /// Whether a `getUpdates` call is under way: the bot is there and listens.
    #[must_use]
    pub fn is_polled(&self) -> bool {
        self.read(|state| state.updates.polls > 0)
    }

    /// What the bot answered to a tap, once it has.
    #[must_use]
    pub fn callback_answer(&self, callback_query_id: &str) -> Option<CallbackAnswer> {
        self.read(|state| state.callbacks.answer_to(callback_query_id).cloned())
    }

    /// Waits until `look` finds something; looks again at every change. Gives up after 20 s of real time.
    pub async fn wait_for<T>(&self, mut find: impl FnMut(&Self) -> Option<T>) -> Result<T, TimedOut> {
        let mut changes = self.subscribe_changes();
        let found = tokio::time::timeout(WAIT_TIMEOUT, async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = find(self) {
                    return found;
                }
                let _sender_lives_in_self = changes.changed().await;
            }
        });
        found.await.map_err(|_elapsed| self.read(timed_out))
    }

    /// How many updates the bot has not confirmed yet.
    #[must_use]
    pub fn pending_updates(&self) -> usize {
        self.read(|state| state.updates.count())
    }

    /// Waits until the bot confirmed every update made so far and no call is under way.
    pub async fn wait_until_idle(&self) -> Result<(), TimedOut> {
        let serial = self.read(|state| state.updates.next_serial());
        let quiet = |state: &State| state.updates.confirmed_before(serial) && state.log.is_quiet();
        self.wait_for(|sandbox| sandbox.read(quiet).then_some(())).await
    }
}

/// The last few calls, and how many updates wait.
fn timed_out(state: &State) -> TimedOut {
    let calls = state.log.calls();
    let last: Vec<_> = calls.iter().rev().take(8).rev().map(|call| format!("\n  {call:?}")).collect();
    let waiting = state.updates.count();
    TimedOut(format!("it did not happen within {WAIT_TIMEOUT:?}; {waiting} updates wait; last calls:{}", last.concat()))
}
