//! How a broadcast gets into its admin's chat: as it will look, and as it goes.

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
    /// Shows how a broadcast goes; from then on the message is kept up to date.
    pub(in crate::bot) async fn show_card(&self, of: ReplyContext<'_>, screen: &Screen, id: BroadcastId) {
        let Some(message) = self.show(of, screen).await else { return };
        let context = of.context;
        let Ok(admin) = self.domain.admin(context.person) else { return };
        if let Err(fault) = self.domain.show_card(&admin, id, context.chat, i64::from(message)).await {
            tracing::warn!(update = context.update_id, ?fault, "a broadcast's card will not be kept up to date");
        }
    }

    /// Shows a broadcast just as it will look, by the very call that sends it to everybody. Only when Telegram took all of it
    /// can it be sent.
    pub(in crate::bot) async fn preview(&self, of: ReplyContext<'_>, preview: BroadcastPreview) {
        let ReplyContext { context, localizer, .. } = of;
        let BroadcastPreview { id, content, languages, then, question } = preview;
        for language in languages {
            let Some(said) = content.said(language) else { continue };
            let (sent, _) = self.telegram.bulk().send(context.chat, &BulkMessage::new(&said, false)).await;
            let Err(trouble) = sent else { continue };
            tracing::info!(update = context.update_id, broadcast = %id, %trouble, "a broadcast could not be shown");
            let screen = if let TelegramError::Refused(why) = trouble {
                card::refused(localizer, id, (language, &why))
            } else {
                let screen = plain(localizer.text("bot-broadcast-not-shown"));
                Screen { keyboard: back_to_draft(localizer, id), ..screen }
            };
            self.send(of, &screen, DeferPolicy::Screen).await;
            return;
        }
        if let Err(fault) = self.domain.set_dialogue(context.person, &question, DIALOGUE_SECS).await {
            tracing::warn!(update = context.update_id, ?fault, "could not remember what the person was asked");
            self.send(of, &plain(localizer.text("bot-fault")), DeferPolicy::Screen).await;
            return;
        }
        self.send(of, &then, DeferPolicy::Screen).await;
    }
}
