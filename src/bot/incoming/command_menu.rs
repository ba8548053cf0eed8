//! Introduction of the bot, set at the start in every language: its descriptions, the menu button, and the command menus
//! next to the input. Everyone has one menu; admins have a longer one in their chats.

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

/// A part of the introduction to set.
#[derive(Clone, Copy)]
enum Introduction {
    /// Command menu.
    Menu(CommandMenu),
    /// Text before *Start*.
    Description(MenuLanguage),
    /// Text on the profile.
    ShortDescription(MenuLanguage),
    /// Button next to the input field.
    MenuButton,
}

/// Sets every part. Retries those that fail, until `stop`.
pub(in crate::bot) async fn set(bot: Bot, stop: CancellationToken) {
    let context = &bot.context;
    let admins = std::iter::once(None).chain(context.domain.admins().iter().copied().map(Some));
    let menus = admins.flat_map(|admin| MENU_LANGUAGES.map(|language| CommandMenu { admin, language }));
    let mut pending: Vec<_> = menus.map(Introduction::Menu).collect();
    pending.extend(MENU_LANGUAGES.map(Introduction::Description));
    pending.extend(MENU_LANGUAGES.map(Introduction::ShortDescription));
    pending.push(Introduction::MenuButton);
    let mut pause = FIRST_BACKOFF;
    while !pending.is_empty() && !stop.is_cancelled() {
        let mut failed = Vec::new();
        for part in pending {
            if !context.introduce(part).await {
                failed.push(part);
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
    /// Sets one part. Returns false if it failed and a retry can help.
    async fn introduce(&self, part: Introduction) -> bool {
        let text = |language, id: &str| self.texts.text(language, id, &[]);
        let (part, outcome) = match part {
            Introduction::Menu(menu) => return self.set_menu(menu).await,
            Introduction::Description(MenuLanguage { language, code }) => {
                ("description", self.telegram.set_description(&text(language, "bot-about"), code).await)
            }
            Introduction::ShortDescription(MenuLanguage { language, code }) => (
                "short description",
                self.telegram.set_short_description(&text(language, "bot-about-short"), code).await,
            ),
            Introduction::MenuButton => ("menu button", self.telegram.set_menu_button().await),
        };
        let Err(error) = outcome else { return true };
        tracing::info!(%error, part, "introduction: not set");
        !may_retry(&error)
    }

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
        !may_retry(&error)
    }
}

/// True if the same call may succeed later.
const fn may_retry(error: &TelegramError) -> bool {
    matches!(
        error,
        TelegramError::Wait(_) | TelegramError::Temporary(_) | TelegramError::Uncertain(_) | TelegramError::Conflict(_)
    )
}
