//! Observations: what a person sees, what the bot called, and waiting for either.

use std::{fmt, sync::Arc, time::Duration};

use serde::Serialize;
use serde_json::Value;

use crate::{
    Sandbox,
    bot_api::{BotProfile, LoggedCall},
    state::{
        State,
        media::Media,
        message::{Author, StoredMessage},
    },
};

/// Real time a test waits before it fails.
const WAIT_TIMEOUT: Duration = Duration::from_secs(20);

/// A message as a person sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VisibleMessage {
    /// Number within the chat.
    pub id: i64,
    /// True if the bot wrote it.
    pub from_bot: bool,
    /// Plain text, or the caption of a file.
    pub text: String,
    /// Text as sent, markup included.
    pub html: String,
    /// Rows of inline buttons.
    pub buttons: Vec<Vec<Button>>,
    /// True if the message cannot be forwarded or saved (`protect_content`).
    pub protected: bool,
    /// True if the message was edited.
    pub edited: bool,
    /// Unix seconds.
    pub date: i64,
    /// `photo` or `document` for a file.
    pub file: Option<&'static str>,
    /// `file_id` of the file.
    pub file_id: Option<String>,
    /// Topic the message is in; `None` for General and for a chat without topics.
    pub topic: Option<i64>,
    /// Invoice, payment or refund. Such a message has no text.
    pub payment: Option<PaymentMessage>,
}

/// A message about Telegram Stars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PaymentMessage {
    /// An invoice of the bot (`sendInvoice`).
    Invoice {
        /// Address at which it is paid.
        link: String,
        /// Name of the product.
        title: String,
        /// Description of the product.
        description: String,
        /// Price in Stars.
        stars: i64,
    },
    /// `successful_payment`
    Paid {
        /// Name of the product.
        title: String,
        /// Number of Stars.
        stars: i64,
        /// `invoice_payload`, which Telegram shows to nobody.
        payload: String,
        /// `telegram_payment_charge_id`
        charge_id: String,
    },
    /// `refunded_payment`
    Refunded {
        /// Name of the product.
        title: String,
        /// Number of Stars.
        stars: i64,
        /// `invoice_payload`, which Telegram shows to nobody.
        payload: String,
        /// `telegram_payment_charge_id` of the payment.
        charge_id: String,
    },
}

impl VisibleMessage {
    /// The button with this label or callback data.
    #[must_use]
    pub fn button(&self, label_or_data: &str) -> Option<&Button> {
        let matches = |button: &&Button| button.label == label_or_data || button.data() == Some(label_or_data);
        self.buttons.iter().flatten().find(matches)
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
            file_id: message.media.as_ref().map(|media| media.file_id.clone()),
            topic: message.topic,
            payment: message.service.as_ref().map(|content| content.shown.clone()),
        }
    }
}

/// An inline button.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Button {
    /// Text on the button.
    pub label: String,
    /// The whole `InlineKeyboardButton`.
    pub raw: Value,
}

impl Button {
    /// Callback data, for a button that sends a callback query.
    #[must_use]
    pub fn data(&self) -> Option<&str> {
        self.raw.get("callback_data")?.as_str()
    }

    /// Address, for a button that opens one. For a `login_url` button this is the address before signing.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.raw.get("url").or_else(|| self.raw.pointer("/login_url/url"))?.as_str()
    }

    /// Text, for a button that copies one.
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

/// The bot's answer to a tap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CallbackAnswer {
    /// Text shown to the person.
    pub text: Option<String>,
    /// True for a dialog, false for a toast.
    pub show_alert: bool,
    /// Address the client opens.
    pub url: Option<String>,
}

/// The awaited condition did not occur in time. The text lists the last calls.
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
    /// Messages of a chat, oldest first, without deleted ones.
    #[must_use]
    pub fn chat(&self, chat_id: i64) -> Vec<VisibleMessage> {
        self.read(|state| {
            state
                .chat(chat_id)
                .map(|chat| chat.messages().map(VisibleMessage::from_stored).collect())
                .unwrap_or_default()
        })
    }

    /// Newest message of a chat.
    #[must_use]
    pub fn last(&self, chat_id: i64) -> Option<VisibleMessage> {
        self.read(|state| state.chat(chat_id)?.messages().next_back().map(VisibleMessage::from_stored))
    }

    /// The last 10,000 finished calls, oldest first, without `getUpdates` calls that returned no updates.
    #[must_use]
    pub fn calls(&self) -> Vec<Arc<LoggedCall>> {
        self.read(|state| state.log.calls())
    }

    /// Number of finished calls of a method since the start; the name in Telegram's spelling.
    #[must_use]
    pub fn call_count(&self, method: &str) -> u64 {
        self.read(|state| state.log.count(method))
    }

    /// Bytes of a photo the bot uploaded, by `file_id`. The last 100 are stored.
    #[must_use]
    pub fn photo(&self, file_id: &str) -> Option<Vec<u8>> {
        self.read(|state| state.photos.find(file_id).map(|bytes| bytes.to_vec()))
    }

    /// Descriptions of the bot for readers of a language, such as `ru`; for an unknown language the general ones.
    #[must_use]
    pub fn bot_profile(&self, language: &str) -> BotProfile {
        self.read(|state| state.profile.shown(language))
    }

    /// Menu button of a private chat: its own, or the default one.
    #[must_use]
    pub fn menu_button(&self, chat_id: i64) -> Value {
        self.read(|state| state.profile.menu_button(chat_id))
    }

    /// Cost of messages with `allow_paid_broadcast`, in tenths of a Star.
    #[must_use]
    pub fn paid_broadcast_cost(&self) -> i64 {
        self.read(State::paid_broadcast_cost)
    }

    /// True if a `getUpdates` call is waiting, so the bot is running.
    #[must_use]
    pub fn is_polled(&self) -> bool {
        self.read(|state| state.updates.polls > 0)
    }

    /// The bot's answer to a tap, if it has answered.
    #[must_use]
    pub fn callback_answer(&self, callback_query_id: &str) -> Option<CallbackAnswer> {
        self.read(|state| state.callbacks.answer_to(callback_query_id).cloned())
    }

    /// Waits until `find` returns a value; calls it at every change of state. Fails after 20 s of real time.
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

    /// Number of updates the bot has not confirmed.
    #[must_use]
    pub fn pending_updates(&self) -> usize {
        self.read(|state| state.updates.count())
    }

    /// Waits until every update created so far is confirmed and no call is in flight. Fails after 20 s of real time.
    pub async fn wait_until_idle(&self) -> Result<(), TimedOut> {
        let serial = self.read(|state| state.updates.next_serial());
        let quiet = |state: &State| state.updates.confirmed_before(serial) && state.log.is_quiet();
        self.wait_for(|sandbox| sandbox.read(quiet).then_some(())).await
    }
}

/// Error text: the last calls and the number of pending updates.
fn timed_out(state: &State) -> TimedOut {
    let calls = state.log.calls();
    let last: Vec<_> = calls.iter().rev().take(8).rev().map(|call| format!("\n  {call:?}")).collect();
    let pending = state.updates.count();
    TimedOut(format!(
        "the awaited condition did not occur within {WAIT_TIMEOUT:?}; {pending} updates pending; last calls:{}",
        last.concat()
    ))
}
