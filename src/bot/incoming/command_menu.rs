//! The command menus that Telegram shows next to the input: one for everyone, a longer one in admins' chats.

use std::time::Duration;

use teloxide::types::BotCommand;
use tokio_util::sync::CancellationToken;

use crate::bot::Bot;
use crate::bot::context::BotContext;
use crate::bot::incoming::command;
use crate::gateway::telegram::TelegramError;
use crate::model::accounts::account::TelegramId;
use crate::model::text::language::Language;

/// Pause after the first failure; doubles up to [`MAX_BACKOFF`].
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_mins(1);

/// Languages of the menus. English is the default for every other language.
const MENU_LANGUAGES: [(Language, Option<&str>); 2] = [(Language::English, None), (Language::Russian, Some("ru"))];

/// Sets every menu. Retries those that fail, until `stop`.
pub(in crate::bot) async fn set(bot: Bot, stop: CancellationToken) {
    let context = &bot.context;
    let chats = std::iter::once(None).chain(context.domain.admins().iter().map(|admin| Some(admin.get())));
    let mut pending: Vec<_> = chats.flat_map(|chat| MENU_LANGUAGES.map(|language| (chat, language))).collect();
    let mut pause = FIRST_BACKOFF;
    while !pending.is_empty() && !stop.is_cancelled() {
        let mut failed = Vec::new();
        for menu in pending {
            if !context.set_menu(menu).await {
                failed.push(menu);
            }
        }
        pending = failed;
        if !pending.is_empty() {
            let _ = tokio::time::timeout(pause, stop.cancelled()).await;
            pause = (pause * 2).min(MAX_BACKOFF);
        }
    }
}

/// Sets the menus of an admin who sent `/start`. Before that their chat may not have existed.
pub(in crate::bot) async fn set_for(context: &BotContext, admin: TelegramId) {
    for language in MENU_LANGUAGES {
        context.set_menu((Some(admin.get()), language)).await;
    }
}

impl BotContext {
    /// Sets one menu. Returns false if it failed and a retry can help.
    async fn set_menu(&self, (chat, (language, code)): (Option<i64>, (Language, Option<&str>))) -> bool {
        let describe =
            |name: &&str| BotCommand::new(*name, self.texts.text(language, &format!("bot-command-{name}"), &[]));
        let admins = command::ADMIN_MENU.iter().filter(|_| chat.is_some());
        let commands = command::MENU.iter().chain(admins).map(describe).collect();
        let Err(error) = self.telegram.set_commands(commands, chat, code).await else { return true };
        tracing::info!(%error, chat, "command menu: not set");
        // Telegram refuses the menu of an admin who never wrote to the bot; `/start` sets it later.
        !matches!(
            error,
            TelegramError::Wait(_)
                | TelegramError::Temporary(_)
                | TelegramError::Uncertain(_)
                | TelegramError::Conflict(_)
        )
    }
}
