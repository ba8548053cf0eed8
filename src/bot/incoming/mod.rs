//! Who wants what: an update, understood.

pub(in crate::bot) mod command;
pub(in crate::bot) mod command_menu;
pub(in crate::bot) mod dialogue;
pub(in crate::bot) mod message_content;

use teloxide::dptree::di::DependencyMap;
use teloxide::types::{CallbackQuery, CallbackQueryId, ChatMemberUpdated, Message, Update, UpdateKind, User};

use crate::bot::incoming::command::{BotCommand, ParsedText};
use crate::bot::incoming::message_content::MessageContent;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::callback_data::Callback;
use crate::messages::localizer::Localizer;
use crate::model::accounts::account::{TelegramId, TelegramProfile};
use crate::model::api_key::PlainKey;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// What a person wants, in their private chat.
#[derive(Clone, Debug)]
pub(crate) enum UserAction {
    /// A command.
    Command(BotCommand),
    /// A tap on a button.
    Tap(Callback),
    /// A message with API keys in it, which should not be there.
    Pasted(Vec<PlainKey>),
    /// Anything else they wrote.
    Words(MessageContent),
}

/// Where an ask came from, and so where its answer goes.
#[derive(Clone, Debug)]
pub(crate) struct UpdateContext {
    /// Telegram's number of the update.
    pub(crate) update_id: i64,
    /// Who asks.
    pub(crate) person: TelegramId,
    /// The private chat, or the group.
    pub(crate) chat: i64,
    /// Their message, or ours that they tapped on.
    pub(crate) message: Option<i32>,
    /// The tap to be answered.
    pub(crate) tap: Option<CallbackQueryId>,
    /// When the message was sent; nobody says when a button was tapped.
    pub(crate) sent_at: Option<Moment>,
}

/// An update that wants something of us.
#[derive(Clone, Debug)]
pub(crate) enum Incoming {
    /// From a person in their private chat.
    Private {
        /// Who they are.
        profile: TelegramProfile,
        /// What their Telegram speaks.
        speaks: Option<Language>,
        /// What they want.
        want: UserAction,
        /// Where from.
        context: UpdateContext,
    },
    /// From a person who blocked the bot, or has let it write again.
    Reach {
        /// Whether it may write to them.
        reachable: bool,
        /// Where from.
        context: UpdateContext,
    },
    /// From a group, where nothing personal is shown: they are asked to come to the private chat.
    InGroup {
        /// What their Telegram speaks.
        speaks: Option<Language>,
        /// Where from.
        context: UpdateContext,
    },
}

impl Incoming {
    /// Understands an update; `None` for all that is none of our business: edits (unless an API key came in by one), other bots and
    /// their commands, channels, groups' chatter, and anonymous group admins, who are nobody.
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
        let from = message.from.as_ref().filter(|_| message.sender_chat.is_none())?;
        let (profile, speaks) = known(from)?;
        let context = UpdateContext {
            update_id: i64::from(update.id.0),
            person: profile.id,
            chat: message.chat.id.0,
            message: Some(message.id.0),
            tap: None,
            sent_at: Some(Moment(message.date.timestamp())),
        };
        let text = message.text().or_else(|| message.caption()).unwrap_or_default();
        // What somebody else wrote is no command of whoever hands it on.
        let is_own = message.forward_origin().is_none() && message.via_bot.is_none();
        let parsed = if is_own { BotCommand::parse(text, bot) } else { ParsedText::Words };
        if !message.chat.is_private() {
            let ours = matches!(parsed, ParsedText::Ours(ref command) if *command != BotCommand::Unknown);
            return ours.then_some(Self::InGroup { speaks, context });
        }
        let want = match parsed {
            _ if PlainKey::find_in(text).next().is_some() => UserAction::Pasted(PlainKey::find_in(text).collect()),
            ParsedText::Ours(command) => UserAction::Command(command),
            ParsedText::Others | ParsedText::Words => UserAction::Words(MessageContent::of(message)),
        };
        Some(Self::Private { profile, speaks, want, context })
    }

    const fn has_pasted_key(&self) -> bool {
        matches!(self, Self::Private { want: UserAction::Pasted(_), .. })
    }

    fn of_tap(update: &Update, query: &CallbackQuery) -> Option<Self> {
        let (profile, speaks) = known(&query.from)?;
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
            return Some(Self::InGroup { speaks, context });
        }
        let want = UserAction::Tap(query.data.as_deref().map_or(Callback::Stale, Callback::parse));
        Some(Self::Private { profile, speaks, want, context })
    }

    fn of_membership(update: &Update, change: &ChatMemberUpdated) -> Option<Self> {
        let (profile, _) = known(&change.from).filter(|_| change.chat.is_private())?;
        let context = UpdateContext {
            update_id: i64::from(update.id.0),
            person: profile.id,
            chat: change.chat.id.0,
            message: None,
            tap: None,
            sent_at: None,
        };
        Some(Self::Reach { reachable: change.new_chat_member.kind.is_present(), context })
    }

    /// Whose asks must be answered in the order they came.
    pub(crate) const fn context(&self) -> &UpdateContext {
        match self {
            Self::Private { context, .. } | Self::Reach { context, .. } | Self::InGroup { context, .. } => context,
        }
    }

    /// What their Telegram speaks.
    pub(crate) const fn speaks(&self) -> Option<Language> {
        match self {
            Self::Private { speaks, .. } | Self::InGroup { speaks, .. } => *speaks,
            Self::Reach { .. } => None,
        }
    }
}

/// What a handler may ask for.
pub(crate) fn dependencies(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    (want, context): (UserAction, UpdateContext),
) -> DependencyMap {
    let mut map = DependencyMap::new();
    map.insert(domain);
    map.insert(caller);
    map.insert(localizer);
    map.insert(want);
    map.insert(context);
    map
}

fn known(user: &User) -> Option<(TelegramProfile, Option<Language>)> {
    let id = i64::try_from(user.id.0).ok().and_then(TelegramId::new).filter(|_| !user.is_bot)?;
    let profile = TelegramProfile::new(id, Some(&user.first_name), user.last_name.as_deref(), user.username.as_deref());
    let speaks = user.language_code.as_deref().and_then(Language::from_tag);
    Some((TelegramProfile { speaks, ..profile }, speaks))
}
