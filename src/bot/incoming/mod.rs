//! Parsing of updates: who sent one, from which chat, and what they want.
//!
//! - `raw`: fields of the update's JSON, without its secrets.
//! - `command`: commands and their arguments. `command_menu`: the menu Telegram shows next to the input.
//! - `message_content`: any other message, with its formatting and file.
//! - `dialogue`: routes a message to the question it answers. `words`: everyday words and deep links that open a screen.
//! - `update_context`: the origin of an update, and which message its reply edits.
//! - `payments`: questions before payments, and reports about them.

pub(in crate::bot) mod command;
pub(in crate::bot) mod command_menu;
pub(in crate::bot) mod dialogue;
pub(in crate::bot) mod message_content;
pub(in crate::bot) mod payments;
pub(in crate::bot) mod raw;
mod update_context;
pub(in crate::bot) mod words;

use serde_json::Value;
use teloxide::dptree::di::DependencyMap;
use teloxide::types::CallbackQueryId;

use crate::bot::incoming::command::{BotCommand, ParsedText};
use crate::bot::incoming::message_content::{MessageContent, words};
use crate::bot::incoming::payments::PaymentReport;
use crate::bot::incoming::raw::fields::{flag, has_any, integer, small_integer, text};
use crate::bot::incoming::raw::received::ReceivedUpdate;
use crate::bot::reply::ReplyContext;
use crate::domain::Domain;
use crate::messages::callback_data::Callback;
use crate::model::accounts::account::TelegramId;
use crate::model::accounts::identity::TelegramProfile;
use crate::model::api_key::KeyDigest;
use crate::model::notices::reachability::Reachability;
use crate::model::text::language::Language;
use crate::model::time::Moment;

pub(crate) use self::update_context::{LanguageOffer, UpdateContext};

/// Number of the topic General, in which messages are not topic messages.
const GENERAL_TOPIC: i32 = 1;
/// A message with one of these was written by somebody else, so it is not a command of its sender.
const FOREIGN_MARKS: [&str; 4] = ["forward_origin", "forward_date", "forward_from", "via_bot"];
/// Service messages about the chat itself. They ask for nothing and answer no question.
const SERVICE_MESSAGES: [&str; 7] = [
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "pinned_message",
];
/// Statuses of a bot that may write to the chat.
const MEMBER_STATUSES: [&str; 3] = ["creator", "administrator", "member"];

/// Action requested in a private chat.
#[derive(Clone, Debug)]
pub(crate) enum UserAction {
    /// A command.
    Command(BotCommand),
    /// A tap on a button.
    Tap(Callback),
    /// A message that contains API keys, which do not belong in a chat.
    Pasted(PastedSecrets),
    /// Any other message, perhaps the answer to a question of the bot.
    Words(MessageContent),
}

/// API keys that a message contained.
#[derive(Clone, Debug)]
pub(crate) struct PastedSecrets {
    /// Digests of the keys.
    pub(crate) keys: Vec<KeyDigest>,
    /// Number of texts that were meant to be a key.
    pub(crate) mistyped: usize,
}

impl PastedSecrets {
    /// Keys of an update; `None` if there are none.
    fn of(update: &ReceivedUpdate) -> Option<Self> {
        let (keys, mistyped) = (update.keys().to_vec(), update.mistyped_keys());
        (!keys.is_empty() || mistyped > 0).then_some(Self { keys, mistyped })
    }
}

/// An update the bot acts on.
#[derive(Clone, Debug)]
pub(crate) enum Incoming {
    /// Message or tap in a private chat.
    Private {
        /// Sender's profile.
        profile: TelegramProfile,
        /// Language of the sender's Telegram app.
        telegram_language: Option<Language>,
        /// Requested action.
        action: UserAction,
        /// Origin and destination of the reply.
        context: UpdateContext,
    },
    /// The person blocked or unblocked the bot.
    Membership {
        /// State after the change.
        reachability: Reachability,
        /// Origin; there is no reply.
        context: UpdateContext,
    },
    /// Telegram reports about a payment.
    Payment {
        report: PaymentReport,
        /// Origin; there is no reply.
        context: UpdateContext,
    },
    /// Message in a group that contains API keys. It is deleted, even if its sender is hidden.
    PastedInGroup {
        /// Digests of the keys.
        keys: Vec<KeyDigest>,
        /// Language of the sender's Telegram app.
        telegram_language: Option<Language>,
        /// Origin and destination of the reply.
        context: UpdateContext,
    },
    /// Command or tap in a group. The bot shows nothing personal there and points to the private chat.
    InGroup {
        /// Language of the sender's Telegram app.
        telegram_language: Option<Language>,
        /// Origin and destination of the reply.
        context: UpdateContext,
    },
}

impl Incoming {
    /// Parses an update. Returns `None` for updates the bot ignores.
    ///
    /// Ignored are edits (unless they add an API key), other bots and their commands, channels, conversation in
    /// groups, and anonymous group admins, who cannot be identified. An API key is never ignored.
    pub(in crate::bot) fn of(update: &ReceivedUpdate, bot: Option<&str>) -> Option<Self> {
        if let Some(message) = update.payload("message") {
            return Self::of_message(update, message, bot);
        }
        if let Some(message) = update.payload("edited_message").filter(|_| PastedSecrets::of(update).is_some()) {
            return Self::of_message(update, message, bot).filter(Self::is_pasted);
        }
        if let Some(query) = update.payload("callback_query") {
            return Self::of_tap(update, query);
        }
        if let Some(change) = update.payload("subscription") {
            let person = TelegramId::new(integer(change, "/user/id")?)?;
            let context = UpdateContext::of_person(update.update_id, person);
            return Some(Self::Payment { report: PaymentReport::of_subscription(change)?, context });
        }
        Self::of_membership(update, update.payload("my_chat_member")?)
    }

    fn of_message(update: &ReceivedUpdate, message: &Value, bot: Option<&str>) -> Option<Self> {
        let sender = TelegramId::new(integer(message, "/from/id")?)?;
        let context = UpdateContext {
            update_id: update.update_id,
            person: sender,
            chat: integer(message, "/chat/id")?,
            thread: topic(message),
            message: Some(small_integer(message, "/message_id")?),
            edits: None,
            tap: None,
            sent_at: integer(message, "/date").map(Moment),
            language_offer: LanguageOffer::of(message),
        };
        if let Some(report) = PaymentReport::of_message(message) {
            return Some(Self::Payment { report, context });
        }
        let profile = message.get("from").and_then(profile_of).filter(|_| message.get("sender_chat").is_none());
        let telegram_language = profile.as_ref().and_then(|profile| profile.telegram_language);
        let is_private = text(message, "/chat/type") == Some("private");
        if !is_private && !update.keys().is_empty() {
            return Some(Self::PastedInGroup { keys: update.keys().to_vec(), telegram_language, context });
        }
        let profile = profile?;
        let is_own = !has_any(message, &FOREIGN_MARKS);
        let parsed = if is_own { BotCommand::parse(words(message), bot) } else { ParsedText::Words };
        if !is_private {
            let ours = matches!(parsed, ParsedText::Ours(ref command) if *command != BotCommand::Unknown);
            return ours.then_some(Self::InGroup { telegram_language, context });
        }
        let action = match (PastedSecrets::of(update), parsed) {
            (Some(pasted), _) => UserAction::Pasted(pasted),
            (None, ParsedText::Ours(command)) => UserAction::Command(command),
            _ if has_any(message, &SERVICE_MESSAGES) => return None,
            (None, ParsedText::Others | ParsedText::Words) => UserAction::Words(MessageContent::of(message)),
        };
        Some(Self::Private { telegram_language, profile, action, context })
    }

    fn of_tap(update: &ReceivedUpdate, query: &Value) -> Option<Self> {
        let profile = profile_of(query.get("from")?)?;
        let message = query.get("message").unwrap_or(&Value::Null);
        let tap = text(query, "/data").map_or(Callback::Stale, Callback::parse);
        // An edit removes no protection, and a protected message is deleted in time: other screens are not shown there.
        let is_kept = flag(message, "/has_protected_content") && !tap.answers_protected();
        let context = UpdateContext {
            update_id: update.update_id,
            person: profile.id,
            chat: integer(message, "/chat/id").unwrap_or(profile.id.get()),
            thread: topic(message),
            message: small_integer(message, "/message_id"),
            edits: small_integer(message, "/message_id").filter(|_| !is_kept),
            tap: Some(CallbackQueryId(text(query, "/id")?.to_owned())),
            sent_at: None,
            language_offer: LanguageOffer::No,
        };
        let telegram_language = profile.telegram_language;
        if context.chat != profile.id.get() {
            return Some(Self::InGroup { telegram_language, context });
        }
        Some(Self::Private { telegram_language, profile, action: UserAction::Tap(tap), context })
    }

    fn of_membership(update: &ReceivedUpdate, change: &Value) -> Option<Self> {
        let is_private = text(change, "/chat/type") == Some("private");
        let profile = profile_of(change.get("from")?).filter(|_| is_private)?;
        let chat = integer(change, "/chat/id")?;
        let context = UpdateContext { chat, ..UpdateContext::of_person(update.update_id, profile.id) };
        let status = text(change, "/new_chat_member/status")?;
        let is_member = MEMBER_STATUSES.contains(&status) || flag(change, "/new_chat_member/is_member");
        let reachability = if is_member { Reachability::Reachable } else { Reachability::Unreachable };
        Some(Self::Membership { reachability, context })
    }

    /// True if the message contains API keys.
    const fn is_pasted(&self) -> bool {
        matches!(self, Self::PastedInGroup { .. } | Self::Private { action: UserAction::Pasted(_), .. })
    }

    /// Origin of the update. Updates of one person are handled in order.
    pub(crate) const fn context(&self) -> &UpdateContext {
        match self {
            Self::Private { context, .. }
            | Self::Membership { context, .. }
            | Self::Payment { context, .. }
            | Self::PastedInGroup { context, .. }
            | Self::InGroup { context, .. } => context,
        }
    }

    /// Language of the sender's Telegram app.
    pub(crate) const fn telegram_language(&self) -> Option<Language> {
        match self {
            Self::Private { telegram_language, .. }
            | Self::PastedInGroup { telegram_language, .. }
            | Self::InGroup { telegram_language, .. } => *telegram_language,
            Self::Membership { .. } | Self::Payment { .. } => None,
        }
    }
}

/// Topic of a message: its thread, if the thread is a topic and not a chain of replies.
fn topic(message: &Value) -> Option<i32> {
    let thread = small_integer(message, "/message_thread_id").filter(|thread| *thread != GENERAL_TOPIC);
    thread.filter(|_| flag(message, "/is_topic_message"))
}

/// Dependencies that a handler can take as arguments. A handler that needs more than two of caller, localizer and
/// update takes the [`ReplyContext`], which holds all three.
pub(crate) fn dependencies(domain: Domain, context: ReplyContext, action: UserAction) -> DependencyMap {
    let mut map = DependencyMap::new();
    map.insert(domain);
    map.insert(context.arrival);
    map.insert(context.caller.clone());
    map.insert(context.localizer.clone());
    map.insert(context.update.clone());
    map.insert(context);
    map.insert(action);
    map
}

/// Profile of a sender; `None` for bots.
fn profile_of(user: &Value) -> Option<TelegramProfile> {
    let id = integer(user, "/id").and_then(TelegramId::new).filter(|_| !flag(user, "/is_bot"))?;
    let name = |pointer| text(user, pointer);
    let profile = TelegramProfile::new(id, name("/first_name"), name("/last_name"), name("/username"));
    Some(TelegramProfile { telegram_language: name("/language_code").and_then(Language::from_tag), ..profile })
}
