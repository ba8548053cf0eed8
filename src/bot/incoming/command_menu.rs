//! The command menus that Telegram shows next to the input: one for everyone, a longer one in admins' chats.

use std::time::Duration;

use teloxide::types;
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
const MENU_LANGUAGES: [MenuLanguage; 2] = [
    MenuLanguage { language: Language::English, code: None },
    MenuLanguage { language: Language::Russian, code: Some("ru") },
];

/// Language of a menu, and the code by which Telegram chooses it; `None` is the default menu.
#[derive(Clone, Copy)]
struct MenuLanguage {
    language: Language,
    code: Option<&'static str>,
}

/// A menu to set: for one admin's chat, or for everyone.
#[derive(Clone, Copy)]
struct CommandMenu {
    admin: Option<TelegramId>,
    language: MenuLanguage,
}

/// Sets every menu. Retries those that fail, until `stop`.
pub(in crate::bot) async fn set(bot: Bot, stop: CancellationToken) {
    let context = &bot.context;
    let admins = std::iter::once(None).chain(context.domain.admins().iter().copied().map(Some));
    let mut pending: Vec<_> =
        admins.flat_map(|admin| MENU_LANGUAGES.map(|language| CommandMenu { admin, language })).collect();
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
        context.set_menu(CommandMenu { admin: Some(admin), language }).await;
    }
}

impl BotContext {
    /// Sets one menu. Returns false if it failed and a retry can help.
    async fn set_menu(&self, menu: CommandMenu) -> bool {
        let CommandMenu { admin, language: MenuLanguage { language, code } } = menu;
        let describe =
            |name: &&str| types::BotCommand::new(*name, self.texts.text(language, &format!("bot-command-{name}"), &[]));
        let may = |act| admin.is_some_and(|admin| self.domain.admin_for(admin, act).is_ok());
        let admins = command::ADMIN_MENU.iter().filter(|(_, act)| may(*act)).map(|(name, _)| name);
        let commands = command::MENU.iter().chain(admins).map(describe).collect();
        let chat = admin.map(TelegramId::get);
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
