//! Questions whose answer is typed. The message of a question becomes its result.

use crate::bot::context::BotContext;
use crate::bot::reply::{ReplyContext, log_failure};
use crate::domain::notices::deferred_replies::DeferPolicy;
use crate::gateway::telegram::OutgoingMessage;

impl BotContext {
    /// Shows a question and remembers its message.
    pub(super) async fn ask(&self, context: &ReplyContext, screen: &OutgoingMessage) {
        let message = self.show(context, screen).await;
        self.record_question(context, message).await;
    }

    /// Asks again below the refused answer, and deletes the former question. A tap has no answer below the question, so
    /// its message is edited.
    pub(super) async fn ask_again(&self, context: &ReplyContext, screen: &OutgoingMessage) {
        let update = &context.update;
        let Some(former) = update.edits.filter(|_| update.tap.is_none()) else {
            return self.ask(context, screen).await;
        };
        let message = self.send(context, screen, DeferPolicy::Screen).await;
        self.record_question(context, message).await;
        log_failure(update, "question not deleted", self.telegram.delete(update.chat, former).await);
    }

    /// Remembers the message that asks the open question.
    pub(in crate::bot) async fn record_question(&self, context: &ReplyContext, message: Option<i32>) {
        let Some(message) = message else { return };
        let update = &context.update;
        if let Err(error) = self.domain.record_question_message(update.person, i64::from(message)).await {
            tracing::warn!(update_id = update.update_id, ?error, "dialogue: message of the question not recorded");
        }
    }
}
