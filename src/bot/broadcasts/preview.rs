//! How a broadcast gets into its admin's chat: as it will look, and as it goes.

use crate::bot::broadcasts::editor::WAIT;
use crate::bot::context::Parts;
use crate::bot::reply::{Of, Preview};
use crate::domain::notices::deferred_replies::Weight;
use crate::gateway::telegram::{Letter, Trouble};
use crate::messages::broadcasts::card;
use crate::messages::broadcasts::editor::back_to_draft;
use crate::messages::{Screen, plain};
use crate::model::broadcasts::BroadcastId;

impl Parts {
    /// Shows how a broadcast goes; from then on the message is kept up to date.
    pub(in crate::bot) async fn show_card(&self, of: Of<'_>, screen: &Screen, id: BroadcastId) {
        let Some(message) = self.show(of, screen).await else { return };
        let turn = of.turn;
        let Ok(admin) = self.domain.admin(turn.person) else { return };
        if let Err(fault) = self.domain.show_card(&admin, id, turn.chat, i64::from(message)).await {
            tracing::warn!(update = turn.update_id, ?fault, "a broadcast's card will not be kept up to date");
        }
    }

    /// Shows a broadcast just as it will look, by the very call that sends it to everybody. Only when Telegram took all of it
    /// can it be sent.
    pub(in crate::bot) async fn preview(&self, of: Of<'_>, preview: Preview) {
        let Of { turn, speaker, .. } = of;
        let Preview { id, content, languages, then, question } = preview;
        for language in languages {
            let Some(said) = content.said(language) else { continue };
            let (sent, _) = self.telegram.bulk().send(turn.chat, &Letter::new(&said, false)).await;
            let Err(trouble) = sent else { continue };
            tracing::info!(update = turn.update_id, broadcast = %id, %trouble, "a broadcast could not be shown");
            let screen = if let Trouble::Refused(why) = trouble {
                card::refused(speaker, id, (language, &why))
            } else {
                let screen = plain(speaker.say("bot-bc-not-shown"));
                Screen { keyboard: back_to_draft(speaker, id), ..screen }
            };
            self.send(of, &screen, Weight::Screen).await;
            return;
        }
        if let Err(fault) = self.domain.remember_question(turn.person, &question, WAIT).await {
            tracing::warn!(update = turn.update_id, ?fault, "could not remember what the person was asked");
            self.send(of, &plain(speaker.say("bot-fault")), Weight::Screen).await;
            return;
        }
        self.send(of, &then, Weight::Screen).await;
    }
}
