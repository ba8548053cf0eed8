//! Parsing of updates: who sent one, from which chat, and what they want.
//!
//! - `command`: commands and their arguments. `command_menu`: the menu Telegram shows next to the input.
//! - `message_content`: any other message, with its formatting and file.
//! - `dialogue`: routes a message to the question it answers.

pub(in crate::bot) mod command;
pub(in crate::bot) mod command_menu;
pub(in crate::bot) mod dialogue;
pub(in crate::bot) mod message_content;

use teloxide::dptree::di::DependencyMap;
use teloxide::types::{CallbackQuery, CallbackQueryId, ChatMemberUpdated, Message, Update, UpdateKind, User};

use crate::bot::incoming::command::{BotCommand, ParsedText};
use crate::bot::incoming::message_content::MessageContent;
use crate::bot::reply::ReplyContext;
use crate::domain::Domain;
use crate::messages::callback_data::Callback;
use crate::model::accounts::account::TelegramId;
use crate::model::accounts::identity::TelegramProfile;
use crate::model::api_key::PlainKey;
use crate::model::notices::reachability::Reachability;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// Action requested in a private chat.
#[derive(Clone, Debug)]
pub(crate) enum UserAction {
    /// A command.
    Command(BotCommand),
    /// A tap on a button.
    Tap(Callback),
    /// A message that contains API keys, which do not belong in a chat.
    Pasted(Vec<PlainKey>),
    /// Any other message, perhaps the answer to a question of the bot.
    Words(MessageContent),
}

/// Origin of an update, which is also where the reply goes.
#[derive(Clone, Debug)]
pub(crate) struct UpdateContext {
    /// Telegram's `update_id`; also makes the actions of this update idempotent.
    pub(crate) update_id: i64,
    /// Sender.
    pub(crate) person: TelegramId,
    /// Private chat or group.
    pub(crate) chat: i64,
    /// The sender's message, or the bot's message whose button was tapped.
    pub(crate) message: Option<i32>,
    /// Callback query to answer, if the update is a tap.
    pub(crate) tap: Option<CallbackQueryId>,
    /// Time the message was sent; Telegram does not give the time of a tap.
    pub(crate) sent_at: Option<Moment>,
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
    /// Command or tap in a group. The bot shows nothing personal there and points to the private chat.
    InGroup {
        /// Language of the sender's Telegram app.
        telegram_language: Option<Language>,
        /// Origin and destination of the reply.
        context: UpdateContext,
    },
}

impl UpdateContext {
    /// Idempotency key of this update's action: a redelivered update repeats nothing.
    pub(crate) fn idempotency_key(&self) -> String {
        format!("telegram:{}", self.update_id)
    }
}

impl Incoming {
    /// Parses an update. Returns `None` for updates the bot ignores.
    ///
    /// Ignored are edits (unless they add an API key), other bots and their commands, channels, conversation in
    /// groups, and anonymous group admins, who cannot be identified.
    pub(crate) fn of(update: &Update, bot: Option<&str>) -> Option<Self> {
        match &update.kind {
            UpdateKind::Message(message) => Self::of_message(update, message, bot),
            UpdateKind::EditedMessage(message) => Self::of_message(update, message, bot).filter(Self::has_pasted_key),
            UpdateKind::CallbackQuery(query) => Self::of_tap(update, query),
            UpdateKind::MyChatMember(change) => Self::of_membership(update, change),
            _ => None,
        }
    }

    fn of_message(update: &Update, message: &Message, bot: Option<&str>) -> Option<Self> {
        let sender = message.from.as_ref().filter(|_| message.sender_chat.is_none())?;
        let profile = profile_of(sender)?;
        let context = UpdateContext {
            update_id: i64::from(update.id.0),
            person: profile.id,
            chat: message.chat.id.0,
            message: Some(message.id.0),
            tap: None,
            sent_at: Some(Moment(message.date.timestamp())),
        };
        let text = message.text().or_else(|| message.caption()).unwrap_or_default();
        // A forwarded message is not a command of the person who forwards it.
        let is_own = message.forward_origin().is_none() && message.via_bot.is_none();
        let parsed = if is_own { BotCommand::parse(text, bot) } else { ParsedText::Words };
        if !message.chat.is_private() {
            let ours = matches!(parsed, ParsedText::Ours(ref command) if *command != BotCommand::Unknown);
            return ours.then_some(Self::InGroup { telegram_language: profile.telegram_language, context });
        }
        let action = match parsed {
            _ if PlainKey::find_in(text).next().is_some() => UserAction::Pasted(PlainKey::find_in(text).collect()),
            ParsedText::Ours(command) => UserAction::Command(command),
            ParsedText::Others | ParsedText::Words => UserAction::Words(MessageContent::of(message)),
        };
        Some(Self::Private { telegram_language: profile.telegram_language, profile, action, context })
    }

    const fn has_pasted_key(&self) -> bool {
        matches!(self, Self::Private { action: UserAction::Pasted(_), .. })
    }

    fn of_tap(update: &Update, query: &CallbackQuery) -> Option<Self> {
        let profile = profile_of(&query.from)?;
        let message = query.message.as_ref();
        let context = UpdateContext {
            update_id: i64::from(update.id.0),
            person: profile.id,
            chat: message.map_or(profile.id.get(), |message| message.chat().id.0),
            message: message.map(|message| message.id().0),
            tap: Some(query.id.clone()),
            sent_at: None,
        };
        if context.chat != profile.id.get() {
            return Some(Self::InGroup { telegram_language: profile.telegram_language, context });
        }
        let action = UserAction::Tap(query.data.as_deref().map_or(Callback::Stale, Callback::parse));
        Some(Self::Private { telegram_language: profile.telegram_language, profile, action, context })
    }

    fn of_membership(update: &Update, change: &ChatMemberUpdated) -> Option<Self> {
        let profile = profile_of(&change.from).filter(|_| change.chat.is_private())?;
        let context = UpdateContext {
            update_id: i64::from(update.id.0),
            person: profile.id,
            chat: change.chat.id.0,
            message: None,
            tap: None,
            sent_at: None,
        };
        let reachability =
            if change.new_chat_member.kind.is_present() { Reachability::Reachable } else { Reachability::Unreachable };
        Some(Self::Membership { reachability, context })
    }

    /// Origin of the update. Updates of one person are handled in order.
    pub(crate) const fn context(&self) -> &UpdateContext {
        match self {
            Self::Private { context, .. } | Self::Membership { context, .. } | Self::InGroup { context, .. } => context,
        }
    }

    /// Language of the sender's Telegram app.
    pub(crate) const fn telegram_language(&self) -> Option<Language> {
        match self {
            Self::Private { telegram_language, .. } | Self::InGroup { telegram_language, .. } => *telegram_language,
            Self::Membership { .. } => None,
        }
    }
}

/// Dependencies that a handler can take as arguments. A handler that needs more than two of caller, localizer and
/// update takes the [`ReplyContext`], which holds all three.
pub(crate) fn dependencies(domain: Domain, context: ReplyContext, action: UserAction) -> DependencyMap {
    let mut map = DependencyMap::new();
    map.insert(domain);
    map.insert(context.caller.clone());
    map.insert(context.localizer.clone());
    map.insert(context.update.clone());
    map.insert(context);
    map.insert(action);
    map
}

/// Profile of a sender; `None` for bots.
fn profile_of(user: &User) -> Option<TelegramProfile> {
    let id = i64::try_from(user.id.0).ok().and_then(TelegramId::new).filter(|_| !user.is_bot)?;
    let profile = TelegramProfile::new(id, Some(&user.first_name), user.last_name.as_deref(), user.username.as_deref());
    let telegram_language = user.language_code.as_deref().and_then(Language::from_tag);
    Some(TelegramProfile { telegram_language, ..profile })
}
