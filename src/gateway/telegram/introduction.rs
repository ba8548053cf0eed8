//! Calls by which the bot introduces itself: the texts before *Start*, and the button next to the input field.

use serde::de::IgnoredAny;
use teloxide::payloads::{SetChatMenuButtonSetters, SetMyDescriptionSetters, SetMyShortDescriptionSetters};
use teloxide::requests::Requester;
use teloxide::types::MenuButton;

use crate::gateway::telegram::call::ApiCall;
use crate::gateway::telegram::{Result, Telegram};

/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 512;
/// Longest short description, in characters.
const MAX_SHORT_DESCRIPTION: usize = 120;

impl Telegram {
    /// Sets what a person sees in the empty chat before *Start*, in one language or as the default.
    pub async fn set_description(&self, text: &str, language: Option<&str>) -> Result<()> {
        let request = self.bot.set_my_description().description(shortened(text, MAX_DESCRIPTION));
        let request = match language {
            Some(code) => request.language_code(code),
            None => request,
        };
        ApiCall::<IgnoredAny>::of(&request).once(&self.bot).await.map(drop)
    }

    /// Sets the text on the bot's profile and in shared links, in one language or as the default.
    pub async fn set_short_description(&self, text: &str, language: Option<&str>) -> Result<()> {
        let request = self.bot.set_my_short_description().short_description(shortened(text, MAX_SHORT_DESCRIPTION));
        let request = match language {
            Some(code) => request.language_code(code),
            None => request,
        };
        ApiCall::<IgnoredAny>::of(&request).once(&self.bot).await.map(drop)
    }

    /// Sets the button next to the input field of every private chat: it opens the command menu.
    pub async fn set_menu_button(&self) -> Result<()> {
        let request = self.bot.set_chat_menu_button().menu_button(MenuButton::Commands);
        ApiCall::<IgnoredAny>::of(&request).once(&self.bot).await.map(drop)
    }
}

fn shortened(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}
