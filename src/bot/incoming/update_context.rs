//! Origin of an update: who sent it, from where, and which message its reply edits.

use serde_json::Value;
use teloxide::types::CallbackQueryId;

use crate::bot::incoming::raw::fields::text;
use crate::gateway::telegram::Destination;
use crate::model::accounts::account::TelegramId;
use crate::model::time::Moment;

/// Telegram languages whose readers are asked once whether they prefer Russian: Ukrainian, Belarusian and Kazakh.
const OFFERED_LANGUAGES: [&str; 3] = ["uk", "be", "kk"];

/// Sender, chat and message of an update. The reply goes there.
#[derive(Clone, Debug)]
pub(crate) struct UpdateContext {
    /// Telegram's `update_id`; also makes the actions of this update idempotent.
    pub(crate) update_id: i64,
    /// Sender.
    pub(crate) person: TelegramId,
    /// Private chat or group.
    pub(crate) chat: i64,
    /// Topic of the chat; `None` for General and for a chat without topics.
    pub(crate) thread: Option<i32>,
    /// The sender's message, or the bot's message whose button was tapped.
    pub(crate) message: Option<i32>,
    /// Message of the bot that the reply edits: the tapped one, or the question that a typed message answers.
    pub(crate) edits: Option<i32>,
    /// Callback query to answer, if the update is a tap.
    pub(crate) tap: Option<CallbackQueryId>,
    /// Time the message was sent; Telegram does not give the time of a tap.
    pub(crate) sent_at: Option<Moment>,
    /// Offer of the bot's languages to a newcomer.
    pub(crate) language_offer: LanguageOffer,
}

/// Offer of the bot's languages to a newcomer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LanguageOffer {
    /// The sender's Telegram is in a language whose readers often prefer Russian to English, but it is neither.
    Yes,
    /// The sender's Telegram is in a language of the bot, or in one that suggests neither.
    No,
}

impl UpdateContext {
    /// Context of an update about a person, in their private chat.
    pub(super) const fn of_person(update_id: i64, person: TelegramId) -> Self {
        Self {
            update_id,
            person,
            chat: person.get(),
            thread: None,
            message: None,
            edits: None,
            tap: None,
            sent_at: None,
            language_offer: LanguageOffer::No,
        }
    }

    /// Idempotency key of this update's action: a redelivered update repeats nothing.
    pub(crate) fn idempotency_key(&self) -> String {
        format!("telegram:{}", self.update_id)
    }

    /// Place for the answer: the chat, and the topic in it.
    pub(crate) const fn destination(&self) -> Destination {
        Destination { chat: self.chat, thread: self.thread }
    }
}

impl LanguageOffer {
    /// Offer to the sender of a raw message.
    pub(super) fn of(message: &Value) -> Self {
        let tag = text(message, "/from/language_code").unwrap_or_default();
        let language = tag.split('-').next().unwrap_or_default();
        if OFFERED_LANGUAGES.contains(&language) { Self::Yes } else { Self::No }
    }
}
