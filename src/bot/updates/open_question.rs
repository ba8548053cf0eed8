//! The open question of a person when an update arrives: answered by a message, dropped by anything else.

use crate::bot::context::{BotContext, Result};
use crate::bot::incoming::command::BotCommand;
use crate::bot::incoming::dialogue::waits;
use crate::bot::incoming::{UserAction, words};
use crate::bot::reply::ReplyContext;
use crate::domain::bot_state::dialogue::OpenQuestion;
use crate::messages::callback_data::Callback;
use crate::messages::with_menu;

impl BotContext {
    /// Decides what the update does to the open question, and returns the action to perform.
    ///
    /// - A message answers it: the reply then edits the message of the question.
    /// - Without a question, an everyday word is the command it stands for. `cancel` always is.
    /// - Anything else drops it: the person moved on, so their next message no longer answers it.
    pub(super) async fn settle_question(&self, context: &mut ReplyContext, action: UserAction) -> Result<UserAction> {
        let update_id = context.update.update_id;
        let command = match &action {
            UserAction::Words(content) if !content.is_file() => words::of_message(&content.text),
            UserAction::Words(_) => None,
            // The expiry of a new key is tapped; its name is in the question.
            UserAction::Tap(Callback::IssueKey(_)) => return Ok(action),
            _ => {
                match self.domain.clear_dialogue(context.update.person).await {
                    Ok(question) => self.drop_question(context, &action, question).await,
                    Err(error) => tracing::warn!(update_id, ?error, "dialogue: not cleared"),
                }
                return Ok(action);
            }
        };
        let question = self.domain.question(context.update.person).await?;
        let question = question.filter(|question| waits(question, update_id));
        let Some(command) = command.filter(|command| question.is_none() || *command == BotCommand::Cancel) else {
            context.update.edits = question.as_ref().and_then(message_of);
            return Ok(action);
        };
        let action = UserAction::Command(command);
        if question.is_some() {
            self.domain.clear_dialogue(context.update.person).await?;
        }
        self.drop_question(context, &action, question).await;
        Ok(action)
    }

    /// Takes the buttons of a dropped question away. A tap on it, or `/cancel`, shows its reply there.
    async fn drop_question(&self, context: &mut ReplyContext, action: &UserAction, question: Option<OpenQuestion>) {
        let update = &mut context.update;
        let question = question.filter(|question| waits(question, update.update_id));
        let Some(message) = question.as_ref().and_then(message_of) else { return };
        if update.edits == Some(message) {
            return;
        }
        if matches!(action, UserAction::Command(BotCommand::Cancel)) {
            update.edits = Some(message);
            return;
        }
        let screen = with_menu(&context.localizer, context.localizer.text("bot-canceled"));
        if let Err(error) = self.telegram.edit(update.chat, message, &screen).await {
            tracing::debug!(update_id = update.update_id, %error, "dialogue: dropped question not edited");
        }
    }
}

/// Message that asks the question, if it is known.
fn message_of(question: &OpenQuestion) -> Option<i32> {
    question.message_id.and_then(|message| i32::try_from(message).ok())
}
