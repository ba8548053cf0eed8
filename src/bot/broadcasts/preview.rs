//! Previews and status cards of broadcasts in the admin's chat.

use crate::bot::broadcasts::editor::DIALOGUE_SECS;
use crate::bot::context::BotContext;
use crate::bot::reply::{BroadcastPreview, ReplyContext};
use crate::domain::notices::deferred_replies::DeferPolicy;
use crate::gateway::telegram::{BulkMessage, TelegramError};
use crate::messages::broadcasts::card;
use crate::messages::broadcasts::editor::back_to_draft;
use crate::messages::{Screen, plain};
use crate::model::broadcasts::BroadcastId;

impl BotContext {
    /// Shows the status card of a broadcast and registers it for updates.
    pub(in crate::bot) async fn show_card(&self, of: ReplyContext<'_>, screen: &Screen, id: BroadcastId) {
        let Some(message) = self.show(of, screen).await else { return };
        let context = of.context;
        let Ok(admin) = self.domain.admin(context.person) else { return };
        if let Err(error) = self.domain.show_card(&admin, id, context.chat, i64::from(message)).await {
            tracing::warn!(update_id = context.update_id, ?error, "broadcast card: not registered for updates");
        }
    }

    /// Sends the preview with the same call that sends the broadcast. Only if Telegram accepts every message is the
    /// admin asked to confirm.
    pub(in crate::bot) async fn preview(&self, of: ReplyContext<'_>, preview: BroadcastPreview) {
        let ReplyContext { context, localizer, .. } = of;
        let BroadcastPreview { id, content, languages, then, question } = preview;
        for language in languages {
            let Some(message) = content.resolve(language) else { continue };
            let (sent, _) = self.telegram.bulk().send(context.chat, &BulkMessage::new(&message, false)).await;
            let Err(error) = sent else { continue };
            tracing::info!(update_id = context.update_id, broadcast_id = %id, %error, "broadcast preview: refused");
            let screen = if let TelegramError::Refused(why) = error {
                card::refused(localizer, id, (language, &why))
            } else {
                let screen = plain(localizer.text("bot-broadcast-not-shown"));
                Screen { keyboard: back_to_draft(localizer, id), ..screen }
            };
            self.send(of, &screen, DeferPolicy::Screen).await;
            return;
        }
        if let Err(error) = self.domain.set_dialogue(context.person, &question, DIALOGUE_SECS).await {
            tracing::warn!(update_id = context.update_id, ?error, "dialogue: not recorded");
            self.send(of, &plain(localizer.text("bot-fault")), DeferPolicy::Screen).await;
            return;
        }
        self.send(of, &then, DeferPolicy::Screen).await;
    }
}
