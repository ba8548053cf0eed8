//! Telegram Bot API client, built on teloxide (<https://core.telegram.org/bots/api>).
//!
//! [`Telegram`] makes the calls; [`ConnectionStatus`] reports the connection to the rest of the program. Every failed
//! call is reduced to a [`TelegramError`], which says what to do next.

mod bulk;
mod call;
mod connection_status;
mod dates;
mod destination;
mod envelope;
mod error;
mod files;
mod introduction;
mod stars;
mod updates;

use std::time::Duration;

use reqwest::Url;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use teloxide::Bot;
use teloxide::payloads::{
    AnswerCallbackQuerySetters, EditMessageTextSetters, SendMessageSetters, SetMyCommandsSetters,
};
use teloxide::requests::{Payload, Requester};
use teloxide::types::{
    BotCommand, BotCommandScope, CallbackQueryId, ChatId, InlineKeyboardMarkup, LinkPreviewOptions, MessageId,
    ParseMode,
};

use crate::gateway::telegram::dates::without_dates;
use crate::gateway::telegram::envelope::MessageIdOnly;
use crate::model::crypto::secret::Secret;

use self::call::ApiCall;

pub use self::bulk::{BulkMessage, BulkSendResult, BulkSender};
pub use self::connection_status::ConnectionStatus;
pub use self::destination::Destination;
pub use self::error::TelegramError;
pub use self::files::{GeneratedFile, GeneratedPicture};
pub use self::stars::{Renewal, StarInvoice, StarTransaction};
pub use self::updates::Poll;

/// Limit of any call. Above the length of a long poll.
const API_CALL_TIMEOUT: Duration = Duration::from_secs(17);
/// Longest `retry_after` that is waited out within a call. A longer one is an error.
const MAX_INLINE_WAIT: Duration = Duration::from_secs(3);
/// Pause before an idempotent call of unknown outcome is repeated.
const RETRY_PAUSE: Duration = Duration::from_millis(300);

/// `getMe`, reduced to one field: teloxide's own type requires fields that other server versions lack.
#[derive(Clone, Serialize)]
struct GetMe {}

/// Bot account, reduced to the one field we need.
#[derive(Deserialize)]
struct BotIdentity {
    username: String,
}

impl Payload for GetMe {
    type Output = BotIdentity;

    const NAME: &'static str = "getMe";
}

/// Result of every call.
pub type Result<T> = std::result::Result<T, TelegramError>;

/// Message to send, in Telegram's HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMessage {
    /// Body in Telegram's HTML.
    pub html: String,
    /// Inline keyboard; may be empty.
    pub keyboard: InlineKeyboardMarkup,
    /// True if Telegram must prevent forwarding and saving (`protect_content`).
    pub protected: bool,
}

/// Notification of a person about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notification {
    /// With a sound.
    Sound,
    /// Without a sound.
    Silent,
}

/// Bot API client of one bot. Cheap to clone.
#[derive(Clone)]
pub struct Telegram {
    bot: Bot,
    bulk: BulkSender,
}

impl Telegram {
    /// Creates a client for the bot of `token` at `api_url`. Makes no call.
    pub fn new(token: &Secret, api_url: Url) -> std::result::Result<Self, String> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(API_CALL_TIMEOUT)
            .tcp_nodelay(true)
            .build()
            .map_err(|error| format!("the HTTP client could not be created: {error}"))?;
        let bulk = BulkSender::new(token, &api_url)?;
        Ok(Self { bot: Bot::with_client(token.reveal(), client).set_api_url(api_url), bulk })
    }

    /// Returns the sender for broadcasts, which has connections of its own.
    #[must_use]
    pub const fn bulk(&self) -> &BulkSender {
        &self.bulk
    }

    /// Fetches the bot's username (`getMe`).
    pub async fn username(&self) -> Result<String> {
        Ok(ApiCall::<BotIdentity>::of(&GetMe {}).once(&self.bot).await?.username)
    }

    /// Sets the command menu of one private chat or of all, in one language or as the default.
    pub async fn set_commands(
        &self,
        commands: Vec<BotCommand>,
        chat: Option<i64>,
        language: Option<&str>,
    ) -> Result<()> {
        let scope = match chat {
            Some(chat) => BotCommandScope::Chat { chat_id: ChatId(chat).into() },
            None => BotCommandScope::AllPrivateChats,
        };
        let request = self.bot.set_my_commands(commands).scope(scope);
        let request = match language {
            Some(code) => request.language_code(code),
            None => request,
        };
        ApiCall::<IgnoredAny>::of(&request).once(&self.bot).await.map(drop)
    }

    /// Sends a message. A send of unknown outcome is not repeated, because the message may hold a secret.
    pub async fn send(&self, to: impl Into<Destination>, message: &OutgoingMessage) -> Result<MessageId> {
        self.post(to.into(), message, Notification::Sound).await
    }

    /// Sends a message without a notification sound.
    pub async fn send_silently(&self, to: impl Into<Destination>, message: &OutgoingMessage) -> Result<MessageId> {
        self.post(to.into(), message, Notification::Silent).await
    }

    /// Sends a message; without date tags if the server does not know them.
    async fn post(&self, to: Destination, message: &OutgoingMessage, sound: Notification) -> Result<MessageId> {
        let outcome = self.post_in_topic(to, message, sound).await;
        match without_dates(message, &outcome) {
            Some(plain) => self.post_in_topic(to, &plain, sound).await,
            None => outcome,
        }
    }

    /// Sends into the topic, or into the chat as such if the topic no longer exists or is closed.
    async fn post_in_topic(
        &self,
        to: Destination,
        message: &OutgoingMessage,
        sound: Notification,
    ) -> Result<MessageId> {
        match self.post_to(to, message, sound).await {
            Err(TelegramError::Refused(text)) if to.is_lost(&text) => {
                self.post_to(Destination::chat(to.chat), message, sound).await
            }
            outcome => outcome,
        }
    }

    async fn post_to(&self, to: Destination, message: &OutgoingMessage, sound: Notification) -> Result<MessageId> {
        let send = self
            .bot
            .send_message(ChatId(to.chat), &message.html)
            .parse_mode(ParseMode::Html)
            .reply_markup(message.keyboard.clone())
            .protect_content(message.protected)
            .disable_notification(sound == Notification::Silent)
            .link_preview_options(no_preview());
        let send = match to.thread_id() {
            Some(thread) => send.message_thread_id(thread),
            None => send,
        };
        Ok(MessageId(ApiCall::<MessageIdOnly<i32>>::of(&send).patiently(&self.bot).await?.message_id))
    }

    /// Edits a message of the bot. Succeeds if the message already has this content.
    pub async fn edit(&self, chat: i64, message: i32, content: &OutgoingMessage) -> Result<()> {
        let outcome = self.edit_to(chat, message, content).await;
        match without_dates(content, &outcome) {
            Some(plain) => self.edit_to(chat, message, &plain).await,
            None => outcome,
        }
    }

    async fn edit_to(&self, chat: i64, message: i32, content: &OutgoingMessage) -> Result<()> {
        let edit = self
            .bot
            .edit_message_text(ChatId(chat), MessageId(message), &content.html)
            .parse_mode(ParseMode::Html)
            .reply_markup(content.keyboard.clone())
            .link_preview_options(no_preview());
        ApiCall::<IgnoredAny>::of(&edit).persistently(&self.bot).await.map(drop).or_else(TelegramError::pass_unchanged)
    }

    /// Deletes a message. Succeeds if the message no longer exists.
    pub async fn delete(&self, chat: i64, message: i32) -> Result<()> {
        let delete = self.bot.delete_message(ChatId(chat), MessageId(message));
        ApiCall::<IgnoredAny>::of(&delete).persistently(&self.bot).await.map(drop).or_else(TelegramError::pass_gone)
    }

    /// Answers a tap: ends the button's spinner and shows `text`, if any. Succeeds if the tap is too old to answer.
    pub async fn answer(&self, query: &CallbackQueryId, text: Option<&str>) -> Result<()> {
        let answer = self.bot.answer_callback_query(query.clone());
        let answer = match text {
            Some(text) => answer.text(text.chars().take(200).collect::<String>()),
            None => answer,
        };
        ApiCall::<IgnoredAny>::of(&answer)
            .persistently(&self.bot)
            .await
            .map(drop)
            .or_else(TelegramError::pass_unchanged)
    }
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

#[expect(clippy::disallowed_methods, reason = "Telegram asks for a wait, and no event ends it earlier")]
async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}
