//! Previews and status cards of broadcasts in the admin's chat.

use crate::bot::broadcasts::editor::DIALOGUE_SECS;
use crate::bot::context::BotContext;
use crate::bot::reply::{BroadcastPreview, ReplyContext};
use crate::domain::broadcasts::cards::StatusCard;
use crate::domain::notices::deferred_replies::DeferPolicy;
use crate::gateway::telegram::{BulkMessage, OutgoingMessage, TelegramError};
use crate::messages::broadcasts::card;
use crate::messages::broadcasts::editor::back_to_draft;
use crate::messages::{plain, with_menu};
use crate::model::broadcasts::{BroadcastId, SendSpeed};

impl BotContext {
    /// Shows the status card of a broadcast and registers it for updates.
    pub(in crate::bot) async fn show_card(&self, context: &ReplyContext, screen: &OutgoingMessage, id: BroadcastId) {
        let Some(message) = self.show(context, screen).await else { return };
        let update = &context.update;
        let Ok(admin) = self.domain.admin(update.person) else { return };
        let (chat_id, message_id, thread_id) = (update.chat, i64::from(message), update.thread.map(i64::from));
        let card = StatusCard { chat_id, message_id, broadcast_id: id, thread_id };
        if let Err(error) = self.domain.show_card(&admin, card).await {
            tracing::warn!(update_id = update.update_id, ?error, "broadcast card: not registered for updates");
        }
    }

    /// Sends the preview with the same call that sends the broadcast. Only if Telegram accepts every message is the
    /// admin asked to confirm.
    pub(in crate::bot) async fn preview(&self, context: &ReplyContext, preview: BroadcastPreview) {
        let ReplyContext { update, localizer, .. } = context;
        let BroadcastPreview { id, content, languages, then, question } = preview;
        for language in languages {
            let Some(message) = content.resolve(language) else { continue };
            let message = BulkMessage::new(&message, SendSpeed::Free);
            let Err(error) = self.telegram.bulk().send(update.destination(), &message).await.outcome else { continue };
            tracing::info!(update_id = update.update_id, broadcast_id = %id, %error, "broadcast preview: refused");
            let screen = if let TelegramError::Refused(why) = error {
                card::refused(localizer, id, language, &why)
            } else {
                let screen = plain(localizer.text("bot-broadcast-not-shown"));
                OutgoingMessage { keyboard: back_to_draft(localizer, id), ..screen }
            };
            self.send(context, &screen, DeferPolicy::Screen).await;
            return;
        }
        if let Err(error) = self.domain.set_dialogue(update.person, &question, DIALOGUE_SECS).await {
            tracing::warn!(update_id = update.update_id, ?error, "dialogue: not recorded");
            self.send(context, &with_menu(localizer, localizer.text("bot-fault")), DeferPolicy::Screen).await;
            return;
        }
        let message = self.send(context, &then, DeferPolicy::Screen).await;
        self.record_question(context, message).await;
    }
}
