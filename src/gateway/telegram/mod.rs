//! The Bot API, called through teloxide's client (<https://core.telegram.org/bots/api>).
//!
//! A [`Telegram`] sends; a [`ConnectionStatus`] tells everyone else how the connection is. Every call's outcome is put in one of the
//! few classes of [`TelegramError`], because what matters is what to do next.

mod bulk;
mod call;
mod connection_status;
mod error;

use std::time::Duration;

use reqwest::Url;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::Bot;
use teloxide::payloads::{
    AnswerCallbackQuerySetters, EditMessageTextSetters, GetUpdatesSetters, SendDocumentSetters, SendMessageSetters,
    SetMyCommandsSetters, SetWebhookSetters,
};
use teloxide::requests::{Payload, Request, Requester};
use teloxide::types::{
    AllowedUpdate, BotCommand, BotCommandScope, CallbackQueryId, ChatId, InlineKeyboardMarkup, InputFile,
    LinkPreviewOptions, MessageId, ParseMode, WebhookInfo,
};

use crate::model::crypto::secret::Secret;

use self::call::ApiCall;

pub use self::bulk::{BulkMessage, BulkSender};
pub use self::connection_status::ConnectionStatus;
pub use self::error::TelegramError;

/// How long the server may hold a `getUpdates` open, in seconds.
const LONG_POLL_SECS: u32 = 10;
/// How long any call may take. Above [`LONG_POLL_SECS`].
const API_CALL_TIMEOUT: Duration = Duration::from_secs(17);
/// A `retry_after` of at most this much is waited for; a longer one is an error.
const MAX_INLINE_WAIT: Duration = Duration::from_secs(3);
/// After how long a call that may be made twice is made once more, when it is not known what became of it.
const RETRY_PAUSE: Duration = Duration::from_millis(300);

/// The kinds of update we handle. Sent with every request for updates: Telegram remembers the last answer otherwise.
const ALLOWED_UPDATES: [AllowedUpdate; 4] =
    [AllowedUpdate::Message, AllowedUpdate::EditedMessage, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember];

/// `getMe`, read for the one field we need: teloxide's own type insists on fields that servers of other versions lack.
#[derive(Clone, Serialize)]
struct GetMe {}

/// The bot, as far as we need to know it.
#[derive(Deserialize)]
struct BotIdentity {
    username: String,
}

impl Payload for GetMe {
    type Output = BotIdentity;

    const NAME: &'static str = "getMe";
}

/// A message that was sent, read for its number.
#[derive(Deserialize)]
struct MessageIdOnly {
    message_id: i32,
}

/// What every call answers.
pub type Result<T> = std::result::Result<T, TelegramError>;

/// A message to be sent, in Telegram's HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMessage {
    /// The text.
    pub html: String,
    /// Its buttons.
    pub keyboard: InlineKeyboardMarkup,
    /// Whether Telegram should keep it from being forwarded and saved.
    pub protected: bool,
}

/// The bot's end of the Bot API. Cheap to clone.
#[derive(Clone)]
pub struct Telegram {
    bot: Bot,
    bulk: BulkSender,
}

impl Telegram {
    /// Speaks for the bot of `token` to the server at `api_url`. Calls nothing yet.
    pub fn new(token: &Secret, api_url: Url) -> std::result::Result<Self, String> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(API_CALL_TIMEOUT)
            .tcp_nodelay(true)
            .build()
            .map_err(|fault| format!("the HTTP client could not be made: {fault}"))?;
        let bulk = BulkSender::new(token, &api_url)?;
        Ok(Self { bot: Bot::with_client(token.reveal(), client).set_api_url(api_url), bulk })
    }

    /// What sends in bulk, on connections of its own.
    #[must_use]
    pub const fn bulk(&self) -> &BulkSender {
        &self.bulk
    }

    /// The bot's username.
    pub async fn username(&self) -> Result<String> {
        Ok(ApiCall::<BotIdentity>::of(&GetMe {}).once(&self.bot).await?.username)
    }

    /// The updates from `offset` on, as they came; confirms all before it. If there are none, waits for some, or does not.
    pub async fn updates(&self, offset: u32, wait: bool) -> Result<Vec<Value>> {
        let offset = i32::try_from(offset).unwrap_or(i32::MAX);
        let timeout = if wait { LONG_POLL_SECS } else { 0 };
        let ask = self.bot.get_updates().offset(offset).timeout(timeout).limit(100).allowed_updates(ALLOWED_UPDATES);
        ApiCall::of(&ask).once(&self.bot).await
    }

    /// Confirms all updates before `offset`, and takes none: waits for nothing.
    pub async fn confirm(&self, offset: u32) -> Result<()> {
        let offset = i32::try_from(offset).unwrap_or(i32::MAX);
        let ask = self.bot.get_updates().offset(offset).timeout(0).limit(1).allowed_updates(ALLOWED_UPDATES);
        ApiCall::<IgnoredAny>::of(&ask).once(&self.bot).await.map(drop)
    }

    /// Where updates are pushed to, if anywhere.
    pub async fn webhook(&self) -> Result<Option<Url>> {
        Ok(ApiCall::<WebhookInfo>::of(&self.bot.get_webhook_info()).once(&self.bot).await?.url)
    }

    /// Asks for updates to be pushed to `url` with `secret` in `X-Telegram-Bot-Api-Secret-Token`.
    pub async fn set_webhook(&self, url: Url, secret: &Secret) -> Result<()> {
        let ask = self
            .bot
            .set_webhook(url)
            .secret_token(secret.reveal())
            .allowed_updates(ALLOWED_UPDATES)
            .max_connections(40);
        ApiCall::<IgnoredAny>::of(&ask).once(&self.bot).await.map(drop)
    }

    /// Sets the menu of commands of a private chat, or of all of them; in one language, or for all others.
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
        let ask = self.bot.set_my_commands(commands).scope(scope);
        let ask = match language {
            Some(code) => ask.language_code(code),
            None => ask,
        };
        ApiCall::<IgnoredAny>::of(&ask).once(&self.bot).await.map(drop)
    }

    /// Sends a message. When the outcome is uncertain it is not sent again: a message may be a secret.
    pub async fn send(&self, chat: i64, message: &OutgoingMessage) -> Result<MessageId> {
        self.post(chat, message, false).await
    }

    /// Sends a message that makes no sound.
    pub async fn send_silently(&self, chat: i64, message: &OutgoingMessage) -> Result<MessageId> {
        self.post(chat, message, true).await
    }

    async fn post(&self, chat: i64, message: &OutgoingMessage, softly: bool) -> Result<MessageId> {
        let send = self
            .bot
            .send_message(ChatId(chat), &message.html)
            .parse_mode(ParseMode::Html)
            .reply_markup(message.keyboard.clone())
            .protect_content(message.protected)
            .disable_notification(softly)
            .link_preview_options(no_preview());
        Ok(MessageId(ApiCall::<MessageIdOnly>::of(&send).patiently(&self.bot).await?.message_id))
    }

    /// Sends a text as a file of that name, with a caption in HTML.
    pub async fn send_file(&self, chat: i64, (name, content): (String, String), caption: String) -> Result<MessageId> {
        let file = InputFile::memory(content).file_name(name);
        let send = self.bot.send_document(ChatId(chat), file).caption(caption).parse_mode(ParseMode::Html);
        Ok(send.send().await?.id)
    }

    /// Changes a message of ours. One that says this already is fine.
    pub async fn edit(&self, chat: i64, message: i32, with: &OutgoingMessage) -> Result<()> {
        let edit = self
            .bot
            .edit_message_text(ChatId(chat), MessageId(message), &with.html)
            .parse_mode(ParseMode::Html)
            .reply_markup(with.keyboard.clone())
            .link_preview_options(no_preview());
        ApiCall::<IgnoredAny>::of(&edit).persistently(&self.bot).await.map(drop).or_else(TelegramError::pass_unchanged)
    }

    /// Deletes a message. One that is gone is fine.
    pub async fn delete(&self, chat: i64, message: i32) -> Result<()> {
        let delete = self.bot.delete_message(ChatId(chat), MessageId(message));
        ApiCall::<IgnoredAny>::of(&delete)
            .persistently(&self.bot)
            .await
            .map(drop)
            .or_else(TelegramError::pass_unchanged)
    }

    /// Answers a tap: ends the button's spinner, and shows `text` if there is any. A tap that waited too long is fine.
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

#[expect(clippy::disallowed_methods, reason = "Telegram says how long to wait, and there is nothing else to wait for")]
async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}
