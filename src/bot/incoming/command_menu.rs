//! The menus of commands that Telegram shows beside the input: everyone's, and in admins' chats theirs besides.

use std::time::Duration;

use teloxide::types::BotCommand;
use tokio_util::sync::CancellationToken;

use crate::bot::Bot;
use crate::bot::context::BotContext;
use crate::bot::incoming::command;
use crate::gateway::telegram::TelegramError;
use crate::model::accounts::account::TelegramId;
use crate::model::text::language::Language;

/// How long to wait after the first trouble; doubled up to [`MAX_BACKOFF`].
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_mins(1);

/// The languages of the menus: English is for whoever speaks none of the others.
const MENU_LANGUAGES: [(Language, Option<&str>); 2] = [(Language::English, None), (Language::Russian, Some("ru"))];

/// Sets every menu, as often as it takes, until `stop`.
pub(in crate::bot) async fn set(bot: Bot, stop: CancellationToken) {
    let context = &bot.context;
    let chats = std::iter::once(None).chain(context.domain.admins().iter().map(|admin| Some(admin.get())));
    let mut left: Vec<_> = chats.flat_map(|chat| MENU_LANGUAGES.map(|language| (chat, language))).collect();
    let mut pause = FIRST_BACKOFF;
    while !left.is_empty() && !stop.is_cancelled() {
        let mut again = Vec::new();
        for menu in left {
            if !context.set_menu(menu).await {
                again.push(menu);
            }
        }
        left = again;
        if !left.is_empty() {
            let _ = tokio::time::timeout(pause, stop.cancelled()).await;
            pause = (pause * 2).min(MAX_BACKOFF);
        }
    }
}

/// Sets the menus in the chat of an admin who is here for the first time, perhaps.
pub(in crate::bot) async fn set_for(context: &BotContext, admin: TelegramId) {
    for language in MENU_LANGUAGES {
        context.set_menu((Some(admin.get()), language)).await;
    }
}

impl BotContext {
    /// Sets one menu; whether that is settled, for better or worse.
    async fn set_menu(&self, (chat, (language, code)): (Option<i64>, (Language, Option<&str>))) -> bool {
        let describe =
            |name: &&str| BotCommand::new(*name, self.texts.text(language, &format!("bot-command-{name}"), &[]));
        let admins = command::ADMIN_MENU.iter().filter(|_| chat.is_some());
        let commands = command::MENU.iter().chain(admins).map(describe).collect();
        let Err(trouble) = self.telegram.set_commands(commands, chat, code).await else { return true };
        tracing::info!(%trouble, chat, "a menu of commands could not be set");
        // An admin who never wrote to the bot gets theirs when they do.
        !matches!(
            trouble,
            TelegramError::Wait(_)
                | TelegramError::Temporary(_)
                | TelegramError::Uncertain(_)
                | TelegramError::Conflict(_)
        )
    }
}
